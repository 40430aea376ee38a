import type { EntityManager } from 'typeorm';
import { storableJson, type InputError } from '#libs/common';
import type { PlacedTrial } from './run-file-reader.js';

/**
 * Stores trials of samples that the version has, each once. $1 the trials, $2 run id, $3 version id, $4 ids of the entries
 * by place. The category is the sample's. Answers with the lines that fit, and the keys that
 * were new.
 */
const INSERT_TRIALS = `
WITH told AS MATERIALIZED (
  SELECT ($4::uuid[])[entry + 1] AS entry_id, t.* FROM jsonb_to_recordset($1::jsonb) AS t (line int, entry int, ordinal int,
    epoch smallint, sample_id text, outcome text, score float8, scores jsonb, overridden boolean, latency_ms real, ttft_ms real,
    input_tokens int, output_tokens int, cost_usd numeric, attempts smallint, error_code text, created_at timestamptz,
    messages jsonb, output text, tool_calls jsonb, finish_reason text, raw_id text, error text, explanations jsonb,
    steps jsonb, state jsonb, verdicts jsonb)
), known AS (
  SELECT t.*, s.category FROM told t
  JOIN samples s ON s.benchmark_version_id = $3 AND s.ordinal = t.ordinal AND s.sample_id = t.sample_id
  WHERE t.entry_id IS NOT NULL
), stored AS (
  INSERT INTO results (run_id, entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, overridden, latency_ms, ttft_ms,
    input_tokens, output_tokens, cost_usd, attempts, error_code, created_at)
  SELECT $2, entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, overridden, latency_ms, ttft_ms, input_tokens,
    output_tokens, cost_usd, attempts, error_code, created_at
  FROM known ORDER BY line
  ON CONFLICT DO NOTHING RETURNING entry_id, ordinal, epoch
), transcribed AS (
  INSERT INTO transcripts (run_id, entry_id, ordinal, epoch, messages, output, tool_calls, finish_reason, raw_id, error,
    explanations, steps, state, verdicts)
  SELECT $2, entry_id, ordinal, epoch, messages, output, tool_calls, finish_reason, raw_id, error, explanations, steps,
    state, verdicts
  FROM known JOIN stored USING (entry_id, ordinal, epoch)
  ON CONFLICT DO NOTHING
)
SELECT (SELECT coalesce(json_agg(line), '[]') FROM known) AS known,
  (SELECT coalesce(json_agg(concat_ws(':', entry_id, ordinal, epoch)), '[]') FROM stored) AS stored`;

/** @returns what is wrong with those that were not stored. */
export async function insertTrials(
  manager: EntityManager,
  run: { id: string; versionId: string; entryIds: string[] },
  trials: PlacedTrial[],
): Promise<InputError[]> {
  const [{ known, stored }]: [{ known: number[]; stored: string[] }] = await manager.query(INSERT_TRIALS, [
    storableJson(trials),
    run.id,
    run.versionId,
    run.entryIds,
  ]);
  if (stored.length === trials.length) return [];
  const fitting = new Set(known);
  const left = new Set(stored);
  return trials.flatMap(({ line, entry, ordinal, epoch, sample_id }) => {
    // Of two trials with one key the first is the one that was stored.
    if (left.delete(`${run.entryIds[entry]}:${ordinal}:${epoch}`)) return [];
    const message = fitting.has(line)
      ? `Epoch ${epoch} of sample "${sample_id}" in entry ${entry} stands in the file before.`
      : run.entryIds[entry] === undefined
        ? `There is no entry ${entry}; there are ${run.entryIds.length}, counted from 0.`
        : `The benchmark version has no sample "${sample_id}" at place ${ordinal}.`;
    return [{ line, sample_id, message }];
  });
}
