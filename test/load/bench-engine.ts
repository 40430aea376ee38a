import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import OpenAI from 'openai';
import pg from 'pg';
import { Agent, request } from 'undici';
import { EmbeddedPostgres } from '#libs/database';
import { findRedis } from '#test/support/redis-server';
import { clientOf, type TestService } from '#test/support/service';
import { ProcessUnderLoad } from './process-under-load.js';

/**
 * npm run bench:engine: trials a second of one worker with everything persisted and scored, against bare loops that
 * keep nothing, interleaved in the same run. The provider is instant and in a process of its own; Redis and Postgres
 * are real. The last line is JSON; rates are medians of the rounds.
 */
const TRIALS = 10_000;
const CONCURRENCY = 32;
const ROUNDS = 3;

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const prompt = (i: number): string => `What is six times seven? (${i})`;

/** Calls a second of a loop with `CONCURRENCY` calls in flight. */
async function rateOf(call: (i: number) => Promise<void>): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < TRIALS) await call(next++);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return TRIALS / ((performance.now() - started) / 1000);
}

function sdkLoop(url: string, fetch?: typeof globalThis.fetch): Promise<number> {
  const client = new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0, ...(fetch && { fetch }) });
  return rateOf(async (i) => {
    const answer = await client.chat.completions.create({
      model: 'instant',
      messages: [{ role: 'user', content: prompt(i) }],
    });
    if (!answer.choices[0]?.message.content?.includes('42')) throw new Error('A wrong answer.');
  });
}

/** The shortest `fetch` on undici.request that the SDK takes. */
const tunedFetch = (dispatcher: Agent): typeof fetch =>
  (async (url: string, init: RequestInit) => {
    const { statusCode, headers, body } = await request(url, {
      method: 'POST',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body as string,
      dispatcher,
    });
    return {
      ok: statusCode < 300,
      status: statusCode,
      url,
      headers: new Headers(headers as Record<string, string>),
      json: () => body.json(),
      text: () => body.text(),
    };
  }) as unknown as typeof fetch;

function undiciLoop(url: string, dispatcher: Agent): Promise<number> {
  return rateOf(async (i) => {
    const { body } = await request(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'instant', messages: [{ role: 'user', content: prompt(i) }] }),
      dispatcher,
    });
    await body.json();
  });
}

type Client = Pick<TestService, 'get' | 'post' | 'upload' | 'finish'>;

async function prepare(client: Client, providerUrl: string): Promise<void> {
  const samples = Array.from({ length: TRIALS }, (_, i) =>
    JSON.stringify({ id: `s${i}`, input: prompt(i), target: '42' }),
  );
  const { status, body } = await client.upload('/api/v1/benchmarks/upload', samples.join('\n'), {
    name: 'load',
    scoring: { scorers: [{ type: 'regex', pattern: 'answer is 42' }] },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  await client.post('/api/v1/agents', {
    name: 'instant',
    adapter: 'openai',
    model: 'instant',
    settings: { base_url: `${providerUrl}/v1`, stream: false, concurrency: CONCURRENCY },
  });
}

/** Trials a second of one run, by the run's own times, which Postgres keeps. */
async function engineRate(client: Client, epochs = 1): Promise<number> {
  const { body } = await client.post('/api/v1/runs', { benchmark: 'load', agents: ['instant'], epochs });
  let run = body;
  while (run.status !== 'completed') {
    await sleep(200);
    run = (await client.get(`/api/v1/runs/${body.id}`)).body;
    if (run.status === 'failed') throw new Error(run.error);
  }
  if (run.entries[0].summary.score !== 1) throw new Error(`Scored ${run.entries[0].summary.score}, not 1.`);
  return run.trials / ((Date.parse(run.completed_at) - Date.parse(run.started_at)) / 1000);
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'aibench-load-'));
  await chmod(folder, 0o711);
  const postgres = await EmbeddedPostgres.start({ root: folder });
  const redisServer = await findRedis();
  if (!redisServer) throw new Error('No Redis: set REDIS_URL, or install redis-server.');
  const redis = new Redis(redisServer.url);
  const sql = new pg.Client(postgres.url());
  await sql.connect();
  const runner = 'test/support/run-typescript.mjs';
  const provider = ProcessUnderLoad.start([runner, 'test/load/instant-provider.ts']);
  const providerUrl = await provider.firstLine();
  const readyFile = join(folder, 'ready.json');
  const env = { DATABASE_URL: postgres.url(), REDIS_URL: redisServer.url, PORT: '0', WORKER_PORT: '0' };
  const api = ProcessUnderLoad.start(['dist/apps/api/main.js'], { ...env, AIBENCH_READY_FILE: readyFile });
  const ready = await waitFor(readyFile);
  const worker = ProcessUnderLoad.start(['dist/apps/worker/main.js'], env);
  const client = clientOf(ready.url);
  const dispatcher = new Agent();
  const rates = {
    engine: [] as number[],
    sdk: [] as number[],
    tuned: [] as number[],
    undici: [] as number[],
  };
  try {
    await prepare(client, providerUrl);
    await engineRate(client); // warms up what is compiled just in time
    const before = await counters(redis, sql);
    for (let round = 1; round <= ROUNDS; round++) {
      rates.sdk.push(await sdkLoop(providerUrl));
      rates.tuned.push(await sdkLoop(providerUrl, tunedFetch(dispatcher)));
      rates.undici.push(await undiciLoop(providerUrl, dispatcher));
      rates.engine.push(await engineRate(client));
      const row = Object.entries(rates).map(
        ([name, values]) => `${name} ${Math.round(values.at(-1) ?? 0)}/s`,
      );
      console.log(`Round ${round} of ${ROUNDS}: ${row.join(', ')}`);
    }
    const after = await counters(redis, sql);
    const rss = await worker.peakRssMb();
    console.log(`Ten times the trials: ${Math.round(await engineRate(client, 10))}/s`);
    const [engine, sdk, tuned] = [median(rates.engine), median(rates.sdk), median(rates.tuned)];
    const perTrial = (total: number): number => Number((total / (ROUNDS * TRIALS)).toFixed(3));
    console.log(
      JSON.stringify({
        trials_per_s: Math.round(engine),
        sdk_loop_per_s: Math.round(sdk),
        sdk_tuned_per_s: Math.round(tuned),
        undici_per_s: Math.round(median(rates.undici)),
        engine_vs_sdk: Number((engine / sdk).toFixed(2)),
        engine_vs_tuned: Number((engine / tuned).toFixed(2)),
        rss_mb: rss,
        rss_mb_at_10x: await worker.peakRssMb(),
        redis_ops_per_trial: perTrial(after.redis - before.redis),
        sql_statements_per_trial: perTrial(after.sql - before.sql),
      }),
    );
  } finally {
    redis.disconnect();
    await sql.end();
    await Promise.all([worker.stop(), api.stop(), provider.stop()]);
    await redisServer.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function waitFor(file: string): Promise<{ url: string }> {
  for (let tries = 0; tries < 300; tries++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return JSON.parse(text) as { url: string };
    await sleep(100);
  }
  throw new Error('The api did not start within 30 s.');
}

/** Redis commands and Postgres transactions so far; outside of transactions of several, each statement is one. */
async function counters(redis: Redis, sql: pg.Client): Promise<{ redis: number; sql: number }> {
  const stats = await redis.info('stats');
  const { rows } = await sql.query<{ n: string }>(
    'SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()',
  );
  return { redis: Number(/total_commands_processed:(\d+)/.exec(stats)?.[1]), sql: Number(rows[0]?.n) };
}

await main();
process.exit(0);
