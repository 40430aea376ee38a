import type { DataSource } from 'typeorm';
import type { JudgeFinding } from './deduce-judges.js';

/** Transcripts read at most; of a larger run every k-th sample is taken. */
const MAX_TRANSCRIPTS = 50_000;

/**
 * $1 run, $2 stride over samples. Nothing is read where no scorer judges. A vote is one of a judge, by both orders of a pair
 * where both were shown: two that contradict each other come to a tie, as in the score. A judge without a verdict casts none.
 */
const VOTES = `
WITH verdict AS MATERIALIZED (
  SELECT t.entry_id, t.ordinal, t.epoch, v.*
  FROM transcripts AS t, jsonb_to_recordset(t.verdicts)
    AS v (scorer text, judge text, repeat integer, value double precision)
  WHERE t.run_id = $1 AND t.ordinal % $2 = 0 AND jsonb_typeof(t.verdicts) = 'array' AND (
    SELECT r.rescores_run_id IS NOT NULL OR jsonb_path_exists(v.definition, '$.scoring.** ? (@.type == "llm_judge")')
    FROM runs r JOIN benchmark_versions v ON v.id = r.benchmark_version_id WHERE r.id = $1)
), vote AS MATERIALIZED (
  SELECT entry_id, ordinal, epoch, scorer, judge, repeat, count(*) AS orders,
    CASE WHEN min(value) = max(value) THEN min(value) ELSE 0.5 END AS value, max(value) - min(value) AS changed
  FROM verdict GROUP BY entry_id, ordinal, epoch, scorer, judge, repeat HAVING count(value) = count(*)
), judged AS (
  SELECT entry_id, ordinal, epoch, scorer, judge, count(*) AS votes, avg(value) AS mean, max(value) - min(value) AS spread
  FROM vote GROUP BY entry_id, ordinal, epoch, scorer, judge
), spread AS (
  SELECT 1 AS place, 'judges_differ' AS kind, scorer, NULL AS judge, max(mean) - min(mean) AS spread
  FROM judged GROUP BY entry_id, ordinal, epoch, scorer HAVING count(*) > 1
  UNION ALL SELECT 2, 'judge_repeats', scorer, judge, spread FROM judged WHERE votes > 1
  UNION ALL SELECT 3, 'judge_order', scorer, judge, changed FROM vote WHERE orders > 1
)
SELECT kind, scorer, judge, count(*)::integer AS cases, (count(*) FILTER (WHERE spread > 1e-9))::integer AS differing,
  avg(spread) AS spread
FROM spread GROUP BY place, kind, scorer, judge ORDER BY place, scorer, judge`;

/** @param trials of the run that are stored */
export function readJudges(dataSource: DataSource, runId: string, trials: number): Promise<JudgeFinding[]> {
  const stride = Math.max(1, Math.ceil(trials / MAX_TRANSCRIPTS));
  return dataSource.query<JudgeFinding[]>(VOTES, [runId, stride]);
}
