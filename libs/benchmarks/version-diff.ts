import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { canonicalJson } from '#libs/common';
import type { BenchmarkVersionEntity } from './benchmark-version.entity.js';

/** One value of the definition that differs; undefined on the side that lacks it. */
export interface DefinitionChange {
  path: string;
  from?: unknown;
  to?: unknown;
}

type Kind = 'added' | 'removed' | 'changed';

/** Samples by id: how many, and the first of them with the fields that differ. */
export type SampleChanges = Record<Kind, { count: number; first: { id: string; fields?: string[] }[] }>;

const FIELDS = ['input', 'targets', 'choices', 'category', 'split', 'tags', 'metadata'];

const SAMPLE_CHANGES = `
WITH changes AS MATERIALIZED (
  SELECT coalesce(a.sample_id, b.sample_id) AS id,
    CASE WHEN a.sample_id IS NULL THEN 'added' WHEN b.sample_id IS NULL THEN 'removed' ELSE 'changed' END AS kind,
    CASE WHEN a.sample_id IS NOT NULL AND b.sample_id IS NOT NULL THEN array_remove(ARRAY[
      ${FIELDS.map((field) => `CASE WHEN a.${field} IS DISTINCT FROM b.${field} THEN '${field === 'targets' ? 'target' : field}' END`).join(', ')}
    ], NULL) END AS fields
  FROM (SELECT * FROM samples WHERE benchmark_version_id = $1) AS a
  FULL JOIN (SELECT * FROM samples WHERE benchmark_version_id = $2) AS b USING (sample_id)
  WHERE a.sample_id IS NULL OR b.sample_id IS NULL
    OR (${FIELDS.map((field) => `a.${field}`).join(', ')}) IS DISTINCT FROM (${FIELDS.map((field) => `b.${field}`).join(', ')})
)
SELECT kind, (SELECT count(*)::int FROM changes AS c WHERE c.kind = k.kind) AS count,
  (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(f))), '[]') FROM
    (SELECT id, fields FROM changes AS c WHERE c.kind = k.kind ORDER BY id LIMIT $3) AS f) AS first
FROM (VALUES ('added'), ('removed'), ('changed')) AS k (kind)`;

/** What is different in another version. */
@Injectable()
export class VersionDiff {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  definition({ definition: from }: BenchmarkVersionEntity, { definition: to }: BenchmarkVersionEntity) {
    return changesBetween(from, to);
  }

  /**
   * Postgres compares, so that no version's samples are held here.
   * @param listed how many samples of each kind are named.
   */
  async samples(fromId: string, toId: string, listed: number): Promise<SampleChanges> {
    const rows: { kind: Kind; count: number; first: { id: string; fields?: string[] }[] }[] =
      await this.dataSource.query(SAMPLE_CHANGES, [fromId, toId, listed]);
    return Object.fromEntries(rows.map(({ kind, ...changes }) => [kind, changes])) as SampleChanges;
  }
}

/** The innermost values that differ; lists of different length differ as a whole. */
export function changesBetween(from: unknown, to: unknown, path: string[] = []): DefinitionChange[] {
  if (canonicalJson({ value: from }) === canonicalJson({ value: to })) return [];
  if (!isContainer(from) || !isContainer(to) || !alike(from, to)) return [{ path: path.join('.'), from, to }];
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...keys].flatMap((key) => changesBetween(from[key], to[key], [...path, key]));
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const alike = (a: object, b: object): boolean =>
  Array.isArray(a) ? Array.isArray(b) && a.length === b.length : !Array.isArray(b);
