/**
 * Figures that a rollup keeps besides scores, each SQL for one value, read from the CTE `sample` or from results. Sums are
 * made in the order of trials: floating point would give other last digits in another order.
 */

const OF_ENTRY = 'run_id = $1 AND entry_id = $2';

/** Distribution of a column in its unit. */
const distributionSql = (column: string): string => `jsonb_build_object(
    'mean', avg(${column} ORDER BY ordinal, epoch), 'max', max(${column}),
    'p50', percentile_cont(0.5) WITHIN GROUP (ORDER BY ${column}),
    'p90', percentile_cont(0.9) WITHIN GROUP (ORDER BY ${column}),
    'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY ${column}),
    'p99', percentile_cont(0.99) WITHIN GROUP (ORDER BY ${column}))`;

/** A CTE of one row: latency_ms, ttft_ms and output_tokens_per_s, each null where no answered trial has it. */
export const SPEED = `
  SELECT CASE WHEN count(latency_ms) > 0 THEN ${distributionSql('latency_ms')} END AS latency_ms,
    CASE WHEN count(ttft_ms) > 0 THEN ${distributionSql('ttft_ms')} END AS ttft_ms,
    CASE WHEN count(pace) > 0 THEN ${distributionSql('pace')} END AS output_tokens_per_s
  FROM (SELECT ordinal, epoch, latency_ms, ttft_ms, 1000 * output_tokens / nullif(latency_ms, 0) AS pace
    FROM results WHERE ${OF_ENTRY} AND outcome IN ('scored', 'unscored')) AS answered`;

/** Columns of `sample` that the figures below are made from. */
export const sampleColumns = (passValue: number): string => `count(score) AS scored,
    count(*) FILTER (WHERE score >= ${passValue}) AS passed, coalesce(sum(score ORDER BY epoch), 0) AS credit,
    sum(cost_usd)::double precision AS cost, avg(score ORDER BY epoch) AS trial_mean,
    var_pop(score ORDER BY epoch) * count(score) AS squares`;

/** How many samples have so many scored trials, and so many that pass: at most one for each two numbers of epochs. */
export const PASS_COUNTS = `
  (SELECT coalesce(jsonb_agg(c ORDER BY trials, passed), '[]') FROM (
    SELECT scored AS trials, passed, count(*) AS samples FROM sample WHERE scored > 0 GROUP BY scored, passed) AS c)`;

/** Cost and credit of a sample, all epochs together; of samples whose cost is known. */
export const COST = `
  (SELECT CASE WHEN count(cost) > 0 THEN jsonb_build_object('samples', count(cost), 'mean_cost', avg(cost ORDER BY ordinal),
      'mean_credit', avg(credit ORDER BY ordinal) FILTER (WHERE cost IS NOT NULL), 'cost_variance', var_samp(cost ORDER BY ordinal),
      'credit_variance', var_samp(credit ORDER BY ordinal) FILTER (WHERE cost IS NOT NULL), 'covariance', covar_samp(cost, credit ORDER BY ordinal)) END
   FROM sample)`;

/** What the epochs of samples differ by; only of runs that repeat. */
export const EPOCH_SUMS = `
  (SELECT jsonb_build_object('samples', count(*), 'trials', coalesce(sum(scored), 0),
      'squares_between', coalesce(sum(scored * (trial_mean - g.mean) ^ 2 ORDER BY ordinal), 0),
      'squares_within', coalesce(sum(squares ORDER BY ordinal), 0), 'squared_sizes', coalesce(sum(scored ^ 2 ORDER BY ordinal), 0))
   FROM sample, (SELECT sum(credit ORDER BY ordinal) / nullif(sum(scored), 0) AS mean FROM sample) AS g WHERE scored > 0)`;

/**
 * A CTE of one row: consistency is the mean over samples of the share of epochs that agree with the most common score;
 * the others are `consistency` of `libs/analytics`, of scores.
 */
export const AGREEMENT = `
  SELECT CASE WHEN max(epochs) > 1 THEN avg(most::double precision / epochs ORDER BY ordinal) END AS consistency,
    jsonb_build_object('samples', count(*) FILTER (WHERE epochs > 1),
      'unanimous', avg((most = epochs)::integer::double precision) FILTER (WHERE epochs > 1),
      'pairwise', avg(pairs::double precision / nullif(epochs * (epochs - 1), 0) ORDER BY ordinal) FILTER (WHERE epochs > 1)) AS agreement
  FROM (SELECT ordinal, sum(trials) AS epochs, max(trials) AS most, sum(trials * (trials - 1)) AS pairs FROM (
      SELECT ordinal, count(*) AS trials FROM results WHERE ${OF_ENTRY} AND score IS NOT NULL GROUP BY ordinal, score) AS c
    GROUP BY ordinal) AS a`;
