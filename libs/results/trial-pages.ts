import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { refuseDeleted } from './refuse-deleted.js';
import type { ResultJson, TranscriptJson } from './trial-json.js';

interface Key {
  entry_id: string;
  ordinal: number;
  epoch: number;
}

/** A result as JSON, without what its run and agent are called. */
export type ResultRow = Omit<ResultJson, 'run_id' | 'agent'> & Key;
export type TrialRow = ResultRow & Omit<TranscriptJson, 'run_id'>;

/** Before every trial. */
const START: Key = { entry_id: '00000000-0000-0000-0000-000000000000', ordinal: -(2 ** 31), epoch: 0 };
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

  results(runId: string): AsyncGenerator<ResultRow[]> {
    return this.pages(RESULTS, runId, RESULTS_A_PAGE);
  }

  withTranscripts(runId: string): AsyncGenerator<TrialRow[]> {
    return this.pages(TRIALS, runId, TRIALS_A_PAGE);
  }

  private async *pages<T extends Key>(select: string, runId: string, size: number): AsyncGenerator<T[]> {
    let next = this.page<T>(select, runId, START, size);
    try {
      for (;;) {
        const page = await next;
        const last = page.length < size ? undefined : page.at(-1);
        // Postgres is at the next page while this one is written.
        if (last) next = this.page<T>(select, runId, last, size);
        next.catch(() => undefined);
        yield page;
        if (!last) return;
      }
    } finally {
      await next.catch(() => undefined);
    }
  }

  private page<T>(
    select: string,
    runId: string,
    { entry_id, ordinal, epoch }: Key,
    size: number,
  ): Promise<T[]> {
    return this.dataSource.transaction(async (manager) => {
      // A partition without statistics has Postgres read and sort all that is left for every page.
      await manager.query('SET LOCAL enable_sort = off');
      // One JSON text costs less than as many values as there are columns, and every number in it reads back as it is.
      const [row]: [{ page: T[] }] = await manager.query(
        `SELECT coalesce(json_agg(r), '[]') AS page FROM (${select}) AS r`,
        [runId, entry_id, ordinal, epoch, size],
      );
      return row.page;
    });
  }
}
