import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { sampleScoreSql } from '#libs/results';
import { storedTrials, type RunView } from '#libs/runs';
import { AVERAGED, type Reduction } from '#libs/scoring';
import { deduce, type Deductions, type Findings } from './deduce.js';
import { summarizeRun } from './entry-summary.js';

/** Trials read at most; of a larger run every k-th sample is taken. */
const MAX_TRIALS = 200_000;
const MAX_SAMPLE_IDS = 10;

/**
 * $1 run, $2 stride over samples, $3 entries with a score. The epochs of a sample are reduced as in the entry's score
 * before samples are compared. corr() is NULL, and left out, where one side does not vary.
 */
const FIND = (reduction: Reduction): string => `
WITH trial AS MATERIALIZED (
  SELECT entry_id, ordinal, sample_id, score, latency_ms, attempts FROM results
  WHERE run_id = $1 AND outcome = 'scored' AND ordinal % $2 = 0
), sample AS MATERIALIZED (
  SELECT entry_id, ordinal, min(sample_id) AS sample_id, ${sampleScoreSql(reduction)} AS score
  FROM trial GROUP BY entry_id, ordinal
), latency AS (
  SELECT entry_id AS entry, corr(latency_ms, score) AS r, count(latency_ms) AS n FROM trial GROUP BY entry_id
), pair AS (
  SELECT a.entry_id AS a, b.entry_id AS b, corr(a.score, b.score) AS r, count(*) AS n
  FROM sample AS a JOIN sample AS b ON b.ordinal = a.ordinal AND b.entry_id > a.entry_id
  GROUP BY a.entry_id, b.entry_id
), tries AS (
  SELECT entry_id AS entry, attempts > 1 AS retried, count(*) AS n, avg(score) AS mean, var_samp(score) AS variance
  FROM trial GROUP BY entry_id, attempts > 1
), shared AS (
  SELECT ordinal, min(sample_id) AS sample_id, min(score) AS low, max(score) AS high
  FROM sample GROUP BY ordinal HAVING count(score) = $3
), agreed AS (
  SELECT low AS score, count(*) AS samples, (array_agg(sample_id ORDER BY ordinal))[:${MAX_SAMPLE_IDS}] AS ids
  FROM shared WHERE low = high AND low IN (0, 1) GROUP BY low
)
SELECT (SELECT coalesce(jsonb_agg(l), '[]') FROM latency AS l WHERE r IS NOT NULL) AS latency,
  (SELECT coalesce(jsonb_agg(p), '[]') FROM pair AS p WHERE r IS NOT NULL) AS pairs,
  (SELECT coalesce(jsonb_agg(t), '[]') FROM tries AS t) AS tries,
  (SELECT coalesce(jsonb_agg(a ORDER BY score), '[]') FROM agreed AS a) AS agreed,
  (SELECT count(*)::integer FROM shared) AS shared`;

/** Reads the results of one run; transcripts never. */
@Injectable()
export class DeductionsReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async deductions(run: RunView): Promise<Deductions> {
    const entries = summarizeRun(run);
    const reduction = run.entries.find(({ rollup }) => rollup)?.rollup?.reduction ?? AVERAGED;
    const stored = run.entries.reduce((sum, entry) => sum + storedTrials(entry), 0);
    const [findings] = await this.dataSource.query<[Findings]>(FIND(reduction), [
      run.id,
      Math.max(1, Math.ceil(stored / MAX_TRIALS)),
      entries.filter(({ outcomes }) => outcomes.scored > 0).length,
    ]);
    return deduce(entries, findings);
  }
}
