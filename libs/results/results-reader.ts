import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, LessThan } from 'typeorm';
import { z } from 'zod';
import { AppError, decodeCursor, isId, MAX_PAGE, toPage, type Page, type PageRequest } from '#libs/common';
import { refuseDeleted } from './refuse-deleted.js';
import { ResultOverrideEntity } from './result-override.entity.js';
import type { ResultEntity } from './result.entity.js';
import { TranscriptEntity } from './transcript.entity.js';
import type { Outcome } from './trial.js';

export interface ResultFilter {
  entryIds?: string[];
  outcome?: Outcome;
  category?: string;
  sampleId?: string;
  epoch?: number;
  minScore?: number;
  maxScore?: number;
  overridden?: boolean;
}

/** What names a trial in a URL. */
export interface TrialKey {
  runId: string;
  entryId: string;
  sampleId: string;
  epoch: number;
}

/**
 * Rows that a page is read from: of a number that stands in the statement Postgres knows how soon it may stop, and makes
 * one plan for all runs. They are few, as each makes a statement of its own.
 */
const ROWS = [2, 21, 51, MAX_PAGE + 1];

const KEY = z.tuple([z.uuid(), z.int32(), z.int32()]);

/** The read model of single trials. */
@Injectable()
export class ResultsReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * In the order of entry, sample and epoch: the primary key's, so that a deep page costs what the first one does.
   * @throws AppError `results_deleted`
   */
  async list(runId: string, filter: ResultFilter, page: PageRequest): Promise<Page<ResultEntity>> {
    const conditions = ['run_id = $1'];
    const parameters: unknown[] = [runId];
    const add = (condition: (place: string) => string, value: unknown): void => {
      if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
    };
    add((place) => `entry_id = ANY (${place}::uuid[])`, filter.entryIds);
    add((place) => `outcome = ${place}`, filter.outcome);
    add((place) => `category = ${place}`, filter.category);
    add((place) => `sample_id = ${place}`, filter.sampleId);
    add((place) => `epoch = ${place}`, filter.epoch);
    add((place) => `score >= ${place}`, filter.minScore);
    add((place) => `score <= ${place}`, filter.maxScore);
    add((place) => `overridden = ${place}`, filter.overridden);
    if (page.cursor !== undefined) {
      const places = decodeCursor(page.cursor, KEY).map((key) => `$${parameters.push(key)}`);
      conditions.push(`(entry_id, ordinal, epoch) > (${places.join()})`);
    }
    const rows = await this.dataSource.query<ResultEntity[]>(
      `SELECT run_id AS "runId", entry_id AS "entryId", ordinal, epoch, sample_id AS "sampleId", category, outcome,
         score, scores, latency_ms AS "latencyMs", ttft_ms AS "ttftMs", input_tokens AS "inputTokens",
         output_tokens AS "outputTokens", cost_usd AS "costUsd", attempts, error_code AS "errorCode",
         overridden, created_at AS "createdAt"
       FROM results WHERE ${conditions.join(' AND ')} ORDER BY entry_id, ordinal, epoch LIMIT ${rowsFor(page.limit)}`,
      parameters,
    );
    if (rows.length === 0) await refuseDeleted(this.dataSource, [runId]);
    return toPage(rows, page.limit, (row) => [row.entryId, row.ordinal, row.epoch]);
  }

  /** @throws AppError `result_not_found` */
  async get({ runId, entryId, sampleId, epoch }: TrialKey): Promise<ResultEntity> {
    const filter = { entryIds: [entryId], sampleId, epoch };
    const { items } = isId(entryId) ? await this.list(runId, filter, { limit: 1 }) : { items: [] };
    const [result] = items;
    if (result) return result;
    throw AppError.notFound('result_not_found', noSuchTrial({ runId, entryId, sampleId, epoch }));
  }

  /** @throws AppError `transcript_not_found` */
  async transcript(key: TrialKey): Promise<TranscriptEntity> {
    const place = await this.placeOf(key);
    const transcript = place && (await this.dataSource.manager.findOneBy(TranscriptEntity, place));
    if (transcript) return transcript;
    throw AppError.notFound('transcript_not_found', noSuchTrial(key));
  }

  /** Changes of its score by hand, the newest first. @throws AppError `result_not_found` */
  async overrides(key: TrialKey, page: PageRequest): Promise<Page<ResultOverrideEntity>> {
    const place = await this.placeOf(key);
    if (!place) throw AppError.notFound('result_not_found', noSuchTrial(key));
    const before = page.cursor === undefined ? undefined : decodeCursor(page.cursor, z.tuple([z.int32()]))[0];
    const rows = await this.dataSource.manager.find(ResultOverrideEntity, {
      where: { ...place, ...(before !== undefined && { revision: LessThan(before) }) },
      order: { revision: 'DESC' },
      take: page.limit + 1,
    });
    return toPage(rows, page.limit, ({ revision }) => [revision]);
  }

  private async placeOf({ runId, entryId, sampleId, epoch }: TrialKey) {
    if (!isId(entryId)) return undefined;
    const [place] = await this.dataSource.query<{ ordinal: number }[]>(
      'SELECT ordinal FROM results WHERE run_id = $1 AND entry_id = $2 AND sample_id = $3 AND epoch = $4',
      [runId, entryId, sampleId, epoch],
    );
    return place && { runId, entryId, epoch, ordinal: place.ordinal };
  }
}

const rowsFor = (limit: number): number => ROWS.find((rows) => rows > limit) ?? limit + 1;

export const noSuchTrial = ({ runId, entryId, sampleId, epoch }: TrialKey): string =>
  `Run ${runId} has no trial of sample "${sampleId}", epoch ${epoch}, in entry "${entryId}".`;
