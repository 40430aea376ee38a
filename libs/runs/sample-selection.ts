import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { DataSource, type EntityManager } from 'typeorm';
import type { BenchmarkVersionEntity } from '#libs/benchmarks';
import { AppError, didYouMean, type InputError } from '#libs/common';
import type { Plan } from './plan.js';
import type { RunConfig } from './run-config.js';
import { hasFilter, type SampleFilter } from './sample-filter.js';

type Version = Pick<BenchmarkVersionEntity, 'id' | 'categories'>;

/** Postgres finds and keeps the places, so that none of them passes through here. */
const SELECT_SAMPLES = `
UPDATE runs SET selected = passing.ordinals, sample_count = least(sample_count, cardinality(passing.ordinals))
FROM (SELECT coalesce(array_agg(ordinal ORDER BY ordinal), '{}') AS ordinals FROM samples
  WHERE benchmark_version_id = $2 AND ordinal >= 0 AND ($3::text[] IS NULL OR category = ANY ($3))
    AND ($4::text[] IS NULL OR tags ?| $4) AND ($5::text[] IS NULL OR sample_id = ANY ($5))) AS passing
WHERE id = $1 RETURNING sample_count AS "sampleCount"`;

const UNKNOWN_TAGS = `
SELECT unnest($2::text[]) AS name
EXCEPT SELECT jsonb_array_elements_text(tags) FROM samples WHERE benchmark_version_id = $1 AND ordinal >= 0`;

const UNKNOWN_IDS = `
SELECT name FROM unnest($2::text[]) AS name WHERE NOT EXISTS (
  SELECT FROM samples WHERE benchmark_version_id = $1 AND sample_id = name AND ordinal >= 0)`;

/**
 * The samples that a run's filter lets through: found once, when the run is created, and kept as their ordinals with
 * the run, four bytes each, so that all workers plan alike and none looks through the samples again.
 */
@Injectable()
export class SampleSelection {
  /** The entries of a run share them. */
  private readonly selections = new LRUCache<string, Promise<Int32Array>>({ max: 20 });

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Gives a run that is being created its samples; without a filter it has them already.
   * @returns how many there are, by its limit.
   * @throws AppError `no_such_samples` for a name that no sample has, and where no sample passes.
   */
  async select(
    manager: EntityManager,
    runId: string,
    version: Version,
    filter: SampleFilter,
  ): Promise<number | undefined> {
    if (!hasFilter(filter)) return undefined;
    const { categories, tags, sample_ids } = filter;
    const unknown = await unknownNames(manager, version, filter);
    if (unknown.length > 0) {
      const [{ message }] = unknown as [InputError];
      throw noSuchSamples(
        `${message} ${unknown.length > 1 ? `So it is with ${unknown.length - 1} more names.` : ''}`,
        unknown,
      );
    }
    const [[{ sampleCount }]] = await manager.query<[[{ sampleCount: number }]]>(SELECT_SAMPLES, [
      runId,
      version.id,
      categories,
      tags,
      sample_ids,
    ]);
    if (sampleCount > 0) return sampleCount;
    throw noSuchSamples('Each of these names is known, but no sample has all that is asked for.');
  }

  /** @param population samples of the run's benchmark version that are scored. */
  async plan(
    { runId, config, sampleCount }: { runId: string; config: RunConfig; sampleCount: number },
    population: number,
  ): Promise<Plan> {
    const { seed, epochs } = config;
    const selected = await this.of(runId, config);
    return { seed, population: selected?.length ?? population, selected, sampleCount, epochs };
  }

  /** Ordinals, ascending; undefined where the run is over all samples. */
  private of(runId: string, filter: SampleFilter): Promise<Int32Array> | undefined {
    if (!hasFilter(filter)) return undefined;
    let selection = this.selections.get(runId);
    if (!selection) {
      selection = this.read(runId);
      this.selections.set(runId, selection);
      selection.catch(() => this.selections.delete(runId));
    }
    return selection;
  }

  private async read(runId: string): Promise<Int32Array> {
    const [run] = await this.dataSource.query<{ selected: number[] }[]>(
      `SELECT selected FROM runs WHERE id = $1`,
      [runId],
    );
    return Int32Array.from(run?.selected ?? []);
  }
}

async function unknownNames(
  manager: EntityManager,
  version: Version,
  { categories = [], tags, sample_ids }: SampleFilter,
): Promise<InputError[]> {
  const known = version.categories.filter(({ samples }) => samples > 0).map(({ name }) => name);
  const find = async (query: string, names: string[] | undefined): Promise<string[]> => {
    if (!names) return [];
    const rows = await manager.query<{ name: string }[]>(query, [version.id, names]);
    return rows.map(({ name }) => name);
  };
  const [unknownTags, unknownIds] = [await find(UNKNOWN_TAGS, tags), await find(UNKNOWN_IDS, sample_ids)];
  return [
    ...categories
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: 'categories',
        message: `No sample is of the category "${name}". ${didYouMean(name, known)}`,
      })),
    ...unknownTags.map((name) => ({ path: 'tags', message: `No sample has the tag "${name}".` })),
    ...unknownIds.map((name) => ({ path: 'sample_ids', message: `No sample has the id "${name}".` })),
  ];
}

const noSuchSamples = (why: string, errors?: InputError[]): AppError =>
  AppError.invalid('no_such_samples', `The run was not created: ${why.trim()}`, errors);
