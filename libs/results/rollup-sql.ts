/** Sums are made in the order of trials: floating point would give other last digits in another order. */
const LATENCY = (column: string): string => `
  jsonb_build_object(
    'mean', avg(${column} ORDER BY ordinal, epoch), 'max', max(${column}),
    'p50', percentile_cont(0.5) WITHIN GROUP (ORDER BY ${column}),
    'p90', percentile_cont(0.9) WITHIN GROUP (ORDER BY ${column}),
    'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY ${column}),
    'p99', percentile_cont(0.99) WITHIN GROUP (ORDER BY ${column}))`;

/**
 * Computes and stores the rollup of one entry from its results, in one statement. $1 run id, $2 entry id.
 * The epochs of a sample are averaged first, so that n counts samples and the variance is between samples. The same
 * results give the same digits, in whatever order they were stored.
 */
export const WRITE_ROLLUP = `
WITH scored AS (
  SELECT ordinal, epoch, category, score, scores FROM results
  WHERE run_id = $1 AND entry_id = $2 AND outcome = 'scored'
), score_count AS (
  SELECT ordinal, category, score, count(*) AS trials FROM scored GROUP BY ordinal, category, score
), sample AS (
  SELECT ordinal, category, sum(score * trials ORDER BY score) / sum(trials) AS score, sum(trials) AS epochs,
    max(trials)::double precision / sum(trials) AS agreement
  FROM score_count GROUP BY ordinal, category
), per_category AS (
  SELECT category, count(*) AS n, avg(score ORDER BY ordinal) AS mean, var_samp(score ORDER BY ordinal) AS variance, min(ordinal) AS place
  FROM sample WHERE category IS NOT NULL GROUP BY category
), sample_scorer AS (
  SELECT ordinal, s.key AS scorer, avg((s.value ->> 'value')::double precision ORDER BY epoch) AS score
  FROM scored, jsonb_each(scores) AS s GROUP BY ordinal, s.key
), per_scorer AS (
  SELECT scorer, count(*) AS n, avg(score ORDER BY ordinal) AS mean, var_samp(score ORDER BY ordinal) AS variance
  FROM sample_scorer GROUP BY scorer
), latency AS (
  SELECT CASE WHEN count(*) > 0 THEN ${LATENCY('latency_ms')} END AS latency_ms,
    CASE WHEN count(ttft_ms) > 0 THEN ${LATENCY('ttft_ms')} END AS ttft_ms
  FROM results WHERE run_id = $1 AND entry_id = $2 AND outcome IN ('scored', 'unscored')
)
INSERT INTO rollups (entry_id, run_id, n, mean, variance, is_binary, per_category, per_scorer, latency_ms, ttft_ms, consistency)
SELECT $2, $1, count(*), avg(score ORDER BY ordinal), var_samp(score ORDER BY ordinal), coalesce(bool_and(score IN (0, 1)), false),
  (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'place' ORDER BY place), '[]') FROM per_category AS c),
  (SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY scorer), '[]') FROM per_scorer AS s),
  (SELECT latency_ms FROM latency), (SELECT ttft_ms FROM latency),
  CASE WHEN max(epochs) > 1 THEN avg(agreement ORDER BY ordinal) END
FROM sample
ON CONFLICT (entry_id) DO NOTHING
RETURNING mean`;
