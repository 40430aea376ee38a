import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { refuseDeleted, sampleScoreSql } from '#libs/results';
import { keysOf, reductionOf, type EntryFacts } from './comparison-reader.js';

/** The samples of an entry that count, in the benchmark's order. Their epochs are reduced as in the entry's score. */
export interface OrdinalScores {
  /** Places in the benchmark version. */
  ordinals: number[];
  scores: number[];
}

/** The same by what the samples are called. */
export interface SampleScores {
  sampleIds: string[];
  scores: number[];
}

/** Samples of all versions together whose names are kept: some tens of megabytes. */
const MAX_KEPT = 300_000;

const KEPT = `
SELECT entry_id AS "entryId", to_json(sample_ordinals) AS ordinals, to_json(sample_scores) AS scores
FROM rollups WHERE entry_id = ANY ($1::uuid[]) AND sample_scores IS NOT NULL`;

const SCANNED = (score: string): string => `
WITH sample AS (
  SELECT entry_id, ordinal, ${score} AS score FROM results
  WHERE run_id = ANY ($1::uuid[]) AND entry_id = ANY ($2::uuid[]) GROUP BY entry_id, ordinal
)
SELECT entry_id AS "entryId", json_agg(ordinal ORDER BY ordinal) AS ordinals, json_agg(score ORDER BY ordinal) AS scores
FROM sample WHERE score IS NOT NULL GROUP BY entry_id`;

type Row = OrdinalScores & { entryId: string };

/** Reads the scores of entries by sample, in the order of the entries. */
@Injectable()
export class SampleScoresReader {
  /** By version, which never changes. */
  private readonly names = new LRUCache<string, string[]>({
    maxSize: MAX_KEPT,
    sizeCalculation: (ids) => Math.max(1, ids.length),
  });

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async byName(entries: readonly EntryFacts[]): Promise<SampleScores[]> {
    const versionIds = [...new Set(entries.map(({ versionId }) => versionId))];
    const [found, ...all] = await Promise.all([
      this.byOrdinal(entries),
      ...versionIds.map((id) => this.namesOf(id)),
    ]);
    const names = new Map(versionIds.map((id, i) => [id, all[i]!]));
    return entries.map(({ versionId }, i) => {
      const ids = names.get(versionId)!;
      const { ordinals, scores } = found[i]!;
      return { sampleIds: ordinals.map((ordinal) => ids[ordinal]!), scores };
    });
  }

  /**
   * From what was kept with the rollups. Results are scanned for entries from before that was done, and where entries are
   * reduced in different ways: all are then as the first.
   * @throws AppError `results_deleted`
   */
  async byOrdinal(entries: readonly EntryFacts[]): Promise<OrdinalScores[]> {
    const reduction = reductionOf(entries);
    const alike = entries.every((entry) => isDeepStrictEqual(reductionOf([entry]), reduction));
    const kept = alike
      ? await this.dataSource.query<Row[]>(KEPT, [entries.map(({ entryId }) => entryId)])
      : [];
    const left = entries.filter(({ entryId }) => !kept.some((row) => row.entryId === entryId));
    if (left.length > 0) await refuseDeleted(this.dataSource, keysOf(left)[0]);
    const scanned =
      left.length === 0
        ? []
        : await this.dataSource.query<Row[]>(SCANNED(sampleScoreSql(reduction)), keysOf(left));
    const rows = new Map([...kept, ...scanned].map((row) => [row.entryId, row]));
    return entries.map(({ entryId }) => rows.get(entryId) ?? { ordinals: [], scores: [] });
  }

  /** Of all samples of a benchmark version that are scored, by ordinal. */
  async namesOf(versionId: string): Promise<string[]> {
    const known = this.names.get(versionId);
    if (known) return known;
    const [{ ids }] = await this.dataSource.query<[{ ids: string[] }]>(
      `SELECT coalesce(json_agg(sample_id ORDER BY ordinal), '[]') AS ids
       FROM samples WHERE benchmark_version_id = $1 AND ordinal >= 0`,
      [versionId],
    );
    this.names.set(versionId, ids);
    return ids;
  }
}
