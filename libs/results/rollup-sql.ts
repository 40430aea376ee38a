import { reducerName, type ReducerSpec, type Reduction } from '#libs/scoring';
import { boundsSql, reducedSql } from './reducer-sql.js';

/** What decides how an entry is rolled up. */
export interface RollupPlan {
  reduction: Reduction;
  /** Of the run. */
  epochs: number;
}

const LATENCY = (column: string): string => `
  jsonb_build_object(
    'mean', avg(${column}), 'max', max(${column}),
    'p50', percentile_cont(0.5) WITHIN GROUP (ORDER BY ${column}),
    'p90', percentile_cont(0.9) WITHIN GROUP (ORDER BY ${column}),
    'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY ${column}),
    'p99', percentile_cont(0.99) WITHIN GROUP (ORDER BY ${column}))`;

/** Observations of one reducer: ordinal, category, score, cluster. With `collect` each trial is one, alike to the others of its sample. */
const observations = (reducer: ReducerSpec, place: number): string =>
  reducer === 'collect'
    ? `SELECT ordinal, category, score, ordinal::text AS cluster FROM results
       WHERE run_id = $1 AND entry_id = $2 AND score IS NOT NULL`
    : `SELECT ordinal, category, reduced_${place} AS score, NULL::text AS cluster FROM sample WHERE reduced_${place} IS NOT NULL`;

/** Likewise of each scorer, by the first reducer. */
const scorerObservations = (reducer: ReducerSpec, passValue: number): string => {
  const values = `SELECT ordinal, s.key AS scorer, (s.value ->> 'value')::double precision AS score
    FROM results, jsonb_each(scores) AS s WHERE run_id = $1 AND entry_id = $2 AND outcome = 'scored'`;
  return reducer === 'collect'
    ? `SELECT scorer, score, ordinal::text AS cluster FROM (${values}) AS v`
    : `SELECT scorer, ${reducedSql(reducer, passValue)} AS score, NULL::text AS cluster
       FROM (${values}) AS v GROUP BY ordinal, scorer`;
};

/**
 * The statement that computes and stores the rollup of one entry from its results. $1 run id, $2 entry id, $3 the reduction.
 * The epochs of a sample are reduced first, so that n counts samples and the variance is between samples; only `collect`
 * counts trials. Observations of one cluster are alike: the standard error is CR1, as `clusteredMean` of `libs/analytics`.
 */
export function rollupSql({ reduction, epochs }: RollupPlan): string {
  const { reducers, pass_value } = reduction;
  const bounds = boundsSql(reducers[0]!, pass_value, epochs);
  const columns = [
    ...reducers.map((reducer, place) => `${reducedSql(reducer, pass_value)} AS reduced_${place}`),
    ...(bounds ? [`${bounds.worst} AS worst`, `${bounds.best} AS best`] : []),
  ];
  const group = (kind: string, key: string): string => `
  (SELECT coalesce(jsonb_agg(${GROUP} || jsonb_build_object('${key}', key) ORDER BY place, key), '[]')
   FROM statistic WHERE kind = '${kind}')`;
  return `
WITH sample AS (
  SELECT ordinal, min(category) AS category, sum(score) AS credit, ${columns.join(', ')}
  FROM results WHERE run_id = $1 AND entry_id = $2 GROUP BY ordinal
), observation AS (
  ${observations(reducers[0]!, 0)}
), part AS (
  SELECT 'score' AS kind, '' AS key, 0 AS place, score, cluster FROM observation
  UNION ALL SELECT 'category', category, ordinal, score, cluster FROM observation WHERE category IS NOT NULL
  UNION ALL SELECT 'scorer', scorer, 0, score, cluster FROM (${scorerObservations(reducers[0]!, pass_value)}) AS s
  ${reducers
    .map((reducer, place) => [reducer, place] as const)
    .slice(1)
    .map(
      ([reducer, place]) => `UNION ALL SELECT 'reducer', '${reducerName(reducer)}', ${place}, score, cluster
    FROM (${observations(reducer, place)}) AS o`,
    )
    .join('\n  ')}
), plain AS (
  SELECT kind, key, min(place) AS place, count(*) AS n, avg(score) AS mean, var_samp(score) AS variance,
    bool_and(score IN (0, 1)) AS is_binary
  FROM part GROUP BY kind, key
), cluster AS (
  SELECT kind, key, count(*) AS n, sum(score) AS total FROM part WHERE cluster IS NOT NULL GROUP BY kind, key, cluster
), clustered AS (
  SELECT kind, key, count(*) AS clusters, sqrt(count(*)::double precision / nullif(count(*) - 1, 0)
    * sum((c.total - c.n * p.mean) ^ 2)) / min(p.n) AS standard_error
  FROM cluster AS c JOIN plain AS p USING (kind, key) GROUP BY kind, key
), statistic AS (
  SELECT p.*, CASE WHEN c.clusters < p.n THEN
    jsonb_build_object('clusters', c.clusters, 'standard_error', c.standard_error) END AS clustered
  FROM plain AS p LEFT JOIN clustered AS c USING (kind, key)
), latency AS (
  SELECT CASE WHEN count(*) > 0 THEN ${LATENCY('latency_ms')} END AS latency_ms,
    CASE WHEN count(ttft_ms) > 0 THEN ${LATENCY('ttft_ms')} END AS ttft_ms
  FROM results WHERE run_id = $1 AND entry_id = $2 AND outcome IN ('scored', 'unscored')
)
INSERT INTO rollups (entry_id, run_id, n, mean, variance, is_binary, per_category, per_scorer, latency_ms, ttft_ms,
  consistency, reduction, figures)
SELECT $2, $1, coalesce(s.n, 0), s.mean, s.variance, coalesce(s.is_binary, false),
  ${group('category', 'category')}, ${group('scorer', 'scorer')},
  (SELECT latency_ms FROM latency), (SELECT ttft_ms FROM latency),
  ${epochs > 1 ? CONSISTENCY : 'NULL'}, $3::jsonb, jsonb_build_object(
    'clustered', s.clustered, 'per_reducer', ${group('reducer', 'reducer')},
    'credit', (SELECT coalesce(sum(credit), 0) FROM sample),
    'bounds', ${bounds ? `(SELECT jsonb_build_object('samples', count(*), 'worst', sum(worst), 'best', sum(best)) FROM sample)` : 'NULL'})
FROM (VALUES ('score')) AS one (kind) LEFT JOIN statistic AS s USING (kind)
ON CONFLICT (entry_id) DO NOTHING
RETURNING mean`;
}

const GROUP = `jsonb_build_object('n', n, 'mean', mean, 'variance', variance, 'clustered', clustered)`;

/** Mean over samples of the share of epochs that agree with the most common score. */
const CONSISTENCY = `
  (SELECT CASE WHEN max(epochs) > 1 THEN avg(agreement) END FROM (
    SELECT sum(trials) AS epochs, max(trials)::double precision / sum(trials) AS agreement FROM (
      SELECT ordinal, count(*) AS trials FROM results
      WHERE run_id = $1 AND entry_id = $2 AND score IS NOT NULL GROUP BY ordinal, score) AS c
    GROUP BY ordinal) AS a)`;
