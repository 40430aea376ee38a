import { storableJson, storableText } from '#libs/common';
import type { Trial } from '#libs/results';
import type { FailedCalls, Lease } from '../shard-store.js';
import type { Amount } from './worst-case.js';

/** A trial to be stored under a lease, with what it took to get there. */
export interface FinishedTrial {
  lease: Lease;
  trial: Trial;
  /** Under this lease. */
  failed: FailedCalls;
  /** What the run's budget holds for it. */
  reserved: Amount;
}

/**
 * One statement for a batch of trials of any shards: only leases that still hold may write (`held`), each trial is
 * stored once whatever is repeated, its transcript with it, and the entry counts what was stored. What a lost lease
 * answered is not stored, but its usage is recorded once and counts; a repetition of what this very lease stored
 * before (its commit was not heard of) is neither.
 * Rows are locked in the order of their ids, so that two workers' batches cannot deadlock.
 */
export const STORE = `
WITH wanted AS (
  SELECT DISTINCT * FROM unnest($1::uuid[], $2::int[]) AS wanted (shard_id, lease)
), held AS (
  SELECT s.id, s.attempt, s.entry_id FROM shards s JOIN wanted w ON w.shard_id = s.id AND w.lease = s.attempt
  WHERE s.status = 'leased' ORDER BY s.id FOR UPDATE OF s
), incoming AS (
  SELECT s.run_id, s.entry_id, h.id IS NOT NULL AS holds, t.* FROM unnest(
    $1::uuid[], $2::int[], $3::int[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::jsonb[], $10::real[],
    $11::real[], $12::int[], $13::int[], $14::numeric[], $15::smallint[], $16::text[], $17::jsonb[], $18::text[],
    $19::jsonb[], $20::text[], $21::text[], $22::text[], $23::jsonb[], $24::int[], $25::int[], $26::int[], $27::numeric[],
    $28::numeric[], $29::bigint[]
  ) AS t (shard_id, lease, ordinal, epoch, sample_id, category, outcome, score, scores, latency_ms, ttft_ms, input_tokens,
    output_tokens, cost_usd, attempts, error_code, messages, output, tool_calls, finish_reason, raw_id, error,
    explanations, rate_limited, failed_input, failed_output, failed_usd, reserved_usd, reserved_tokens)
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
    error, explanations)
  SELECT run_id, entry_id, ordinal, epoch, messages, output, tool_calls, finish_reason, raw_id, error, explanations
  FROM kept ON CONFLICT DO NOTHING
), released AS (
  UPDATE shards s SET reserved_usd = greatest(0, s.reserved_usd - k.usd), reserved_tokens = greatest(0, s.reserved_tokens - k.tokens)
  FROM (SELECT shard_id, sum(reserved_usd) AS usd, sum(reserved_tokens) AS tokens FROM kept GROUP BY shard_id
    HAVING sum(reserved_tokens) > 0) AS k WHERE s.id = k.shard_id
), discarded AS (
  INSERT INTO discarded_calls (shard_id, lease, ordinal, epoch, run_id, entry_id, input_tokens, output_tokens, cost_usd, raw_id)
  SELECT shard_id, lease, ordinal, epoch, run_id, entry_id, input_tokens, output_tokens, cost_usd, raw_id
  FROM incoming i WHERE NOT holds AND input_tokens IS NOT NULL AND NOT EXISTS (
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
  ) AS told GROUP BY entry_id
), tallied AS (
  UPDATE run_entries e SET scored = e.scored + c.scored, agent_errors = e.agent_errors + c.agent_errors,
    infra_errors = e.infra_errors + c.infra_errors, unscored = e.unscored + c.unscored,
    input_tokens = e.input_tokens + c.input_tokens, output_tokens = e.output_tokens + c.output_tokens,
    cost_usd = e.cost_usd + c.cost_usd, rate_limited = e.rate_limited + c.rate_limited
  FROM entry JOIN counted c ON c.entry_id = entry.id WHERE e.id = entry.id
  RETURNING e.id, e.agent_errors + e.infra_errors AS errors
)
SELECT h.id AS "shardId", h.attempt, coalesce(t.errors, 0) AS errors FROM held h LEFT JOIN tallied t ON t.id = h.entry_id`;

/** The parameters of `STORE`. */
export function parametersOf(batch: FinishedTrial[]): unknown[] {
  const column = <T>(value: (trial: Trial) => T): T[] => batch.map(({ trial }) => value(trial));
  /** As an array literal, which costs a tenth of an array that the driver has to quote. */
  const numbers = (value: (trial: Trial) => number | null): string =>
    `{${column((trial) => value(trial) ?? 'NULL').join()}}`;
  const text = (value: (trial: Trial) => string | null): (string | null)[] =>
    column((trial) => {
      const member = value(trial);
      return member === null ? null : storableText(member);
    });
  return [
    batch.map(({ lease }) => lease.shardId),
    batch.map(({ lease }) => lease.attempt),
    numbers((trial) => trial.ordinal),
    numbers((trial) => trial.epoch),
    column((trial) => trial.sampleId),
    column((trial) => trial.category),
    column((trial) => trial.outcome),
    numbers((trial) => trial.score),
    column((trial) => storableJson(trial.scores)),
    numbers((trial) => trial.latencyMs),
    numbers((trial) => trial.ttftMs),
    numbers((trial) => trial.inputTokens),
    numbers((trial) => trial.outputTokens),
    numbers((trial) => trial.costUsd),
    numbers((trial) => trial.attempts),
    column((trial) => trial.errorCode),
    column((trial) => storableJson(trial.messages)),
    text((trial) => trial.output),
    column((trial) => storableJson(trial.toolCalls)),
    column((trial) => trial.finishReason),
    text((trial) => trial.rawId),
    text((trial) => trial.error),
    column((trial) => storableJson(trial.explanations)),
    batch.map(({ failed }) => failed.rateLimited),
    batch.map(({ failed }) => failed.inputTokens),
    batch.map(({ failed }) => failed.outputTokens),
    batch.map(({ failed }) => failed.usd),
    batch.map(({ reserved }) => reserved.usd),
    batch.map(({ reserved }) => reserved.tokens),
  ];
}
