import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  AppError,
  decodeCursor,
  didYouMean,
  isId,
  LAST_ID,
  parseReference,
  toPage,
  type Page,
  type PageRequest,
} from '#libs/common';
import { AppConfig } from '#libs/config';
import { SharedCache } from '#libs/coordination';
import { Snapshots } from '#libs/database';
import { BenchmarkVersionEntity, type CategoryCount } from './benchmark-version.entity.js';
import { BenchmarkEntity, type Provenance } from './benchmark.entity.js';
import { drawnExamples } from './drawn-examples.js';
import { compilePrompt, type CompiledPrompt } from './prompt/prompt.js';
import { sampleBatches } from './sample-batches.js';
import { SampleEntity } from './sample.entity.js';

/** A benchmark with its latest version. */
export interface BenchmarkSummary {
  id: string;
  name: string;
  title: string;
  description: string;
  status: 'active' | 'archived';
  clonedFrom: Provenance | null;
  createdAt: Date;
  version: number;
  versionId: string;
  contentHash: string;
  sampleCount: number;
  categories: CategoryCount[];
  splits: { name: string; samples: number }[];
}

export interface ResolvedBenchmark {
  benchmark: BenchmarkEntity;
  version: BenchmarkVersionEntity;
}

const SUMMARIES = `
SELECT b.id, b.name, b.title, b.description, b.status, b.cloned_from AS "clonedFrom",
  b.created_at AS "createdAt", v.version, v.id AS "versionId", v.content_hash AS "contentHash", v.sample_count AS "sampleCount", v.categories, v.splits
FROM benchmarks b
JOIN LATERAL (SELECT * FROM benchmark_versions WHERE benchmark_id = b.id ORDER BY version DESC LIMIT 1) v ON true
WHERE b.workspace_id = $1 AND b.status = $4 AND b.id < coalesce($2::uuid, '${LAST_ID}')
ORDER BY b.id DESC LIMIT $3`;

/** One statement, since every run begins with it. */
const resolvedSql = (by: 'id' | 'name', hasVersion: boolean): string => `
SELECT b.id, b.workspace_id AS "workspaceId", b.name, b.title, b.description, b.status, b.cloned_from AS "clonedFrom",
  b.created_at AS "createdAt", v.created_at AS "publishedAt",
  CASE WHEN v.id IS NOT NULL THEN json_build_object('id', v.id, 'benchmarkId', v.benchmark_id, 'version', v.version,
    'contentHash', v.content_hash, 'definition', v.definition, 'sampleCount', v.sample_count,
    'categories', v.categories, 'splits', v.splits) END AS "ofVersion"
FROM benchmarks b
LEFT JOIN LATERAL (SELECT * FROM benchmark_versions WHERE benchmark_id = b.id ${hasVersion ? 'AND version = $3' : ''}
  ORDER BY version DESC LIMIT 1) v ON true
WHERE b.workspace_id = $1 AND b.${by} = $2`;

interface ResolvedRow extends BenchmarkEntity {
  /** Null where the benchmark has no such version. */
  ofVersion: Omit<BenchmarkVersionEntity, 'createdAt'> | null;
  publishedAt: Date;
}

/** The short list has no pages, so it has an end. */
const SHORT_LIST = 1000;

/** One line of the short list. */
export type ListedBenchmark = Pick<
  BenchmarkSummary,
  'name' | 'title' | 'description' | 'categories' | 'sampleCount'
>;

/** Of the short lists in the shared cache. */
const groupOf = (workspaceId: string): string => `benchmarks:${workspaceId}`;

