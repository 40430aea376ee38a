import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import type { RunLimits } from '../run-limits.js';
import { LeaseLost, type Lease } from '../shard-store.js';
import type { Used } from './conversation.js';
import type { Amount } from './worst-case.js';

/** The run's budget has no room for the worst case of one more call: the run is to be paused. */
export class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';

  constructor(
    readonly code: 'budget_cost' | 'budget_tokens',
    message: string,
  ) {
    super(message);
  }
}

interface Request {
  lease: Lease;
  worst: Amount;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** How soon to look again whether calls in flight left room. */
const AGAIN_MS = 200;

/**
 * Reserves the worst case of calls in their run's budget before they are made, over all workers: in Postgres, under
 * the run's lock. Reservations that come while one statement is under way go together in the next.
 */
@Injectable()
export class CallBudget {
  private readonly waiting = new Map<string, Request[]>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Resolves once the amount is reserved, which may wait for other calls to end. What is stored or handed back frees it.
   * @throws BudgetExhausted, LeaseLost, or the signal's reason.
   */
  reserve(lease: Lease, worst: Amount, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const waiting = this.waiting.get(lease.runId) ?? [];
      const abort = (): void => {
        const place = waiting.indexOf(request);
        if (place >= 0) waiting.splice(place, 1);
        reject(signal.reason as Error);
      };
      const heard = <T extends unknown[]>(settle: (...args: T) => void) => {
        return (...args: T): void => {
          signal.removeEventListener('abort', abort);
          settle(...args);
        };
      };
      const request: Request = { lease, worst, resolve: heard(resolve), reject: heard(reject) };
      signal.addEventListener('abort', abort);
      waiting.push(request);
      if (this.waiting.has(lease.runId)) return;
      this.waiting.set(lease.runId, waiting);
      void this.serve(lease.runId, waiting);
    });
  }

  /**
   * Counts a call of a conversation that goes on, and gives back what was reserved for it: a conversation that waits
   * for room must hold nothing that others wait for.
   * @throws LeaseLost
   */
  async settle({ shardId, attempt }: Lease, reserved: Amount, used: Used): Promise<void> {
    const held = await this.dataSource.query<unknown[]>(
      `WITH held AS (
         SELECT id, entry_id FROM shards WHERE id = $1 AND attempt = $2 AND status = 'leased' FOR UPDATE
       ), released AS (
         UPDATE shards s SET reserved_usd = greatest(0, s.reserved_usd - $3), reserved_tokens = greatest(0, s.reserved_tokens - $4)
         FROM held WHERE s.id = held.id RETURNING s.entry_id
       ), counted AS (
         UPDATE run_entries e SET input_tokens = e.input_tokens + $5, output_tokens = e.output_tokens + $6,
           cost_usd = e.cost_usd + $7
         FROM released WHERE e.id = released.entry_id
       ) SELECT id FROM held`,
      [shardId, attempt, reserved.usd, reserved.tokens, used.inputTokens, used.outputTokens, used.usd],
    );
    if (held.length === 0) throw new LeaseLost(shardId);
  }

  private async serve(runId: string, waiting: Request[]): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0);
      try {
        const later = await this.decide(runId, batch);
        waiting.unshift(...later);
        if (later.length > 0) await sleep(AGAIN_MS);
      } catch (error) {
        for (const { reject } of batch) reject(error as Error);
      }
    }
    this.waiting.delete(runId);
  }

  /** @returns those for which there may be room later. */
  private async decide(runId: string, batch: Request[]): Promise<Request[]> {
    const settle: (() => void)[] = [];
    const later: Request[] = [];
    await this.dataSource.transaction(async (manager) => {
      const { limits, spent, reserved } = await stateOf(manager, runId);
      const granted: Request[] = [];
      for (const request of batch) {
        const exhausted = whatIsExhausted(limits, add(spent, request.worst));
        if (exhausted) settle.push(() => request.reject(exhausted));
        else if (whatIsExhausted(limits, add(add(spent, reserved), request.worst))) later.push(request);
        else {
          granted.push(request);
          Object.assign(reserved, add(reserved, request.worst));
        }
      }
      const held = await reserveOn(manager, granted);
      for (const { lease, resolve, reject } of granted)
        settle.push(() => (held.has(lease.shardId) ? resolve() : reject(new LeaseLost(lease.shardId))));
    });
    for (const one of settle) one();
    return later;
  }
}

