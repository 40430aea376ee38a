import OpenAI from 'openai';
import { Agent, request } from 'undici';
import { LoadRig, median, promptOf } from './load-rig.js';

/**
 * npm run bench:engine: trials a second of one worker with everything persisted and scored, against bare loops that
 * keep nothing, interleaved in the same run. The provider is instant and in a process of its own; Redis and Postgres
 * are real. The last line is JSON; rates are medians of the rounds.
 */
const TRIALS = 10_000;
const CONCURRENCY = 32;
const ROUNDS = 3;

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
      model: 'fixed',
      messages: [{ role: 'user', content: promptOf(i) }],
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
      body: JSON.stringify({ model: 'fixed', messages: [{ role: 'user', content: promptOf(i) }] }),
      dispatcher,
    });
    await body.json();
  });
}

async function main(): Promise<void> {
  const rig = await LoadRig.start(0);
  const dispatcher = new Agent();
  const rates = {
    engine: [] as number[],
    sdk: [] as number[],
    tuned: [] as number[],
    undici: [] as number[],
  };
  try {
    await rig.publish(TRIALS);
    await rig.createAgent(CONCURRENCY);
    await rig.scale(1);
    await rig.trialsPerSecond(); // warms up what is compiled just in time
    const before = await counters(rig);
    for (let round = 1; round <= ROUNDS; round++) {
      rates.sdk.push(await sdkLoop(rig.providerUrl));
      rates.tuned.push(await sdkLoop(rig.providerUrl, tunedFetch(dispatcher)));
      rates.undici.push(await undiciLoop(rig.providerUrl, dispatcher));
      rates.engine.push(await rig.trialsPerSecond());
      const row = Object.entries(rates).map(
        ([name, values]) => `${name} ${Math.round(values.at(-1) ?? 0)}/s`,
      );
      console.log(`Round ${round} of ${ROUNDS}: ${row.join(', ')}`);
    }
    const after = await counters(rig);
    const rss = await rig.workers[0]?.peakRssMb();
    console.log(`Ten times the trials: ${Math.round(await rig.trialsPerSecond(10))}/s`);
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
        rss_mb_at_10x: await rig.workers[0]?.peakRssMb(),
        redis_ops_per_trial: perTrial(after.redis - before.redis),
        sql_statements_per_trial: perTrial(after.sql - before.sql),
      }),
    );
  } finally {
    await rig.stop();
  }
}

/** Redis commands and Postgres transactions so far; outside of transactions of several, each statement is one. */
async function counters({ redis, sql }: LoadRig): Promise<{ redis: number; sql: number }> {
  const stats = await redis.info('stats');
  const { rows } = await sql.query<{ n: string }>(
    'SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()',
  );
  return { redis: Number(/total_commands_processed:(\d+)/.exec(stats)?.[1]), sql: Number(rows[0]?.n) };
}

await main();
process.exit(0);
