import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AppError } from '#libs/common';
import { refuseDeleted, sampleScoreSql } from '#libs/results';
import { storedTrials, type RunView } from '#libs/runs';
import { AVERAGED, type Reduction } from '#libs/scoring';
import { METRICS } from './deduce-correlations.js';
import { deduce, type Deductions, type Findings } from './deduce.js';
import { summarizeRun } from './entry-summary.js';
import { readItems } from './item-scores.js';
import { readJudges } from './judge-votes.js';

/** Trials read at most; of a larger run every k-th sample is taken. */
const MAX_TRIALS = 200_000;
const MAX_SAMPLE_IDS = 10;

/**
 * $1 run, $2 stride over samples, $3 entries with a score. The epochs of a sample are reduced as in the entry's score
 * before samples are compared. corr() is NULL, and left out, where one side does not vary. Equal values share the mean of
 * their ranks; the metrics are numbered as in METRICS.
 */
const FIND = (reduction: Reduction, repeated: boolean): string => `
WITH trial AS MATERIALIZED (
  SELECT entry_id, ordinal, epoch, sample_id, score, latency_ms, attempts, input_tokens + output_tokens AS tokens,
    cost_usd::double precision AS cost${repeated ? ', scores' : ''}
  FROM results WHERE run_id = $1 AND outcome = 'scored' AND ordinal % $2 = 0
), sample AS MATERIALIZED (
  SELECT entry_id, ordinal, min(sample_id) AS sample_id, ${sampleScoreSql(reduction)}::double precision AS score,
    avg(latency_ms) AS latency, avg(tokens)::double precision AS tokens, avg(cost) AS cost,
    avg(attempts)::double precision AS attempts
  FROM trial GROUP BY entry_id, ordinal
), measured AS (
  SELECT entry_id, metric, score, value,
    rank() OVER of_value + (count(*) OVER (of_value RANGE CURRENT ROW) - 1) / 2.0 AS value_rank,
    rank() OVER of_score + (count(*) OVER (of_score RANGE CURRENT ROW) - 1) / 2.0 AS score_rank
  FROM sample, LATERAL (VALUES ${METRICS.map((metric, place) => `(${place}, ${metric})`).join(', ')}) AS m (metric, value)
  WHERE value IS NOT NULL AND score IS NOT NULL
  WINDOW of_value AS (PARTITION BY entry_id, metric ORDER BY value),
    of_score AS (PARTITION BY entry_id, metric ORDER BY score)
), metric AS (
  SELECT entry_id AS entry, ('{${METRICS.join(',')}}'::text[])[metric + 1] AS metric, corr(value, score) AS r,
    corr(value_rank, score_rank) AS rho, count(*) AS n
  FROM measured GROUP BY entry_id, metric
), pair AS (
  SELECT a.entry_id AS a, b.entry_id AS b, corr(a.score, b.score) AS r,
    count(*) FILTER (WHERE a.score IS NOT NULL AND b.score IS NOT NULL) AS n
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
)${repeated ? ANSWERS : ''}
SELECT (SELECT coalesce(jsonb_agg(m), '[]') FROM metric AS m WHERE r IS NOT NULL AND rho IS NOT NULL) AS metrics,
  (SELECT coalesce(jsonb_agg(p), '[]') FROM pair AS p WHERE r IS NOT NULL) AS pairs,
  (SELECT coalesce(jsonb_agg(t), '[]') FROM tries AS t) AS tries,
  (SELECT coalesce(jsonb_agg(a ORDER BY score), '[]') FROM agreed AS a) AS agreed,
  (SELECT count(*)::integer FROM shared) AS shared,
  ${repeated ? "(SELECT coalesce(jsonb_agg(a ORDER BY scorer), '[]') FROM alike AS a)" : "'[]'::jsonb"} AS answers`;

/** A trial without an answer agrees with none. */
const ANSWERS = `, answer AS (
  SELECT entry_id, ordinal, s.key AS scorer, s.value ->> 'answer' AS answer, count(*) AS trials
  FROM trial, jsonb_each(scores) AS s GROUP BY entry_id, ordinal, s.key, s.value ->> 'answer'
), alike AS (
  SELECT entry_id AS entry, scorer, avg(most::double precision / trials) AS share, count(*) AS samples,
    sum(trials) AS trials
  FROM (SELECT entry_id, ordinal, scorer, sum(trials) AS trials, max(trials) FILTER (WHERE answer IS NOT NULL) AS most
    FROM answer GROUP BY entry_id, ordinal, scorer) AS a
  WHERE trials > 1 AND most IS NOT NULL GROUP BY entry_id, scorer
)`;

/** Reads the results of one run, and of its transcripts what judges said. */
@Injectable()
export class DeductionsReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** As `deductions`, for what is to be told in any case: null where the results were deleted. */
  async deductionsIfKept(run: RunView): Promise<Deductions | null> {
    return this.deductions(run).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'results_deleted') return null;
      throw error;
    });
  }

  /** @throws AppError `results_deleted` */
  async deductions(run: RunView): Promise<Deductions> {
    await refuseDeleted(this.dataSource, [run.id]);
    const entries = summarizeRun(run);
    const reduction = run.entries.find(({ rollup }) => rollup)?.rollup?.reduction ?? AVERAGED;
    const stored = run.entries.reduce((sum, entry) => sum + storedTrials(entry), 0);
    const stride = Math.max(1, Math.ceil(stored / MAX_TRIALS));
    const [[findings], items, judges] = await Promise.all([
      this.dataSource.query<[Findings]>(FIND(reduction, run.config.epochs > 1), [
        run.id,
        stride,
        entries.filter(({ outcomes }) => outcomes.scored > 0).length,
      ]),
      readItems(this.dataSource, run.id, reduction),
      readJudges(this.dataSource, run.id, stored),
    ]);
    return deduce(entries, findings, items, judges);
  }
}
