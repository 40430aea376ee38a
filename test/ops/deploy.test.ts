import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { describeWithRedis } from '#test/support/redis';
import { clientOf } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';
import { report } from './report.js';
import { ShippedNginx } from './shipped-nginx.js';

const program = await ensureProgram('nginx');
const REQUESTS_PER_SECOND = 50;
/** No more at a time: a slow machine is sent fewer, and not ever more. */
const UNDER_WAY = 20;
const TRIALS = 2000;

interface Web {
  process: SpawnedService;
  address: string;
}

/** What is left of nginx's workers of before a reload ends its requests in that time. */
const RELOAD_MS = 1000;

describeWithRedis('a deploy', ({ url: redisUrl, prefix }) => {
  let database: TestDatabase;
  let provider: ProviderServer;
  let env: Record<string, string>;
  const processes: SpawnedService[] = [];
  let nginx: ShippedNginx;
  let webs: Web[];

  const start = async (app: 'api' | 'worker'): Promise<Web> => {
    const process = await SpawnedService.create(env, app);
    processes.push(process);
    const client = await process.start();
    expect((await client.get('/ready')).status).toBe(200);
    return { process, address: new URL(client.url).host };
  };

  beforeAll(async () => {
    if (program === undefined || process.env['OPS_REPORT'] === undefined) return;
    database = await createTestDatabase();
    provider = await startProviderServer({ answer: () => '1' });
    env = { DATABASE_URL: database.url, REDIS_URL: redisUrl, QUEUE_PREFIX: prefix, WORKER_PORT: '0' };
    webs = [await start('api')];
    nginx = await ShippedNginx.create(program, [webs[0]!.address]);
    await nginx.start();
  }, 300_000);
  afterAll(async () => {
    await nginx?.remove();
    await Promise.all(processes.map((process) => process.remove()));
    await provider?.close();
    await database?.drop();
  }, 120_000);

  /** Sends requests at up to a steady pace, a fifth of which change something, until it is told to end. */
  const load = (url: string) => {
    const sent: Promise<string>[] = [];
    let again = 0;
    let underWay = 0;
    const one = async (i: number): Promise<string> => {
      const body = { benchmark: 'few', agents: ['constant'] };
      const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
      const ask = (): Promise<Response> =>
        i % 5 === 0
          ? fetch(`${url}/api/v1/runs`, { method: 'POST', headers, body: JSON.stringify(body) })
          : fetch(`${url}/api/v1/runs?limit=1`);
      // A connection that nginx's worker of before closes while it is taken again: browsers and clients send anew then.
      const answer = ask().catch(() => (again++, ask()));
      underWay++;
      return answer
        .then(({ status }) => String(status))
        .catch(String)
        .finally(() => underWay--);
    };
    const timer = setInterval(() => {
      if (underWay < UNDER_WAY) sent.push(one(sent.length));
    }, 1000 / REQUESTS_PER_SECOND);
    return async () => {
      clearInterval(timer);
      return { statuses: await Promise.all(sent), again };
    };
  };

  // Minutes of load: where counts are asked for, by `npm run test:ops` or REQUIRE_OPS=1.
  it.skipIf(program === undefined || process.env['OPS_REPORT'] === undefined)(
    'of blue for green, and then of one after the other, loses no request and no trial',
    { timeout: 600_000 },
    async () => {
      const client = clientOf(nginx.url);
      const settings = { base_url: `${provider.url}/v1`, concurrency: 20 };
      const make = async (path: string, body: object) =>
        expect(await client.post(path, body), path).toMatchObject({ status: 201 });
      await make('/api/v1/agents', { name: 'slow', adapter: 'openai', model: 'm', settings });
      const answer = { answer: '1' };
      await make('/api/v1/agents', {
        name: 'constant',
        adapter: 'baseline',
        model: 'constant',
        settings: answer,
      });
      const samples = (n: number) =>
        Array.from({ length: n }, (_, i) => ({ id: `s${i}`, input: 'q', target: '1' }));
      const scoring = { scorers: [{ type: 'exact' }] };
      await make('/api/v1/benchmarks', { name: 'few', scoring, samples: samples(1) });
      await make('/api/v1/benchmarks', { name: 'many', scoring, samples: samples(TRIALS) });
      const worker = await start('worker');
      provider.behave({ delayMs: 200 });
      const { body: run } = await client.post('/api/v1/runs', { benchmark: 'many', agents: ['slow'] });
      const end = load(nginx.url);

      const replace = async (old: Web, lead: (green: Web) => string[]): Promise<Web> => {
        const green = await start('api');
        await nginx.leadTo(lead(green));
        await sleep(RELOAD_MS);
        expect(await old.process.end('SIGTERM')).toBe(0);
        return green;
      };
      // Blue and green: all at once.
      const [blue] = webs as [Web];
      const green = await replace(blue, ({ address }) => [address]);
      // Rolling: two, of which each in turn makes room for another, and the worker.
      const second = await start('api');
      await nginx.leadTo([green.address, second.address]);
      const third = await replace(green, ({ address }) => [second.address, address]);
      await replace(second, ({ address }) => [third.address, address]);
      await start('worker');
      expect(await worker.process.end('SIGTERM')).toBe(0);

      const { statuses, again } = await end();
      const failed = statuses.filter((status) => !/^2..$/.test(status));
      report({ non_2xx_in_deploy: failed.length, requests_in_deploy: statuses.length, sent_again: again });
      expect(failed).toEqual([]);
      expect(statuses.length).toBeGreaterThan(100);
      provider.behave({ delayMs: 0 });
      expect(await client.finish(run.id)).toMatchObject({ status: 'completed', done: TRIALS });
      const sql = new pg.Client(database.url);
      await sql.connect();
      const { rows } = await sql.query(
        `SELECT count(*)::int AS trials, count(DISTINCT ordinal)::int AS samples FROM results WHERE run_id = $1 AND outcome = 'scored'`,
        [run.id],
      );
      await sql.end();
      expect(rows).toEqual([{ trials: TRIALS, samples: TRIALS }]);
    },
  );
});
