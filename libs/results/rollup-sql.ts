import { metadataPath, reducerName, type ReducerSpec, type Reduction } from '#libs/scoring';
import { AGREEMENT, COST, EPOCH_SUMS, PASS_COUNTS, SPEED, sampleColumns } from './figures-sql.js';
import { boundsSql, reducedSql } from './reducer-sql.js';

/**
 * The statement that computes and stores the rollup of one entry from its results, and its parameters.
 * The epochs of a sample are reduced first, so that n counts samples and the variance is between samples; only `collect`
 * counts trials. Observations of one cluster are alike: the standard error is CR1, as `clusteredMean` of `libs/analytics`.
 * What is added up is so in the order of trials, so that the same results give the same digits.
 * @param epochs of the run
 */
export function rollupStatement(
  reduction: Reduction,
  epochs: number,
  [runId, entryId]: [string, string],
): [sql: string, parameters: unknown[]] {
  const { reducers, pass_value, cluster_by } = reduction;
  const first = reducers[0]!;
  const bounds = boundsSql(first, pass_value, epochs);
  const columns = [
    sampleColumns(pass_value),
    ...reducers.map((reducer, place) => `${reducedSql(reducer, pass_value)} AS reduced_${place}`),
    ...(bounds ? [`${bounds.worst} AS worst`, `${bounds.best} AS best`] : []),
  ];
  const repeated = epochs > 1;
  const sql = `
WITH sample AS (
  SELECT ordinal, min(category) AS category, ${columns.join(', ')}
  FROM (SELECT ordinal, epoch, category, cost_usd, ${SAFE_SCORE} FROM results WHERE run_id = $1 AND entry_id = $2) AS trial
  GROUP BY ordinal
), ${cluster_by === undefined ? '' : `cluster_of AS (${clusterOf(cluster_by)}), `}observation AS (
  ${withCluster(observations(first, 0), first, cluster_by)}
), part AS (
  SELECT 'score' AS kind, '' AS key, 0 AS place, ordinal, epoch, score, cluster FROM observation
  UNION ALL SELECT 'category', category, ordinal, ordinal, epoch, score, cluster FROM observation WHERE category IS NOT NULL
  UNION ALL SELECT 'scorer', scorer, 0, ordinal, epoch, score, cluster
    FROM (${withCluster(scorerObservations(first, pass_value), first, cluster_by)}) AS s
  ${reducers.map((reducer, place) => (place === 0 ? '' : others(reducer, place, cluster_by))).join('')}
), plain AS (
  SELECT kind, key, min(place) AS place, count(*) AS n, avg(score ORDER BY ordinal, epoch) AS mean,
    var_samp(score ORDER BY ordinal, epoch) AS variance,
    bool_and(score IN (0, 1)) AS is_binary
  FROM part GROUP BY kind, key
), statistic AS (
  ${cluster_by !== undefined || reducers.includes('collect') ? CLUSTERED : 'SELECT *, NULL::jsonb AS clustered FROM plain'}
), speed AS (${SPEED}
)${repeated ? `, agreement AS (${AGREEMENT})` : ''}
INSERT INTO rollups (entry_id, run_id, n, mean, variance, is_binary, per_category, per_scorer, latency_ms, ttft_ms,
  consistency, reduction, sample_ordinals, sample_scores, figures)
SELECT $2, $1, coalesce(s.n, 0), s.mean, s.variance, coalesce(s.is_binary, false),
  ${groups('category')}, ${groups('scorer')}, speed.latency_ms, speed.ttft_ms,
  ${repeated ? '(SELECT consistency FROM agreement)' : 'NULL'}, $3::jsonb,
  ${kept('ordinal')}, ${kept('reduced_0')}, jsonb_build_object(
    'clustered', s.clustered, 'per_reducer', ${groups('reducer')},
    'credit', (SELECT coalesce(sum(credit ORDER BY ordinal), 0) FROM sample),
    'bounds', ${bounds ? BOUNDS : 'NULL'}, 'pass_counts', ${PASS_COUNTS}, 'cost', ${COST},
    'epochs', ${repeated ? EPOCH_SUMS : 'NULL'}, 'agreement', ${repeated ? '(SELECT agreement FROM agreement)' : 'NULL'},
    'output_tokens_per_s', speed.output_tokens_per_s)
FROM speed LEFT JOIN statistic AS s ON s.kind = 'score'
ON CONFLICT (entry_id) DO NOTHING
RETURNING mean`;
  const path = cluster_by === undefined ? null : metadataPath(cluster_by);
  return [sql, [runId, entryId, reduction, ...(path ? [path] : [])]];
}

