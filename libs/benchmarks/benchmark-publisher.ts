import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, MoreThanOrEqual, type EntityManager } from 'typeorm';
import { newId } from '#libs/common';
import type { BenchmarkDefinition, BenchmarkHeader } from './benchmark-definition.js';
import { BenchmarkVersionEntity } from './benchmark-version.entity.js';
import { BenchmarkEntity } from './benchmark.entity.js';
import { BenchmarksService } from './benchmarks.service.js';
import { drawnExamples } from './drawn-examples.js';
import { compilePrompt, type CompiledPrompt } from './prompt/prompt.js';
import { SampleEntity, toSample } from './sample.entity.js';
import { VersionWriter, type SampleRows } from './version-writer.js';

export interface PublishedVersion {
  benchmark: BenchmarkEntity;
  version: BenchmarkVersionEntity;
  /** False where the same content was there already. */
  created: boolean;
}

export interface Rehearsal extends PublishedVersion {
  /** As the first samples would be asked with the seed 0. */
  prompts: { sampleId: string; messages: ReturnType<CompiledPrompt['render']> }[];
}

const REHEARSED = 3;

@Injectable()
export class BenchmarkPublisher {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly benchmarks: BenchmarksService,
  ) {}

  /**
   * Stores the next version of the benchmark of that name, making the benchmark if it is new. All or nothing; the
   * same content as an earlier version is that version.
   */
  async publish(
    workspaceId: string,
    header: BenchmarkHeader,
    definition: BenchmarkDefinition,
    rows: SampleRows,
  ): Promise<PublishedVersion> {
    const [published] = await this.publishAll(workspaceId, [{ header, definition, rows }]);
    return published!;
  }

  /** As `publish`, several benchmarks at once: all, or none of them. */
  async publishAll(
    workspaceId: string,
    benchmarks: { header: BenchmarkHeader; definition: BenchmarkDefinition; rows: SampleRows }[],
  ): Promise<PublishedVersion[]> {
    const published = await this.dataSource.transaction(async (manager) => {
      const all: PublishedVersion[] = [];
      for (const { header, definition, rows } of benchmarks) {
        all.push(await this.publishWithin(manager, workspaceId, header, definition, rows));
      }
      return all;
    });
    await this.benchmarks.forget(workspaceId);
    return published;
  }

  /** What `publish` would do and say, with the prompts of the first samples; nothing is stored. */
  async rehearse(
    workspaceId: string,
    header: BenchmarkHeader,
    definition: BenchmarkDefinition,
    rows: SampleRows,
  ): Promise<Rehearsal> {
    const runner = this.dataSource.createQueryRunner();
    await runner.connect();
    try {
      await runner.startTransaction();
      const published = await this.publishWithin(runner.manager, workspaceId, header, definition, rows);
      const first = await runner.manager.find(SampleEntity, {
        where: { benchmarkVersionId: published.version.id, ordinal: MoreThanOrEqual(0) },
        order: { ordinal: 'ASC' },
        take: REHEARSED,
      });
      const drawn = await drawnExamples(runner.manager, published.version.id, definition);
      const prompt = compilePrompt(definition.prompt, drawn);
      const prompts = first.map((sample) => ({
        sampleId: sample.sampleId,
        messages: prompt.render(toSample(sample), 0),
      }));
      return { ...published, prompts };
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  }

  /** As `publish`, in the caller's transaction; once that is committed, the caller has `BenchmarksService.forget` called. */
  async publishWithin(
    manager: EntityManager,
    workspaceId: string,
    header: BenchmarkHeader,
    definition: BenchmarkDefinition,
    rows: SampleRows,
  ): Promise<PublishedVersion> {
    // Locks the row also where it was there: versions of one benchmark are made one after the other.
    const [{ id }] = await manager.query<[{ id: string }]>(
      `INSERT INTO benchmarks (id, workspace_id, name, title, description) VALUES ($1, $2, $3::text, coalesce($4, $3::text), coalesce($5, ''))
           ON CONFLICT (workspace_id, name) DO UPDATE SET title = coalesce($4, benchmarks.title), description = coalesce($5, benchmarks.description)
           RETURNING id`,
      [newId(), workspaceId, header.name, header.title, header.description],
    );
    const versionId = newId();
    await manager.query(
      `INSERT INTO benchmark_versions (id, benchmark_id, version, content_hash, definition, sample_count, categories)
           SELECT $1::uuid, $2, coalesce(max(version), 0) + 1, $1::uuid::text, $3, 0, '[]' FROM benchmark_versions WHERE benchmark_id = $2`,
      [versionId, id, definition],
    );
    const written = await new VersionWriter(manager, versionId, definition).write(rows);
    const same = await manager.findOneBy(BenchmarkVersionEntity, {
      benchmarkId: id,
      contentHash: written.contentHash,
    });
    if (same) await manager.delete(BenchmarkVersionEntity, versionId);
    else await manager.update(BenchmarkVersionEntity, versionId, written);
    return {
      benchmark: await manager.findOneByOrFail(BenchmarkEntity, { id }),
      version: same ?? (await manager.findOneByOrFail(BenchmarkVersionEntity, { id: versionId })),
      created: !same,
    };
  }
}
