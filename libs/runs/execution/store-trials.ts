import { storableJson } from '#libs/common';
import type { Trial } from '#libs/results';
import type { FailedCalls, Lease } from '../shard-store.js';
import type { Amount } from './worst-case.js';

/** A trial to be stored under a lease, with what it took to get there. */
export interface FinishedTrial {
  lease: Lease;
  trial: Trial;
  /** Under this lease, less what the run's counters were told of a conversation before its end. */
  failed: FailedCalls;
  /** What the run's budget holds for it. */
  reserved: Amount;
}

/**
 * One statement for a batch of trials of any shards: only leases that still hold may write (`held`), each trial is
 * stored once whatever is repeated, its transcript with it, and the entry counts what was stored. What a lost lease
 * answered is not stored, but its usage is recorded once and counts; a repetition of what this very lease stored
 * before (its commit was not heard of) is neither, nor is what came in a batch: whoever has the shard reads that again.
 * Rows are locked in the order of their ids, so that two workers' batches cannot deadlock.
 */
export const STORE = `
WITH told AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (shard_id uuid, lease int, ordinal int, epoch smallint, sample_id text,
    category text, outcome text, score float8, scores jsonb, latency_ms real, ttft_ms real, input_tokens int,
    output_tokens int, cost_usd numeric, attempts smallint, error_code text, messages jsonb, output text,
    tool_calls jsonb, finish_reason text, raw_id text, error text, explanations jsonb, steps jsonb, state jsonb, verdicts jsonb,
    rate_limited int, failed_input int, failed_output int, failed_usd numeric, reserved_usd numeric, reserved_tokens bigint, batched boolean)
), held AS (
  SELECT s.id, s.attempt, s.entry_id FROM shards s
  JOIN (SELECT DISTINCT shard_id, lease FROM told) AS w ON w.shard_id = s.id AND w.lease = s.attempt
  WHERE s.status = 'leased' ORDER BY s.id FOR UPDATE OF s
), incoming AS (
  SELECT s.run_id, s.entry_id, h.id IS NOT NULL AS holds, t.* FROM told t
  JOIN shards s ON s.id = t.shard_id LEFT JOIN held h ON h.id = t.shard_id AND h.attempt = t.lease
), stored AS (
  INSERT INTO results (run_id, entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, latency_ms,
    ttft_ms, input_tokens, output_tokens, cost_usd, attempts, error_code, shard_id, lease)
  SELECT run_id, entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, latency_ms,
    ttft_ms, input_tokens, output_tokens, cost_usd, attempts, error_code, shard_id, lease
  FROM incoming WHERE holds ON CONFLICT DO NOTHING
  RETURNING run_id, entry_id, ordinal, epoch, outcome, input_tokens, output_tokens, cost_usd
), kept AS (
  SELECT i.* FROM incoming i JOIN stored USING (run_id, entry_id, ordinal, epoch)
), transcribed AS (
  INSERT INTO transcripts (run_id, entry_id, ordinal, epoch, messages, output, tool_calls, finish_reason, raw_id,
    error, explanations, steps, state, verdicts)
  SELECT run_id, entry_id, ordinal, epoch, messages, output, tool_calls, finish_reason, raw_id, error, explanations, steps,
    state, verdicts
  FROM kept ON CONFLICT DO NOTHING
), released AS (
  UPDATE shards s SET reserved_usd = greatest(0, s.reserved_usd - k.usd), reserved_tokens = greatest(0, s.reserved_tokens - k.tokens)
  FROM (SELECT shard_id, sum(reserved_usd) AS usd, sum(reserved_tokens) AS tokens FROM kept GROUP BY shard_id
    HAVING sum(reserved_tokens) > 0) AS k WHERE s.id = k.shard_id
), discarded AS (
  INSERT INTO discarded_calls (shard_id, lease, ordinal, epoch, run_id, entry_id, input_tokens, output_tokens, cost_usd, raw_id)
  SELECT shard_id, lease, ordinal, epoch, run_id, entry_id, input_tokens, output_tokens, cost_usd, raw_id
  FROM incoming i WHERE NOT holds AND NOT batched AND input_tokens IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM results r WHERE r.run_id = i.run_id AND r.entry_id = i.entry_id AND r.ordinal = i.ordinal
      AND r.epoch = i.epoch AND r.shard_id = i.shard_id AND r.lease = i.lease)
  ON CONFLICT DO NOTHING
  RETURNING entry_id, input_tokens, output_tokens, cost_usd
), entry AS (
  SELECT id FROM run_entries WHERE id IN (SELECT entry_id FROM incoming) ORDER BY id FOR UPDATE
), counted AS (
  SELECT entry_id, count(*) FILTER (WHERE outcome = 'scored') AS scored,
    count(*) FILTER (WHERE outcome = 'agent_error') AS agent_errors,
    count(*) FILTER (WHERE outcome = 'infra_error') AS infra_errors,
    count(*) FILTER (WHERE outcome = 'unscored') AS unscored,
    coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
    coalesce(sum(cost_usd), 0) AS cost_usd, sum(rate_limited) AS rate_limited
  FROM (
    SELECT entry_id, outcome, input_tokens, output_tokens, cost_usd, 0 AS rate_limited FROM stored
    UNION ALL SELECT entry_id, NULL, input_tokens, output_tokens, cost_usd, 0 FROM discarded
    UNION ALL SELECT entry_id, NULL, failed_input, failed_output, failed_usd, rate_limited FROM kept
    UNION ALL SELECT entry_id, NULL, failed_input, failed_output, failed_usd, rate_limited FROM incoming WHERE NOT holds
  ) AS counts GROUP BY entry_id
), tallied AS (
  UPDATE run_entries e SET scored = e.scored + c.scored, agent_errors = e.agent_errors + c.agent_errors,
    infra_errors = e.infra_errors + c.infra_errors, unscored = e.unscored + c.unscored,
    input_tokens = e.input_tokens + c.input_tokens, output_tokens = e.output_tokens + c.output_tokens,
    cost_usd = e.cost_usd + c.cost_usd, rate_limited = e.rate_limited + c.rate_limited
  FROM entry JOIN counted c ON c.entry_id = entry.id WHERE e.id = entry.id
  RETURNING e.id, e.agent_errors + e.infra_errors AS errors
)
SELECT h.id AS "shardId", h.attempt, coalesce(t.errors, 0) AS errors FROM held h LEFT JOIN tallied t ON t.id = h.entry_id`;