const add = (a: Amount, b: Amount): Amount => ({ usd: a.usd + b.usd, tokens: a.tokens + b.tokens });

async function stateOf(
  manager: EntityManager,
  runId: string,
): Promise<{ limits: RunLimits; spent: Amount; reserved: Amount }> {
  const [run] = await manager.query<{ limits: RunLimits }[]>(
    'SELECT limits FROM runs WHERE id = $1 FOR UPDATE',
    [runId],
  );
  // A statement of its own, so that it sees what others reserved while the lock was waited for.
  const [amounts] = await manager.query<{ spent: Amount; reserved: Amount }[]>(
    `SELECT (SELECT jsonb_build_object('usd', sum(cost_usd + doubtful_usd),
         'tokens', sum(input_tokens + output_tokens + doubtful_tokens)) FROM run_entries WHERE run_id = $1) AS spent,
       (SELECT jsonb_build_object('usd', coalesce(sum(reserved_usd), 0), 'tokens', coalesce(sum(reserved_tokens), 0))
         FROM shards WHERE run_id = $1 AND (status = 'leased' OR (status = 'pending' AND batch IS NOT NULL))) AS reserved`,
    [runId],
  );
  if (!run || !amounts) throw new Error(`Run ${runId} is gone.`);
  return { limits: run.limits, ...amounts };
}

function whatIsExhausted(limits: RunLimits, wanted: Amount): BudgetExhausted | undefined {
  const { max_cost_usd: usd, max_tokens_total: tokens } = limits;
  const advice = 'Raise or remove the limit, then resume the run.';
  if (usd !== undefined && wanted.usd > usd) {
    return new BudgetExhausted(
      'budget_cost',
      `Another call could bring it to ${wanted.usd.toFixed(4)} USD, and max_cost_usd is ${usd}. ${advice}`,
    );
  }
  if (tokens !== undefined && wanted.tokens > tokens) {
    return new BudgetExhausted(
      'budget_tokens',
      `Another call could bring it to ${wanted.tokens} tokens, and max_tokens_total is ${tokens}. ${advice}`,
    );
  }
  return undefined;
}

/** @returns the shards whose lease still holds. */
async function reserveOn(manager: EntityManager, granted: Request[]): Promise<Set<string>> {
  const [held] = await manager.query<[{ id: string }[]]>(
    `WITH wanted AS (
       SELECT id, attempt, sum(usd) AS usd, sum(tokens) AS tokens
       FROM unnest($1::uuid[], $2::int[], $3::numeric[], $4::bigint[]) AS w (id, attempt, usd, tokens) GROUP BY id, attempt
     ), held AS (
       SELECT s.id, w.usd, w.tokens FROM shards s JOIN wanted w ON w.id = s.id AND w.attempt = s.attempt
       WHERE s.status = 'leased' ORDER BY s.id FOR UPDATE OF s)
     UPDATE shards s SET reserved_usd = s.reserved_usd + h.usd, reserved_tokens = s.reserved_tokens + h.tokens
     FROM held h WHERE s.id = h.id RETURNING s.id`,
    [
      granted.map(({ lease }) => lease.shardId),
      granted.map(({ lease }) => lease.attempt),
      granted.map(({ worst }) => worst.usd),
      granted.map(({ worst }) => worst.tokens),
    ],
  );
  return new Set(held.map(({ id }) => id));
}
