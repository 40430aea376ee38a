import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { AppConfig } from '#libs/config';
import { InProcessSignals } from '#libs/coordination/testing';
import { dataSourceOptions } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import type { RunLimits } from '../run-limits.js';
import { RunSignals } from '../run-signals.js';
import { LeaseLost, ShardStore, type Lease } from '../shard-store.js';
import { finished, planRun, trialOf, type PlannedRun } from '../testing/planned-run.js';
import { BudgetExhausted, CallBudget } from './call-budget.js';
import { TrialStore } from './trial-store.js';

/** What `trialOf` uses: 5 tokens, 0.000001 USD. */
const TOKENS = 5;

const signals = new RunSignals(new InProcessSignals());

describe('what calls use', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let shards: ShardStore;
  const never = new AbortController().signal;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(
      dataSourceOptions(database.url, { poolSize: 10, maxOverflow: 0 }),
    ).initialize();
    shards = new ShardStore(dataSource, new AppConfig({}));
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const claim = async (run: PlannedRun, shard = 0): Promise<Lease> =>
    (await shards.claim(run.shardIds[shard] as string, 'test')) as Lease;
  const expire = async (lease: Lease): Promise<void> => {
    await dataSource.query(`UPDATE shards SET lease_until = now() - interval '1 second' WHERE id = $1`, [
      lease.shardId,
    ]);
    await shards.releaseExpired();
  };
  const entryOf = async ({ entryId }: PlannedRun): Promise<Record<string, unknown>> => {
    const [entry] = await dataSource.query<Record<string, unknown>[]>(
      `SELECT scored, (input_tokens + output_tokens)::int AS tokens, doubtful_tokens::int AS doubtful, rate_limited
       FROM run_entries WHERE id = $1`,
      [entryId],
    );
    return entry ?? {};
  };
  const reservedOn = async ({ shardId }: Lease): Promise<number> => {
    const [shard] = await dataSource.query<{ tokens: number }[]>(
      'SELECT reserved_tokens::int AS tokens FROM shards WHERE id = $1',
      [shardId],
    );
    return shard?.tokens ?? -1;
  };
  const planLimited = async (limits: RunLimits, samples = 40, shardSize = 10): Promise<PlannedRun> => {
    const run = await planRun(dataSource, samples, shardSize);
    await dataSource.query('UPDATE runs SET limits = $2 WHERE id = $1', [run.runId, limits]);
    return run;
  };

  it('is counted once for a worker that lost its lease, though its answer is not stored', async () => {
    const run = await planRun(dataSource, 10, 10);
    const store = new TrialStore(dataSource, signals);
    const late = await claim(run);
    await expire(late);
    const next = await claim(run);
    await store.store(finished(next, trialOf(0)));
    for (let told = 0; told < 2; told++)
      await expect(store.store(finished(late, trialOf(0)))).rejects.toThrow(LeaseLost);
    await expect(store.store(finished(late, trialOf(1)))).rejects.toThrow(LeaseLost);
    expect(await entryOf(run)).toMatchObject({ scored: 1, tokens: 3 * TOKENS });
  });

  it('is not counted again where the commit was not heard of, even after the lease went to another', async () => {
    const run = await planRun(dataSource, 10, 10);
    const store = new TrialStore(dataSource, signals);
    const lease = await claim(run);
    const failed = { rateLimited: 1, inputTokens: 4, outputTokens: 6, usd: 0 };
    await store.store(finished(lease, trialOf(0), { failed }));
    await store.store(finished(lease, trialOf(0), { failed }));
    expect(await entryOf(run)).toMatchObject({ scored: 1, tokens: TOKENS + 10, rate_limited: 1 });
    await expire(lease);
    await claim(run);
    await expect(store.store(finished(lease, trialOf(0)))).rejects.toThrow(LeaseLost);
    expect(await entryOf(run)).toMatchObject({ scored: 1, tokens: TOKENS + 10 });
  });

  it('is reserved at worst case within the limit, by any number of processes at once, and freed by what is stored', async () => {
    const run = await planLimited({ max_tokens_total: 100 });
    const lease = await claim(run);
    const processes = [new CallBudget(dataSource), new CallBudget(dataSource)];
    const abort = new AbortController();
    setMaxListeners(0, abort.signal);
    const wanted = processes.flatMap((budget) =>
      Array.from({ length: 10 }, () => budget.reserve(lease, { usd: 0, tokens: 30 }, abort.signal)),
    );
    const granted: number[] = [];
    wanted.forEach((one, i) => void one.then(() => granted.push(i)).catch(() => undefined));
    while (granted.length < 3) await sleep(10);
    await sleep(500); // nobody else gets in, however often they look
    expect(granted).toHaveLength(3);
    expect(await reservedOn(lease)).toBe(90);

    const reserved = { usd: 0, tokens: 30 };
    await new TrialStore(dataSource, signals).store(finished(lease, trialOf(0), { reserved }));
    expect(await reservedOn(lease)).toBe(60);
    while (granted.length < 4) await sleep(10); // 5 used, 60 reserved, 30 more
    abort.abort(new Error('enough'));
    const ends = await Promise.allSettled(wanted);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  });

  it('is refused where not even the end of all other calls would make room', async () => {
    const run = await planLimited({ max_cost_usd: 0.00001, max_tokens_total: 1000 });
    const lease = await claim(run);
    const budget = new CallBudget(dataSource);
    await new TrialStore(dataSource, signals).store(finished(lease, trialOf(0)));
    await budget.reserve(lease, { usd: 0.000009, tokens: 1 }, never);
    const tooMuch = budget.reserve(lease, { usd: 0.0000095, tokens: 1 }, never);
    await expect(tooMuch).rejects.toThrow(BudgetExhausted);
    await expect(tooMuch).rejects.toMatchObject({ code: 'budget_cost' });
    await expect(budget.reserve(lease, { usd: 0, tokens: 999 }, never)).rejects.toMatchObject({
      code: 'budget_tokens',
    });
  });

  it('stays in the budget, as doubtful, where a worker died before it could tell', async () => {
    const run = await planLimited({ max_tokens_total: 100 });
    const lease = await claim(run);
    const budget = new CallBudget(dataSource);
    await budget.reserve(lease, { usd: 0, tokens: 60 }, never);
    await expire(lease);
    expect(await entryOf(run)).toMatchObject({ doubtful: 60, tokens: 0 });
    expect(await reservedOn(lease)).toBe(0);
    const next = await claim(run);
    await expect(budget.reserve(next, { usd: 0, tokens: 60 }, never)).rejects.toThrow(BudgetExhausted);
    await expect(budget.reserve(lease, { usd: 0, tokens: 10 }, never)).rejects.toThrow(LeaseLost);
    await budget.reserve(next, { usd: 0, tokens: 40 }, never);
  });

  it('of a conversation counts call by call, and what was reserved for the last is free for others', async () => {
    const run = await planLimited({ max_tokens_total: 100 });
    const lease = await claim(run);
    const budget = new CallBudget(dataSource);
    await budget.reserve(lease, { usd: 0, tokens: 80 }, never);
    const other = budget.reserve(lease, { usd: 0, tokens: 50 }, never);
    const used = { inputTokens: 20, outputTokens: 10, usd: 0 };
    await budget.settle(lease, { usd: 0, tokens: 80 }, used);
    await other;
    expect(await entryOf(run)).toMatchObject({ tokens: 30, scored: 0 });
    expect(await reservedOn(lease)).toBe(50);

    // Its trial ends with the usage of all its calls, of which the first was counted above.
    const trial = trialOf(0, { inputTokens: 22, outputTokens: 13 });
    const failed = { rateLimited: 0, inputTokens: -20, outputTokens: -10, usd: 0 };
    const store = new TrialStore(dataSource, signals);
    await store.store(finished(lease, trial, { failed, reserved: { usd: 0, tokens: 50 } }));
    expect(await entryOf(run)).toMatchObject({ tokens: 35, scored: 1 });
    expect(await reservedOn(lease)).toBe(0);

    await expire(lease);
    await expect(budget.settle(lease, { usd: 0, tokens: 1 }, used)).rejects.toThrow(LeaseLost);
    expect(await entryOf(run)).toMatchObject({ tokens: 35 });
  });

  it('of a shard that waits for its provider is kept with it, and the calls made so far too', async () => {
    const run = await planRun(dataSource, 10, 10);
    const lease = await claim(run);
    const wait = { code: 'provider_rate_limited', message: 'Slow down.', outages: 2 };
    const left = { tried: { '3:1': 2 }, failed: { rateLimited: 2, inputTokens: 7, outputTokens: 0, usd: 0 } };
    await shards.postpone(lease, left, { ...wait, delayMs: 60_000 });
    expect(await shards.claim(lease.shardId, 'test')).toBeNull();
    expect(await shards.nextJobs([run.runId])).toEqual([]);
    expect(await entryOf(run)).toMatchObject({ rate_limited: 2, tokens: 7 });
    await dataSource.query(`UPDATE shards SET not_before = now() WHERE id = $1`, [lease.shardId]);
    expect(await shards.nextJobs([run.runId])).toHaveLength(1);
    expect(await claim(run)).toMatchObject({ attempt: 2, tried: { '3:1': 2 }, outages: 2 });
  });
});