/** Postgres ends a statement whose square or quotient comes to less than a double can be (`underflow`). */
const SAFE_SCORE = 'CASE WHEN score < 1e-100 THEN 0 ELSE score END AS score';

/** What a reducer makes of the samples: ordinal, epoch, category, score. */
const observations = (reducer: ReducerSpec, place: number): string =>
  reducer === 'collect'
    ? `SELECT ordinal, epoch, category, ${SAFE_SCORE} FROM results WHERE run_id = $1 AND entry_id = $2 AND score IS NOT NULL`
    : `SELECT ordinal, 1 AS epoch, category, reduced_${place} AS score FROM sample WHERE reduced_${place} IS NOT NULL`;

/** Likewise of each scorer: ordinal, epoch, scorer, score. */
function scorerObservations(reducer: ReducerSpec, passValue: number): string {
  const values = `SELECT ordinal, epoch, scorer, ${SAFE_SCORE} FROM (
    SELECT ordinal, epoch, s.key AS scorer, (s.value ->> 'value')::double precision AS score
    FROM results, jsonb_each(scores) AS s WHERE run_id = $1 AND entry_id = $2 AND outcome = 'scored') AS j`;
  if (reducer === 'collect') return values;
  const reduced = `SELECT ordinal, 1 AS epoch, scorer, ${reducedSql(reducer, passValue)} AS score
    FROM (${values}) AS v GROUP BY ordinal, scorer`;
  return `SELECT * FROM (${reduced}) AS r WHERE score IS NOT NULL`;
}

const others = (reducer: ReducerSpec, place: number, clusterBy: string | undefined): string => `
  UNION ALL SELECT 'reducer', '${reducerName(reducer)}', ${place}, ordinal, epoch, score, cluster
    FROM (${withCluster(observations(reducer, place), reducer, clusterBy)}) AS o`;

/** A sample without a value is alike to none: its cluster is itself. $4 is the path of a field of its metadata. */
const clusterOf = (clusterBy: string): string =>
  metadataPath(clusterBy)
    ? `SELECT s.ordinal, coalesce('in ' || (m.metadata #>> $4::text[]), 'at ' || s.ordinal) AS cluster
       FROM sample AS s LEFT JOIN samples AS m ON m.ordinal = s.ordinal
         AND m.benchmark_version_id = (SELECT benchmark_version_id FROM runs WHERE id = $1)`
    : `SELECT ordinal, coalesce('in ' || category, 'at ' || ordinal) AS cluster FROM sample`;

/** The trials of a sample are alike, too. */
function withCluster(source: string, reducer: ReducerSpec, clusterBy: string | undefined): string {
  if (clusterBy !== undefined) {
    return `SELECT o.*, c.cluster FROM (${source}) AS o JOIN cluster_of AS c USING (ordinal)`;
  }
  const own = reducer === 'collect' ? 'ordinal::text' : 'NULL::text';
  return `SELECT o.*, ${own} AS cluster FROM (${source}) AS o`;
}

const CLUSTERED = `
  SELECT p.*, CASE WHEN c.clusters < p.n THEN
    jsonb_build_object('clusters', c.clusters, 'standard_error', c.standard_error) END AS clustered
  FROM plain AS p LEFT JOIN (
    SELECT kind, key, count(*) AS clusters, sqrt(count(*)::double precision / nullif(count(*) - 1, 0)
      * sum((c.total - c.n * p.mean) ^ 2 ORDER BY cluster COLLATE "C")) / min(p.n) AS standard_error
    FROM (SELECT kind, key, cluster, count(*) AS n,
        sum(score ORDER BY ordinal, epoch) AS total FROM part WHERE cluster IS NOT NULL
      GROUP BY kind, key, cluster) AS c JOIN plain AS p USING (kind, key)
    GROUP BY kind, key) AS c USING (kind, key)`;

const BOUNDS = `
  (SELECT jsonb_build_object('samples', count(*), 'worst', coalesce(sum(worst ORDER BY ordinal), 0),
    'best', coalesce(sum(best ORDER BY ordinal), 0))
   FROM sample)`;

const groups = (kind: 'category' | 'scorer' | 'reducer'): string => `
  (SELECT coalesce(jsonb_agg(jsonb_build_object('${kind}', key, 'n', n, 'mean', mean, 'variance', variance,
    'clustered', clustered) ORDER BY place, key), '[]') FROM statistic WHERE kind = '${kind}')`;

/** Of the samples that count, in their order. */
const kept = (column: string): string =>
  `coalesce((SELECT array_agg(${column} ORDER BY ordinal) FROM sample WHERE reduced_0 IS NOT NULL), '{}')`;
