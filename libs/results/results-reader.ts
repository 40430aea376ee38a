import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { AppError, decodeCursor, isId, toPage, type Page, type PageRequest } from '#libs/common';
import type { ResultEntity } from './result.entity.js';
import { TranscriptEntity } from './transcript.entity.js';
import type { Outcome } from './trial.js';

export interface ResultFilter {
  entryIds?: string[];
  outcome?: Outcome;
  category?: string;
  sampleId?: string;
  minScore?: number;
  maxScore?: number;
}

const KEY = z.tuple([z.uuid(), z.int32(), z.int32()]);

/** The read model of single trials. */
@Injectable()
export class ResultsReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** In the order of entry, sample and epoch: the primary key's, so that a deep page costs what the first one does. */
  async list(runId: string, filter: ResultFilter, page: PageRequest): Promise<Page<ResultEntity>> {
    const conditions = ['run_id = $1'];
    const parameters: unknown[] = [runId, page.limit + 1];
    const add = (condition: (place: string) => string, value: unknown): void => {
      if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
    };
    add((place) => `entry_id = ANY (${place}::uuid[])`, filter.entryIds);
    add((place) => `outcome = ${place}`, filter.outcome);
    add((place) => `category = ${place}`, filter.category);
    add((place) => `sample_id = ${place}`, filter.sampleId);
    add((place) => `score >= ${place}`, filter.minScore);
    add((place) => `score <= ${place}`, filter.maxScore);
    if (page.cursor !== undefined) {
      const places = decodeCursor(page.cursor, KEY).map((key) => `$${parameters.push(key)}`);
      conditions.push(`(entry_id, ordinal, epoch) > (${places.join()})`);
    }
    const rows = await this.dataSource.query<ResultEntity[]>(
      `SELECT run_id AS "runId", entry_id AS "entryId", ordinal, epoch, sample_id AS "sampleId", category, outcome,
         score, scores, latency_ms AS "latencyMs", ttft_ms AS "ttftMs", input_tokens AS "inputTokens",
         output_tokens AS "outputTokens", cost_usd AS "costUsd", attempts, error_code AS "errorCode",
         created_at AS "createdAt"
       FROM results WHERE ${conditions.join(' AND ')} ORDER BY entry_id, ordinal, epoch LIMIT $2`,
      parameters,
    );
    return toPage(rows, page.limit, (row) => [row.entryId, row.ordinal, row.epoch]);
  }

  /** @throws AppError `transcript_not_found` */
  async transcript(
    runId: string,
    entryId: string,
    sampleId: string,
    epoch: number,
  ): Promise<TranscriptEntity> {
    const [key] = isId(entryId)
      ? await this.dataSource.query<{ ordinal: number }[]>(
          'SELECT ordinal FROM results WHERE run_id = $1 AND entry_id = $2 AND sample_id = $3 AND epoch = $4',
          [runId, entryId, sampleId, epoch],
        )
      : [];
    const transcript =
      key &&
      (await this.dataSource.manager.findOneBy(TranscriptEntity, {
        runId,
        entryId,
        ordinal: key.ordinal,
        epoch,
      }));
    if (transcript) return transcript;
    throw AppError.notFound(
      'transcript_not_found',
      `Run ${runId} has no trial of sample "${sampleId}", epoch ${epoch}, in entry "${entryId}".`,
    );
  }
}
