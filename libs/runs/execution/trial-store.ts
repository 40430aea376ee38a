import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { messageOf, storableJson, storableText } from '#libs/common';
import type { Trial } from '#libs/results';
import { LeaseLost, type Lease } from '../shard-store.js';

interface Waiting {
  lease: Lease;
  trial: Trial;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const MAX_BATCH = 500;
/** A database that restarts is back within this, and no answer that was paid for is lost meanwhile. */
const RETRY_DELAYS_MS = [100, 500, 1000, 2000, 5000, 10_000, 10_000, 10_000, 10_000];

/**
 * One statement for a batch of trials of any shards: only leases that still hold may write (`held`), each trial is
 * stored once whatever is repeated, its transcript with it, and the entry counts what was stored.
 * Rows are locked in the order of their ids, so that two workers' batches cannot deadlock.
 */
const STORE = `
WITH lease AS (
  SELECT DISTINCT * FROM unnest($1::uuid[], $2::int[]) AS lease (shard_id, attempt)
), held AS (
  SELECT s.id, s.attempt, s.run_id, s.entry_id FROM shards s JOIN lease l ON l.shard_id = s.id AND l.attempt = s.attempt
  WHERE s.status = 'leased' ORDER BY s.id FOR UPDATE OF s
), incoming AS (
  SELECT h.run_id, h.entry_id, t.* FROM held h JOIN unnest(
    $1::uuid[], $2::int[], $3::int[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::jsonb[], $10::real[],
    $11::real[], $12::int[], $13::int[], $14::numeric[], $15::smallint[], $16::text[], $17::jsonb[], $18::text[],
    $19::jsonb[], $20::text[], $21::text[], $22::text[], $23::jsonb[]
  ) AS t (shard_id, attempt, ordinal, epoch, sample_id, category, outcome, score, scores, latency_ms, ttft_ms, input_tokens,
    output_tokens, cost_usd, attempts, error_code, messages, output, tool_calls, finish_reason, raw_id, error,
    explanations) ON t.shard_id = h.id AND t.attempt = h.attempt
), stored AS (
  INSERT INTO results (run_id, entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, latency_ms,
    ttft_ms, input_tokens, output_tokens, cost_usd, attempts, error_code)
  SELECT run_id, entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, latency_ms,
    ttft_ms, input_tokens, output_tokens, cost_usd, attempts, error_code
  FROM incoming ON CONFLICT DO NOTHING
  RETURNING run_id, entry_id, ordinal, epoch, outcome, input_tokens, output_tokens, cost_usd
), transcribed AS (
  INSERT INTO transcripts (run_id, entry_id, ordinal, epoch, messages, output, tool_calls, finish_reason, raw_id,
    error, explanations)
  SELECT run_id, entry_id, ordinal, epoch, messages, output, tool_calls, finish_reason, raw_id, error, explanations
  FROM incoming JOIN stored USING (run_id, entry_id, ordinal, epoch) ON CONFLICT DO NOTHING
), entry AS (
  SELECT id FROM run_entries WHERE id IN (SELECT entry_id FROM held) ORDER BY id FOR UPDATE
), counted AS (
  SELECT entry_id, count(*) FILTER (WHERE outcome = 'scored') AS scored,
    count(*) FILTER (WHERE outcome = 'agent_error') AS agent_errors,
    count(*) FILTER (WHERE outcome = 'infra_error') AS infra_errors,
    count(*) FILTER (WHERE outcome = 'unscored') AS unscored,
    coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
    coalesce(sum(cost_usd), 0) AS cost_usd
  FROM stored GROUP BY entry_id
), tallied AS (
  UPDATE run_entries e SET scored = e.scored + c.scored, agent_errors = e.agent_errors + c.agent_errors,
    infra_errors = e.infra_errors + c.infra_errors, unscored = e.unscored + c.unscored,
    input_tokens = e.input_tokens + c.input_tokens, output_tokens = e.output_tokens + c.output_tokens,
    cost_usd = e.cost_usd + c.cost_usd
  FROM entry JOIN counted c ON c.entry_id = entry.id WHERE e.id = entry.id
)
SELECT id, attempt FROM held`;

/**
 * Stores trials by group commit: the first goes at once, and those that come while it is under way go together in
 * the next statement. Slow agents' answers are thus safe within a round trip, and fast ones cost few statements.
 */
@Injectable()
export class TrialStore {
  private readonly logger = new Logger(TrialStore.name);
  private waiting: Waiting[] = [];
  private flushing = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Resolves once the trial is committed. @throws LeaseLost */
  store(lease: Lease, trial: Trial): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ lease, trial, resolve, reject });
      if (!this.flushing) void this.flush();
    });
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    while (this.waiting.length > 0) {
      await this.commit(this.waiting.splice(0, MAX_BATCH));
    }
    this.flushing = false;
  }

  private async commit(batch: Waiting[]): Promise<void> {
    try {
      const held = await this.write(batch);
      for (const { lease, resolve, reject } of batch) {
        if (held.has(keyOf(lease.shardId, lease.attempt))) resolve();
        else reject(new LeaseLost(lease.shardId));
      }
    } catch (error) {
      if (batch.length === 1 || !isOurFault(error)) for (const { reject } of batch) reject(error);
      // One that Postgres refuses must not take the answers of others with it.
      else for (const one of batch) await this.commit([one]);
    }
  }

  private async write(batch: Waiting[]): Promise<Set<string>> {
    const parameters = parametersOf(batch);
    for (let retry = 0; ; retry++) {
      try {
        const held = await this.dataSource.query<{ id: string; attempt: number }[]>(STORE, parameters);
        return new Set(held.map((row) => keyOf(row.id, row.attempt)));
      } catch (error) {
        const delay = RETRY_DELAYS_MS[retry];
        if (delay === undefined || isOurFault(error)) throw error;
        this.logger.warn(`Could not store ${batch.length} trials, trying again: ${messageOf(error)}`);
        await sleep(delay);
      }
    }
  }
}

const keyOf = (shardId: string, attempt: number): string => `${shardId}:${attempt}`;

/** Data that Postgres refuses (SQLSTATE class 22, 23 or 42) is refused again next time. */
function isOurFault(error: unknown): boolean {
  return /^(22|23|42)/.test((error as { code?: string }).code ?? '');
}

function parametersOf(batch: Waiting[]): unknown[] {
  const column = <T>(value: (trial: Trial) => T): T[] => batch.map(({ trial }) => value(trial));
  const text = (value: (trial: Trial) => string | null): (string | null)[] =>
    column((trial) => {
      const member = value(trial);
      return member === null ? null : storableText(member);
    });
  return [
    batch.map(({ lease }) => lease.shardId),
    batch.map(({ lease }) => lease.attempt),
    column((trial) => trial.ordinal),
    column((trial) => trial.epoch),
    column((trial) => trial.sampleId),
    column((trial) => trial.category),
    column((trial) => trial.outcome),
    column((trial) => trial.score),
    column((trial) => storableJson(trial.scores)),
    column((trial) => trial.latencyMs),
    column((trial) => trial.ttftMs),
    column((trial) => trial.inputTokens),
    column((trial) => trial.outputTokens),
    column((trial) => trial.costUsd),
    column((trial) => trial.attempts),
    column((trial) => trial.errorCode),
    column((trial) => storableJson(trial.messages)),
    text((trial) => trial.output),
    column((trial) => storableJson(trial.toolCalls)),
    column((trial) => trial.finishReason),
    text((trial) => trial.rawId),
    text((trial) => trial.error),
    column((trial) => storableJson(trial.explanations)),
  ];
}
