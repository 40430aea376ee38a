import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { FIRST_ID } from '#libs/common';
import { refuseDeleted } from './refuse-deleted.js';
import type { ResultJson, TranscriptJson } from './trial-json.js';

interface Key {
  entry_id: string;
  ordinal: number;
  epoch: number;
}

/** A trial as JSON, without what its run and agent are called. */
export type TrialRow = Omit<ResultJson, 'run_id' | 'agent'> & Key & Omit<TranscriptJson, 'run_id'>;

/** What Postgres makes of the rows `r` of a page, an aggregate of SQL; `values` are its parameters from $6 on. */
export interface Made {
  sql: string;
  values: unknown[];
}

interface Answer<T> extends Key {
  count: number;
  page: T;
}

/** Before every trial. */
const START: Key = { entry_id: FIRST_ID, ordinal: -(2 ** 31), epoch: 0 };
const RESULTS_A_PAGE = 5000;
/** Of trials with their transcripts, each of which may be large. */
const TRIALS_A_PAGE = 200;

const RESULTS = `
SELECT entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, overridden, latency_ms, ttft_ms, input_tokens,
  output_tokens, cost_usd, attempts, error_code,
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_at
FROM results WHERE run_id = $1 AND (entry_id, ordinal, epoch) > ($2, $3, $4)
ORDER BY entry_id, ordinal, epoch LIMIT $5`;

const TRIALS = `
SELECT r.*, coalesce(t.messages, '[]') AS messages, t.output, t.tool_calls, t.finish_reason, t.raw_id, t.error,
  t.explanations, t.steps, t.state, t.verdicts
FROM (${RESULTS}) AS r
LEFT JOIN transcripts t ON t.run_id = $1 AND t.entry_id = r.entry_id AND t.ordinal = r.ordinal AND t.epoch = r.epoch
ORDER BY r.entry_id, r.ordinal, r.epoch`;

/**
 * All trials of a run in the order of their primary key, two pages held at a time and no connection between them, so
 * that who reads slowly holds none.
 */
@Injectable()
export class TrialPages {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** To be asked before the first page is, while an error can still be answered. @throws AppError `results_deleted` */
  requireKept(runId: string): Promise<void> {
    return refuseDeleted(this.dataSource, [runId]);
  }

  /**
   * Of the narrow halves. Made by Postgres, text takes neither the time nor the memory that values take which are read
   * only to be written again.
   */
  results<T>(runId: string, made: Made): AsyncGenerator<T> {
    return this.pages(RESULTS, runId, RESULTS_A_PAGE, made);
  }

  withTranscripts(runId: string): AsyncGenerator<TrialRow[]> {
    // One JSON text costs less than as many values as there are columns, and every number in it reads back as it is.
    return this.pages(TRIALS, runId, TRIALS_A_PAGE, { sql: 'json_agg(r)', values: [] });
  }

  private async *pages<T>(select: string, runId: string, size: number, made: Made): AsyncGenerator<T> {
    const ask = (after: Key): Promise<{ answer: Promise<Answer<T>> }> =>
      this.ask(select, [runId, after.entry_id, after.ordinal, after.epoch, size], made);
    let next = await ask(START);
    try {
      for (;;) {
        const { count, page, ...last } = await next.answer;
        const isLast = count < size;
        // Postgres is at the next page while this one is written.
        if (!isLast) next = await ask(last);
        if (count > 0) yield page;
        if (isLast) return;
      }
    } finally {
      await next.answer.catch(() => undefined);
    }
  }

  /** Comes back once Postgres has the statement: who goes on to write a page may not come round to sending it. */
  private ask<T>(select: string, keys: unknown[], { sql, values }: Made) {
    return new Promise<{ answer: Promise<Answer<T>> }>((sent, failed) => {
      const answer = this.dataSource.transaction(async (manager) => {
        // A partition without statistics has Postgres read and sort all that is left for every page.
        await manager.query('SET LOCAL enable_sort = off');
        const rows: Promise<[Answer<T>]> = manager.query(
          `SELECT count(*)::int AS count, (array_agg(r.entry_id))[count(*)] AS entry_id,
             (array_agg(r.ordinal))[count(*)] AS ordinal, (array_agg(r.epoch))[count(*)] AS epoch, ${sql} AS page
           FROM (${select}) AS r`,
          [...keys, ...values],
        );
        sent({ answer });
        const [row] = await rows;
        return row;
      });
      answer.catch(failed);
    });
  }
}
