import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { AppConfig } from '#libs/config';
import { InProcessSharedCache, InProcessSignals } from '#libs/coordination/testing';
import { dataSourceOptions, Snapshots } from '#libs/database';
import type { Metrics } from '#libs/observability';
import { RollupCache } from '#libs/results';
import { WebhookOutbox } from '#libs/webhooks';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { RunCompletion } from './run-completion.js';
import { RunSignals } from './run-signals.js';
import { LeaseLost, ShardStore, type Lease } from './shard-store.js';
import { finished, planRun, trialOf, type PlannedRun } from './testing/planned-run.js';
import { noFailedCalls } from './execution/trial-call.js';
import { TrialStore } from './execution/trial-store.js';

const FAILED = {
  outcome: 'infra_error',
  score: null,
  scores: null,
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
} as const;

const signals = new RunSignals(new InProcessSignals());

describe('leases, on Postgres', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let shards: ShardStore;
  let completion: RunCompletion;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(
      dataSourceOptions(database.url, { poolSize: 10, maxOverflow: 0 }),
    ).initialize();
    shards = new ShardStore(
      dataSource,
      new AppConfig({ ENGINE_LEASE_SECONDS: '30', ENGINE_RUN_WINDOW: '3' }),
    );
    const agentAccuracy = new Gauge({
      name: 'accuracy',
      help: 'Of the last entry',
      labelNames: ['agent'],
      registers: [],
    });
    const rollups = new RollupCache(new InProcessSharedCache(), new Snapshots(dataSource));
    completion = new RunCompletion(dataSource, new WebhookOutbox(), signals, rollups, {
      agentAccuracy,
    } as unknown as Metrics);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const claim = async (shardId: string | undefined): Promise<Lease> => {
    const lease = await shards.claim(shardId ?? '', 'test');
    if (!lease) throw new Error('The shard was not to be had.');
    return lease;
  };
  /** As if its worker had died a while ago. */
  const expire = async (lease: Lease): Promise<void> => {
    await dataSource.query(`UPDATE shards SET lease_until = now() - interval '1 second' WHERE id = $1`, [
      lease.shardId,
    ]);
    await shards.releaseExpired();
  };
  const count = async (table: 'results' | 'transcripts', { runId }: PlannedRun): Promise<number> => {
    const [{ n }] = await dataSource.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM ${table} WHERE run_id = $1`,
      [runId],
    );
    return n;
  };
  const statusOf = async ({ runId }: PlannedRun): Promise<string> => {
    const [{ status }] = await dataSource.query<[{ status: string }]>(
      'SELECT status FROM runs WHERE id = $1',
      [runId],
    );
    return status;
  };

  it('gives a shard to exactly one of many workers that want it at once', async () => {
    const run = await planRun(dataSource, 10, 10);
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, i) => shards.claim(run.shardIds[0] as string, `w${i}`)),
    );
    const won = claims.filter((lease) => lease !== null);
    expect(won).toHaveLength(1);
    expect(won[0]).toMatchObject({
      attempt: 1,
      trialFrom: 0,
      trialTo: 10,
      sampleCount: 10,
      config: { seed: 0, epochs: 1 },
    });
    expect(await statusOf(run)).toBe('processing');
  });

  it('gives an expired lease to the next and refuses everything that the former holder still writes', async () => {
    const run = await planRun(dataSource, 10, 10);
    const store = new TrialStore(dataSource, signals);
    const late = await claim(run.shardIds[0]);
    await store.store(finished(late, trialOf(0)));
    await expire(late);
    const next = await claim(run.shardIds[0]);
    expect(next.attempt).toBe(2);
    await expect(store.store(finished(late, trialOf(1)))).rejects.toThrow(LeaseLost);
    await expect(shards.finish(late)).rejects.toThrow(LeaseLost);
    expect(await shards.renew([late, next])).toEqual(
      new Map([[next.shardId, { paused: false, limits: {} }]]),
    );
    await shards.release(late, { tried: {}, failed: noFailedCalls() }); // of no effect
    expect(await shards.storedTrials(next, [0, 1])).toEqual(new Set(['0:1']));
    await store.store(finished(next, trialOf(1)));
    expect(await count('results', run)).toBe(2);
  });

  it('renews only the newest attempt, also when one batch holds writes of both', async () => {
    const run = await planRun(dataSource, 10, 10);
    const store = new TrialStore(dataSource, signals);
    const late = await claim(run.shardIds[0]);
    await expire(late);
    const next = await claim(run.shardIds[0]);
    const [first, ...rest] = [
      store.store(finished(next, trialOf(0))),
      store.store(finished(late, trialOf(1))),
      store.store(finished(next, trialOf(2))),
    ];
    expect((await Promise.allSettled([first, ...rest])).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await count('results', run)).toBe(2);
  });

  it('stores a trial once however often it is written, with its transcript, and counts it once', async () => {
    const run = await planRun(dataSource, 4, 4);
    const store = new TrialStore(dataSource, signals);
    const lease = await claim(run.shardIds[0]);
    await Promise.all([0, 1, 0, 1, 2].map((ordinal) => store.store(finished(lease, trialOf(ordinal)))));
    await store.store(finished(lease, trialOf(3, FAILED)));
    expect([await count('results', run), await count('transcripts', run)]).toEqual([4, 4]);
    const [entry] = await dataSource.query<Record<string, unknown>[]>(
      'SELECT * FROM run_entries WHERE id = $1',
      [run.entryId],
    );
    expect(entry).toMatchObject({
      scored: 3,
      infra_errors: 1,
      input_tokens: '9',
      output_tokens: '6',
      cost_usd: '0.000003000',
    });
  });

  it('stores what models write and Postgres does not take: NUL and half of a surrogate pair', async () => {
    const run = await planRun(dataSource, 1, 1);
    const lease = await claim(run.shardIds[0]);
    const bad = 'a\0b\ud800c';
    const trial = trialOf(0, {
      output: bad,
      messages: [{ role: 'user', content: bad }],
      explanations: { exact: bad },
    });
    await new TrialStore(dataSource, signals).store(finished(lease, trial));
    const [transcript] = await dataSource.query<Record<string, any>[]>(
      'SELECT * FROM transcripts WHERE run_id = $1',
      [run.runId],
    );
    expect(transcript?.['output']).toBe('a\ufffdb\ufffdc');
    expect(transcript?.['messages'][0].content).toBe('a\ufffdb\ufffdc');
  });

  it('commits trials that come together in few statements', async () => {
    const run = await planRun(dataSource, 400, 100);
    const store = new TrialStore(dataSource, signals);
    const leases = await Promise.all(run.shardIds.map((id) => claim(id)));
    const query = vi.spyOn(dataSource, 'query');
    await Promise.all(
      leases.flatMap((lease) =>
        Array.from({ length: 100 }, (_, i) => store.store(finished(lease, trialOf(lease.trialFrom + i)))),
      ),
    );
    const statements = query.mock.calls.length;
    query.mockRestore();
    expect(await count('results', run)).toBe(400);
    expect([1, 2]).toContain(statements);
  });

  it('stores the others of a batch in which Postgres refuses one', async () => {
    const run = await planRun(dataSource, 4, 2);
    const store = new TrialStore(dataSource, signals);
    const [mine, other] = [await claim(run.shardIds[0]), await claim(run.shardIds[1])];
    const first = store.store(finished(mine, trialOf(0)));
    const stored = await Promise.allSettled([
      store.store(finished(mine, trialOf(1, { inputTokens: 2 ** 40 }))),
      store.store(finished(other, trialOf(2))),
      store.store(finished(other, trialOf(3))),
    ]);
    await first;
    expect(stored.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await count('results', run)).toBe(3);
  });

  it('cancels a run in the moment when its first shard is claimed', async () => {
    const run = await planRun(dataSource, 10, 10);
    let claimed: Promise<Lease | null> | undefined;
    // What cancel() does, with a claim in the middle of it.
    await dataSource.transaction(async (manager) => {
      await manager.query('SELECT status FROM runs WHERE id = $1 FOR UPDATE', [run.runId]);
      claimed = shards.claim(run.shardIds[0] as string, 'test');
      await sleep(200);
      await manager.query(`UPDATE shards SET status = 'abandoned' WHERE run_id = $1`, [run.runId]);
      await manager.query(`UPDATE runs SET status = 'cancelled' WHERE id = $1`, [run.runId]);
    });
    expect(await claimed).toBeNull();
    expect(await statusOf(run)).toBe('cancelled');
  });

  it('cancels a run while its trials are written and its leases prolonged, without a deadlock', async () => {
    const store = new TrialStore(dataSource, signals);
    for (let round = 0; round < 5; round++) {
      const run = await planRun(dataSource, 400, 10);
      const leases = await Promise.all(run.shardIds.map((id) => claim(id)));
      const writes = leases
        .toReversed()
        .map((lease) => store.store(finished(lease, trialOf(lease.trialFrom))));
      const ended = await Promise.allSettled([
        shards.renew(leases),
        completion.cancel(run.runId),
        shards.renew(leases.toReversed()),
        ...writes,
      ]);
      const errors = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
      expect(errors.filter((error) => !(error instanceof LeaseLost))).toEqual([]);
      expect(await statusOf(run)).toBe('cancelled');
    }
  });

  it('offers the next shards of runs, of each no more than its window, and none of a finished one', async () => {
    const run = await planRun(dataSource, 50, 10);
    const other = await planRun(dataSource, 20, 10);
    const ids = async (): Promise<string[]> =>
      (await shards.nextJobs([other.runId, run.runId])).map((job) => job.payload.shard_id);
    expect(await ids()).toEqual([...run.shardIds.slice(0, 3), ...other.shardIds]);
    await claim(run.shardIds[0]);
    expect(await ids()).toEqual([...run.shardIds.slice(1, 3), ...other.shardIds]); // with the one under way, three
    await completion.cancel(run.runId);
    expect(await ids()).toEqual(other.shardIds);
  });

  it('hands back shards whose worker let the lease run out, and only those', async () => {
    const run = await planRun(dataSource, 30, 10);
    const [dead, alive] = [await claim(run.shardIds[0]), await claim(run.shardIds[1])];
    await expire(dead);
    expect((await shards.nextJobs([run.runId])).map((job) => job.id)).toEqual([
      `${dead.shardId}-1`,
      `${run.shardIds[2]}-0`,
    ]);
    await expect(shards.finish(dead)).rejects.toThrow(LeaseLost);
    await shards.finish(alive);
  });

  it('ends entry and run once, with the last shard, however many notice at once', async () => {
    const run = await planRun(dataSource, 4, 2);
    const store = new TrialStore(dataSource, signals);
    const leases = await Promise.all(run.shardIds.map((id) => claim(id)));
    await Promise.all(
      [0, 1, 2, 3].map((i) =>
        store.store(finished(leases[Math.floor(i / 2)] as Lease, trialOf(i, { score: i % 2 }))),
      ),
    );
    await shards.finish(leases[0] as Lease);
    await completion.settle(run.runId, run.entryId);
    expect(await statusOf(run)).toBe('processing');
    await shards.finish(leases[1] as Lease);
    await Promise.all(Array.from({ length: 5 }, () => completion.settle(run.runId, run.entryId)));
    expect(await statusOf(run)).toBe('completed');
    const rollups = await dataSource.query<Record<string, unknown>[]>(
      'SELECT * FROM rollups WHERE run_id = $1',
      [run.runId],
    );
    expect(rollups).toHaveLength(1);
    expect(rollups[0]).toMatchObject({ n: 4, mean: 0.5, is_binary: true });
    expect(rollups[0]?.['variance']).toBeCloseTo(1 / 3);
    expect(await completion.cancel(run.runId)).toBe(false);
  });

  it('finds entries that nobody ended because the worker died between its last shard and the end', async () => {
    const run = await planRun(dataSource, 2, 2);
    const lease = await claim(run.shardIds[0]);
    await shards.finish(lease);
    expect(await completion.unsettled()).toContainEqual({ runId: run.runId, entryId: run.entryId });
    await completion.settle(run.runId, run.entryId);
    expect(await statusOf(run)).toBe('completed');
    expect(await completion.unsettled()).not.toContainEqual({ runId: run.runId, entryId: run.entryId });
  });

  it('fails an entry whose last errors were too many, though the worker that stored them died of it', async () => {
    const run = await planRun(dataSource, 2, 2);
    await dataSource.query(`UPDATE runs SET limits = '{"fail_on_error": true}' WHERE id = $1`, [run.runId]);
    const lease = await claim(run.shardIds[0]);
    const store = new TrialStore(dataSource, signals);
    await store.store(finished(lease, trialOf(0)));
    expect(await store.store(finished(lease, trialOf(1, FAILED)))).toBe(1);
    await shards.finish(lease);
    await completion.settle(run.runId, run.entryId);
    expect(await statusOf(run)).toBe('failed');
    const [entry] = await dataSource.query<Record<string, unknown>[]>(
      'SELECT status, error_code FROM run_entries WHERE id = $1',
      [run.entryId],
    );
    expect(entry).toEqual({ status: 'failed', error_code: 'too_many_errors' });
  });

  it('fails an entry with its reason and the run with it, keeping what was stored', async () => {
    const run = await planRun(dataSource, 4, 2);
    const lease = await claim(run.shardIds[0]);
    await new TrialStore(dataSource, signals).store(finished(lease, trialOf(0)));
    await completion.failEntry(run.runId, run.entryId, { code: 'shard_failed', message: 'It broke.' });
    const [row] = await dataSource.query<Record<string, unknown>[]>(
      'SELECT status, error FROM runs WHERE id = $1',
      [run.runId],
    );
    expect(row).toEqual({ status: 'failed', error: 'It broke.' });
    expect(await count('results', run)).toBe(1);
    await expect(shards.finish(lease)).rejects.toThrow(LeaseLost);
    expect(await shards.claim(run.shardIds[1] as string, 'test')).toBeNull();
  });
});

describe('a database that fails', () => {
  it('does not keep trials waiting that Postgres refuses for what they hold', async () => {
    const database = await createTestDatabase();
    const dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    const shards = new ShardStore(dataSource, new AppConfig({}));
    const run = await planRun(dataSource, 1, 1);
    const lease = (await shards.claim(run.shardIds[0] as string, 'test')) as Lease;
    const impossible = trialOf(0, { outcome: 'scored', score: null });
    await expect(new TrialStore(dataSource, signals).store(finished(lease, impossible))).rejects.toThrow(
      /ck_results_score/,
    );
    await dataSource.destroy();
    await database.drop();
  });
});
