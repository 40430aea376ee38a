import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { AppError, decodeCursor, toPage, type Page, type PageRequest } from '#libs/common';
import type { Outcome } from './trial.js';

export interface RunSampleFilter {
  /** Whose trials `outcome` and the scores are about; without it, any entry's. */
  entryIds?: string[];
  outcome?: Outcome;
  category?: string;
  minScore?: number;
  maxScore?: number;
  /** Least difference between the best and the worst entry. */
  minSpread?: number;
  /** In the sample's id, input or targets, or in an output; case does not count. */
  text?: string;
}

/** One entry's trials of a sample together. */
export interface SampleEntry {
  entry_id: string;
  trials: number;
  /** Mean of its epochs; null where none is scored. */
  score: number | null;
  /** Of its trials, each once. */
  outcomes: Outcome[];
  overridden: boolean;
}

export interface RunSample {
  ordinal: number;
  sampleId: string;
  category: string | null;
  /** Its first characters. */
  input: string;
  entries: SampleEntry[];
}

/** A sample with what stands beside it in the filtered list. */
export interface RunSampleView extends RunSample {
  targets: string[];
  choices: string[] | null;
  metadata: Record<string, unknown>;
  previous: string | null;
  next: string | null;
}

interface RunRef {
  id: string;
  versionId: string;
}

/** Reads a sample's trials by the primary key of results, for those samples alone that the page comes to. */
const TRIALS = `
CROSS JOIN LATERAL (
  SELECT json_agg(e ORDER BY e.entry_id) AS entries, max(e.score) - min(e.score) AS spread
  FROM (
    SELECT entry_id, count(*)::int AS trials, avg(score) AS score, json_agg(DISTINCT outcome) AS outcomes,
      bool_or(overridden) AS overridden
    FROM results WHERE run_id = $1 AND ordinal = s.ordinal
      AND entry_id IN (SELECT id FROM run_entries WHERE run_id = $1)
    GROUP BY entry_id
  ) AS e
) AS t`;

const OF_RUN = 's.benchmark_version_id = $2 AND s.ordinal >= 0 AND t.entries IS NOT NULL';
const COLUMNS = 's.ordinal, s.sample_id AS "sampleId", s.category, t.entries';

/** The read model of a run's samples, each with the trials of all entries. */
@Injectable()
export class RunSamplesReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** In dataset order; those that have a trial. */
  async list(run: RunRef, filter: RunSampleFilter, page: PageRequest): Promise<Page<RunSample>> {
    const { conditions, parameters } = conditionsOf(run, filter);
    if (page.cursor !== undefined) {
      const [after] = decodeCursor(page.cursor, z.tuple([z.int32()]));
      conditions.push(`s.ordinal > $${parameters.push(after)}`);
    }
    const rows = await this.dataSource.query<RunSample[]>(
      `SELECT ${COLUMNS}, left(s.input, 200) AS input FROM samples s ${TRIALS}
       WHERE ${conditions.join(' AND ')} ORDER BY s.ordinal LIMIT $${parameters.push(page.limit + 1)}`,
      parameters,
    );
    return toPage(rows, page.limit, ({ ordinal }) => [ordinal]);
  }

  /** @throws AppError `sample_not_in_run` */
  async get(run: RunRef, sampleId: string, filter: RunSampleFilter): Promise<RunSampleView> {
    const [sample] = await this.dataSource.query<Omit<RunSampleView, 'previous' | 'next'>[]>(
      `SELECT ${COLUMNS}, s.input, s.targets, s.choices, s.metadata FROM samples s ${TRIALS}
       WHERE ${OF_RUN} AND s.sample_id = $3`,
      [run.id, run.versionId, sampleId],
    );
    if (!sample) {
      throw AppError.notFound(
        'sample_not_in_run',
        `Run ${run.id} has no trial of a sample "${sampleId}". GET /api/v1/runs/${run.id}/samples lists those that it has.`,
      );
    }
    const [previous, next] = await Promise.all([
      this.beside(run, filter, sample.ordinal, 's.ordinal < ', 'DESC'),
      this.beside(run, filter, sample.ordinal, 's.ordinal > ', 'ASC'),
    ]);
    return { ...sample, previous, next };
  }

  private async beside(
    run: RunRef,
    filter: RunSampleFilter,
    ordinal: number,
    isBeyond: string,
    order: 'ASC' | 'DESC',
  ): Promise<string | null> {
    const { conditions, parameters } = conditionsOf(run, filter);
    conditions.push(`${isBeyond}$${parameters.push(ordinal)}`);
    const [row] = await this.dataSource.query<{ sampleId: string }[]>(
      `SELECT s.sample_id AS "sampleId" FROM samples s ${TRIALS}
       WHERE ${conditions.join(' AND ')} ORDER BY s.ordinal ${order} LIMIT 1`,
      parameters,
    );
    return row?.sampleId ?? null;
  }
}

function conditionsOf(run: RunRef, filter: RunSampleFilter) {
  const parameters: unknown[] = [run.id, run.versionId];
  const conditions = [OF_RUN];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  const { category, outcome, entryIds, minScore, maxScore, minSpread, text } = filter;
  if (category !== undefined) conditions.push(`s.category = ${place(category)}`);
  if (minSpread !== undefined) conditions.push(`t.spread >= ${place(minSpread)}`);
  const ofEntry = [
    ...(entryIds ? [`(e ->> 'entry_id')::uuid = ANY (${place(entryIds)}::uuid[])`] : []),
    ...(outcome ? [`e -> 'outcomes' @> to_jsonb(${place(outcome)}::text)`] : []),
    ...(minScore === undefined ? [] : [`(e ->> 'score')::float8 >= ${place(minScore)}`]),
    ...(maxScore === undefined ? [] : [`(e ->> 'score')::float8 <= ${place(maxScore)}`]),
  ];
  if (ofEntry.length > 0) {
    conditions.push(
      `EXISTS (SELECT FROM jsonb_array_elements(t.entries::jsonb) AS e WHERE ${ofEntry.join(' AND ')})`,
    );
  }
  if (text !== undefined) {
    const sought = place(text);
    const has = (value: string) => `strpos(lower(${value}), lower(${sought})) > 0`;
    conditions.push(
      `(${has('s.sample_id')} OR ${has('s.input')} OR ${has('s.targets::text')} OR EXISTS (
        SELECT FROM transcripts WHERE run_id = $1 AND ordinal = s.ordinal
          AND entry_id IN (SELECT id FROM run_entries WHERE run_id = $1) AND ${has('output')}))`,
    );
  }
  return { conditions, parameters };
}