/** The read side of benchmarks. */
@Injectable()
export class BenchmarksService {
  private readonly cacheSeconds: number;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly cache: SharedCache,
    private readonly snapshots: Snapshots,
    config: AppConfig,
  ) {
    this.cacheSeconds = config.server.benchmarkListCacheSeconds;
  }

  /** Newest first. */
  async list(
    workspaceId: string,
    { limit, cursor }: PageRequest,
    status: BenchmarkSummary['status'] = 'active',
  ): Promise<Page<BenchmarkSummary>> {
    const after = cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.uuid()]))[0];
    const rows: BenchmarkSummary[] = await this.dataSource.query(SUMMARIES, [
      workspaceId,
      after,
      limit + 1,
      status,
    ]);
    return toPage(rows, limit, (row) => [row.id]);
  }

  /** The newest benchmarks, cached for `BENCHMARK_LIST_CACHE_SECONDS` or until one changes, by whichever process. */
  shortList(workspaceId: string): Promise<ListedBenchmark[]> {
    const read = async (): Promise<ListedBenchmark[]> => {
      const rows = await this.dataSource.query<BenchmarkSummary[]>(SUMMARIES, [
        workspaceId,
        null,
        SHORT_LIST,
        'active',
      ]);
      return rows.map(({ name, title, description, categories, sampleCount }) => ({
        name,
        title,
        description,
        categories,
        sampleCount,
      }));
    };
    return this.cacheSeconds === 0
      ? read()
      : this.cache.get(groupOf(workspaceId), 'active', this.cacheSeconds, read);
  }

  /** Drops what is cached for a workspace, for all processes, after the commit of a change. */
  async forget(workspaceId: string): Promise<void> {
    await this.cache.forget(groupOf(workspaceId));
    await this.snapshots.advance();
  }

  /**
   * @param ref a benchmark's id, its name (the latest version), or `name@version`.
   * @throws AppError `benchmark_not_found` naming the nearest known.
   */
  async resolve(workspaceId: string, ref: string): Promise<ResolvedBenchmark> {
    const { name, version } = parseReference(ref);
    const [row] = await this.dataSource.query<ResolvedRow[]>(
      resolvedSql(isId(ref) ? 'id' : 'name', version !== undefined),
      [workspaceId, name, ...(version === undefined ? [] : [version])],
    );
    if (row?.ofVersion) {
      const { ofVersion, publishedAt, ...benchmark } = row;
      return { benchmark, version: { ...ofVersion, createdAt: publishedAt } };
    }
    const known = await this.shortList(workspaceId);
    throw AppError.notFound(
      'benchmark_not_found',
      row
        ? `Benchmark "${row.name}" has no version ${version}.`
        : `There is no benchmark "${ref}". ${didYouMean(
            ref,
            known.map((row) => row.name),
          )} See GET /api/v1/benchmarks.`,
    );
  }

  /** @param version a number as it stands in a URL. */
  async resolveVersion(workspaceId: string, ref: string, version: string): Promise<ResolvedBenchmark> {
    const { benchmark } = await this.resolve(workspaceId, ref);
    return this.resolve(workspaceId, `${benchmark.name}@${version}`);
  }

  async versions(benchmarkId: string, { limit, cursor }: PageRequest): Promise<Page<BenchmarkVersionEntity>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.int32()]))[0];
    const rows = await this.dataSource.manager
      .createQueryBuilder(BenchmarkVersionEntity, 'version')
      .where('version.benchmarkId = :benchmarkId AND version.version < coalesce(:before::int, 2147483647)', {
        benchmarkId,
        before,
      })
      .orderBy('version.version', 'DESC')
      .limit(limit + 1)
      .getMany();
    return toPage(rows, limit, (row) => [row.version]);
  }

  /**
   * In dataset order.
   * @param split whose samples; unset, those that are scored.
   */
  async samples(
    versionId: string,
    { limit, cursor }: PageRequest,
    split?: string,
  ): Promise<Page<SampleEntity>> {
    const first = split === undefined ? -1 : null;
    const after = cursor === undefined ? first : decodeCursor(cursor, z.tuple([z.int32()]))[0];
    const rows = await this.dataSource.manager
      .createQueryBuilder(SampleEntity, 'sample')
      .where('sample.benchmarkVersionId = :versionId', { versionId })
      .andWhere('(:after::int IS NULL OR sample.ordinal > :after)', { after })
      .andWhere('(:split::text IS NULL OR sample.split = :split)', { split: split ?? null })
      .orderBy('sample.ordinal')
      .limit(limit + 1)
      .getMany();
    return toPage(rows, limit, (row) => [row.ordinal]);
  }

  /** The samples at those places of a version, in no particular order. */
  async samplesAt(versionId: string, ordinals: number[]): Promise<SampleEntity[]> {
    // Workers ask this for every shard; made by the repository, the same rows take several times the CPU.
    return this.dataSource.query<SampleEntity[]>(
      `SELECT benchmark_version_id AS "benchmarkVersionId", ordinal, sample_id AS "sampleId", input, targets, choices,
         category, split, tags, metadata
       FROM samples WHERE benchmark_version_id = $1 AND ordinal = ANY ($2)`,
      [versionId, ordinals],
    );
  }

  /** Names of the servers whose tools conversations of a version take, in the order of the alphabet. */
  async toolServersOf({ id, definition }: BenchmarkVersionEntity): Promise<string[]> {
    if (!definition.conversation) return [];
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT DISTINCT source ->> 'mcp' AS name
       FROM samples, jsonb_path_query(metadata, '$.tools_from[*]') AS source WHERE benchmark_version_id = $1`,
      [id],
    );
    const ofAll = definition.conversation.tools_from ?? [];
    return [...new Set([...ofAll.map(({ mcp }) => mcp), ...rows.map(({ name }) => name)])].sort();
  }

  /** All samples of a version, scored ones first, each kind in dataset order; a batch is held at a time. */
  async *allSamples(versionId: string): AsyncGenerator<SampleEntity[]> {
    yield* sampleBatches(this.dataSource.manager, versionId, 'scored');
    yield* sampleBatches(this.dataSource.manager, versionId, 'unscored');
  }

  /** The prompt of a version, with the few-shot examples that it draws from its samples. */
  async prompt({ id, definition }: BenchmarkVersionEntity): Promise<CompiledPrompt> {
    return compilePrompt(definition.prompt, await drawnExamples(this.dataSource.manager, id, definition));
  }

  /** Archived, a benchmark is in no list and no run starts with it; the runs that it has stay. */
  async setStatus(
    workspaceId: string,
    ref: string,
    status: BenchmarkEntity['status'],
  ): Promise<ResolvedBenchmark> {
    const { benchmark, version } = await this.resolve(workspaceId, ref);
    await this.dataSource.manager.update(BenchmarkEntity, benchmark.id, { status });
    await this.forget(workspaceId);
    return { benchmark: Object.assign(benchmark, { status }), version };
  }

  async version(versionId: string): Promise<BenchmarkVersionEntity> {
    return this.dataSource.manager.findOneByOrFail(BenchmarkVersionEntity, { id: versionId });
  }
}