/** The parameter of `STORE`: one JSON text, which costs a fraction of as many arrays as there are columns. */
export const toRows = (batch: FinishedTrial[]): string => storableJson(batch.map(toRow)) ?? '[]';

const toRow = ({ lease, trial, failed, reserved }: FinishedTrial) => ({
  shard_id: lease.shardId,
  lease: lease.attempt,
  ordinal: trial.ordinal,
  epoch: trial.epoch,
  sample_id: trial.sampleId,
  category: trial.category,
  outcome: trial.outcome,
  score: trial.score,
  scores: trial.scores,
  latency_ms: trial.latencyMs,
  ttft_ms: trial.ttftMs,
  input_tokens: trial.inputTokens,
  output_tokens: trial.outputTokens,
  cost_usd: trial.costUsd,
  attempts: trial.attempts,
  error_code: trial.errorCode,
  messages: trial.messages,
  output: trial.output,
  tool_calls: trial.toolCalls,
  finish_reason: trial.finishReason,
  raw_id: trial.rawId,
  error: trial.error,
  explanations: trial.explanations,
  steps: trial.steps,
  state: trial.state,
  verdicts: trial.verdicts,
  rate_limited: failed.rateLimited,
  failed_input: failed.inputTokens,
  failed_output: failed.outputTokens,
  failed_usd: failed.usd,
  reserved_usd: reserved.usd,
  reserved_tokens: reserved.tokens,
  batched: lease.batch !== null,
});
