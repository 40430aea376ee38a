import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon, { type Result } from 'autocannon';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '#libs/database';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';
import { ShippedNginx } from '#test/ops/shipped-nginx';
import { keyWith, signIn, type SignedInClient } from '#test/support/identity';
import { TEST_IDENTITY } from '#test/support/identity-env';
import { seed, seeded, type Seeded } from './analytics-seed.js';
import { LoadRig, median } from './load-rig.js';
import { ProcessUnderLoad } from './process-under-load.js';

/**
 * npm run bench:api: what an api process answers with everything on (API keys, tenancy, throttler over Redis, audit,
 * metrics) and 100,000 results stored, and in turn with it a bare route of Nest on Fastify, so that what else the machine
 * does hits both. Rates are medians of the rounds. With `--nginx` two apis behind the shipped nginx are set against one, with
 * `--soak` fifteen minutes of the mixture follow. The last line is JSON.
 */
const RUNS = 4; // 100,000 results
const ROUNDS = 3;
const SECONDS = 5;
/** Prometheus asks every 15 s. */
const WATCH_MS = 1000;
/** Until nginx has its new workers. */
const RELOAD_MS = 1000;
const SOAK_SECONDS = 15 * 60;
/** A dashboard and ten clients of CI, each with a request under way. */
const CONNECTIONS = 11;
/** Beside the mixture, in one of its loads: what is stored changes a few dozen times a second. */
const NEW_RUNS_A_SECOND = 10;
/** Of a core, so that two apis, Postgres, Redis, nginx and the generator leave some of two cores idle. */
const API_SHARE = 0.3;
const UNLIMITED = '1000000';

interface Load {
  rps: number;
  p50: number;
  p95: number;
  p99: number;
  errors: number;
}

interface Call {
  method?: 'GET' | 'POST';
  path: string;
  body?: string;
}

/** What a client asks for in turn, for ever. */
type Script = (client: number) => Call[];

async function load(
  url: string,
  script: Script,
  seconds: number,
  token?: string,
  connections = CONNECTIONS,
): Promise<Load> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const times: number[] = [];
  let errors = 0;
  let clients = 0;
  const running = autocannon(
    {
      ...{ url, connections, duration: seconds, headers },
      setupClient: (client) => client.setRequests(script(clients++)),
    },
    () => undefined,
  );
  running.on('response', (_client, status, _bytes, ms) => {
    times.push(ms);
    if (status >= 300) errors += 1;
  });
  const [{ errors: broken, requests, duration }] = (await once(running, 'done')) as [Result];
  if (times.length === 0) throw new Error(`${url} answered nothing within ${seconds} s.`);
  times.sort((a, b) => a - b);
  const at = (share: number): number => Number((times[Math.ceil(times.length * share) - 1] ?? 0).toFixed(1));
  return {
    rps: requests.total / duration,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    errors: errors + broken,
  };
}

/** What a dashboard looks at, and how each of the clients of CI asks how its run goes. */
function questions({ deep }: Seeded, runs: string[]): Record<string, Script> {
  const always =
    (path: string): Script =>
    () => [{ path }];
  return {
    list: always('/api/v1/runs?limit=20'),
    status: (client) => [{ path: `/api/benchmark/${runs[client % runs.length]}` }],
    page: always(`/api/v1/results?run_id=${deep[0]!.runId}&limit=20`),
    leaderboard: always('/api/v1/analytics/leaderboard?benchmark=wide'),
    benchmarks: always('/api/benchmark/list'),
  };
}

const MIXTURE = 'list status status page status status leaderboard status status benchmarks'.split(' ');

/** Six in ten ask how a run goes. Each client begins elsewhere, so that they do not ask in step. */
const mixed =
  (scripts: Record<string, Script>): Script =>
  (client) =>
    MIXTURE.map((_, i) => scripts[MIXTURE[(i + client) % MIXTURE.length]!]!(client)[0]!);

const NEW_RUN = { benchmark: 'one', agents: ['constant'] };
const creation: Script = () => [{ method: 'POST', path: '/api/v1/runs', body: JSON.stringify(NEW_RUN) }];

/** How long Postgres takes for what the api asks most, beside the load, and how many of the pool's connections are in use. */
class Watch {
  readonly databaseMs: number[] = [];
  poolUsed = 0;
  private stopped = false;
  private readonly watching: Promise<void>;

  constructor(
    private readonly rig: LoadRig,
    private readonly runId: string,
  ) {
    this.watching = this.watch();
  }

  private async watch(): Promise<void> {
    while (!this.stopped) {
      const started = performance.now();
      await this.rig.sql.query('SELECT * FROM runs r JOIN run_entries e ON e.run_id = r.id WHERE r.id = $1', [
        this.runId,
      ]);
      this.databaseMs.push(performance.now() - started);
      const { body } = await this.rig.client.get('/metrics');
      const gauge = (name: string): number =>
        Number(new RegExp(`^${name} (\\S+)`, 'm').exec(body as string)?.[1]);
      const share =
        gauge('database_pool_connections\\{state="used"\\}') / gauge('database_pool_max_connections');
      this.poolUsed = Math.max(this.poolUsed, share);
      await sleep(WATCH_MS);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.watching;
  }
}

async function prepare(rig: LoadRig, admin: SignedInClient): Promise<Seeded> {
  const dataSource = await new DataSource(dataSourceOptions(rig.databaseUrl)).initialize();
  await seed(admin, rig.sql, dataSource.manager, RUNS).finally(() => dataSource.destroy());
  for (const [path, body] of [
    [
      '/api/v1/agents',
      { name: 'constant', adapter: 'baseline', model: 'constant', settings: { answer: '1' } },
    ],
    [
      '/api/v1/benchmarks',
      {
        name: 'one',
        scoring: { scorers: [{ type: 'exact' }] },
        samples: [{ id: 's', input: '1', target: '1' }],
      },
    ],
  ] as const) {
    const answer = await admin.post(path, body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  }
  const found = await seeded(rig.sql, RUNS);
  if (!found) throw new Error('The database does not hold what was seeded.');
  return found;
}

async function startRun(admin: SignedInClient): Promise<string> {
  const { status, body } = await admin.post('/api/v1/runs', NEW_RUN);
  if (status !== 202) throw new Error(JSON.stringify(body));
  return body.id as string;
}

/** @returns the ids of as many new runs. */
const startedBy = (count: number, admin: SignedInClient): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => startRun(admin)));

async function startRuns(admin: SignedInClient, aSecond: number, seconds: number): Promise<void> {
  for (let i = 0; i < aSecond * seconds; i++) await Promise.all([startRun(admin), sleep(1000 / aSecond)]);
}

const line = (name: string, { rps, p50, p95, p99, errors }: Load, more = ''): void =>
  console.log(
    `${name}: ${rps.toFixed(0)}/s, p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, ${errors} errors${more}`,
  );

/** MB a minute by least squares, without the first fifth, in which a heap fills. */
function slope(points: [minutes: number, mb: number][]): number {
  const settled = points.slice(Math.floor(points.length / 5));
  const mean = (i: 0 | 1): number => settled.reduce((sum, point) => sum + point[i], 0) / settled.length;
  const [x, y] = [mean(0), mean(1)];
  const above = settled.reduce((sum, [minutes, mb]) => sum + (minutes - x) * (mb - y), 0);
  return above / settled.reduce((sum, [minutes]) => sum + (minutes - x) ** 2, 0);
}

async function soak(
  rig: LoadRig,
  script: Script,
  token: string,
): Promise<{ errors: number; mbPerMinute: number }> {
  const points: [number, number][] = [];
  const started = performance.now();
  const timer = setInterval(
    () => void rig.api.rssMb().then((mb) => points.push([(performance.now() - started) / 60_000, mb])),
    5000,
  );
  const { errors } = await load(rig.client.url, script, SOAK_SECONDS, token);
  clearInterval(timer);
  return { errors, mbPerMinute: slope(points) };
}

/**
 * The mixture's rate with two apis behind nginx over that with one, in turn: as they are, where the cores that all share are
 * the limit, and with each api kept to a share that leaves cores idle. The generator's share of a core is printed.
 */
async function twoBehindNginx(
  rig: LoadRig,
  script: Script,
  token: string,
): Promise<{ free: number; limited: number | null }> {
  const program = await ensureProgram('nginx');
  if (program === undefined) throw new Error('No nginx: install it.');
  const urls = [rig.client.url, await rig.addApi()];
  // The second has compiled nothing yet.
  for (const url of urls) await load(url, script, 2 * SECONDS, token);
  const [one, other] = urls.map((url) => new URL(url).host) as [string, string];
  const nginx = await ShippedNginx.create(program, [one]);
  const ratio = async (what: string, connections: number): Promise<number> => {
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const rates: number[] = [];
      for (const webs of [[one], [one, other]]) {
        await nginx.leadTo(webs);
        await sleep(RELOAD_MS);
        const before = process.cpuUsage();
        const loaded = await load(nginx.url, script, SECONDS, token, connections);
        const { user, system } = process.cpuUsage(before);
        const generator = ((user + system) / 1e4 / SECONDS).toFixed(0);
        line(`nginx, ${webs.length} api${what}`, loaded, `, generator ${generator} % of a core`);
        rates.push(loaded.rps);
      }
      ratios.push(rates[1]! / rates[0]!);
    }
    return median(ratios);
  };
  await nginx.start();
  try {
    const free = await ratio('', CONNECTIONS);
    try {
      await rig.limitApis(API_SHARE);
    } catch (error) {
      console.log(
        `Two apis with cores idle were not tried, which takes root and control groups: ${String(error)}`,
      );
      return { free, limited: null };
    }
    const what = `, each kept to ${API_SHARE * 100} % of a core`;
    // As many as keep two apis busy.
    return { free, limited: await ratio(what, 2 * CONNECTIONS) };
  } finally {
    await nginx.remove();
  }
}

async function main(): Promise<void> {
  const rig = await LoadRig.start(0, {
    ...TEST_IDENTITY,
    AUTH_MODE: 'token',
    RATE_LIMIT_READS: UNLIMITED,
    RATE_LIMIT_WRITES: UNLIMITED,
    RATE_LIMIT_RUNS: UNLIMITED,
  });
  const bare = ProcessUnderLoad.start(['test/support/run-typescript.mjs', 'test/load/bare-route.ts']);
  try {
    const bareUrl = await bare.firstLine();
    const admin = await signIn(rig.client);
    const place = await prepare(rig, admin);
    const { token } = await keyWith(rig.client, ['benchmark:write', 'results:read'], admin);
    const { url } = rig.client;
    const scripts = questions(place, await startedBy(CONNECTIONS, admin));
    const mixture = mixed(scripts);
    for (const script of [...Object.values(scripts), creation]) await load(url, script, 1, token);
    // Postgres is to plan for a service in use and not for tables that were empty a moment ago.
    await load(url, creation, SECONDS, token);
    await rig.sql.query('ANALYZE');
    for (const [name, script] of Object.entries(scripts)) line(name, await load(url, script, 2, token));
    const watch = new Watch(rig, place.wide[0]!.runId);
    const rounds: { bare: Load; mixed: Load; beside: Load; created: Load; cpu: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bareLoad = await load(bareUrl, () => [{ path: '/bare' }], SECONDS);
      const before = await rig.api.cpuSeconds();
      const mixedLoad = await load(url, mixture, SECONDS, token);
      const cpu = ((await rig.api.cpuSeconds()) - before) / SECONDS;
      const [beside] = await Promise.all([
        load(url, mixture, SECONDS, token),
        startRuns(admin, NEW_RUNS_A_SECOND, SECONDS),
      ]);
      const created = await load(url, creation, SECONDS, token);
      line('bare', bareLoad);
      line('mixed', mixedLoad, `, ${(cpu * 100).toFixed(0)} % of a core`);
      line(`mixed, ${NEW_RUNS_A_SECOND} new runs a second beside it`, beside);
      line('create', created);
      rounds.push({ bare: bareLoad, mixed: mixedLoad, beside, created, cpu });
    }
    await watch.stop();
    const soaked = process.argv.includes('--soak') ? await soak(rig, mixture, token) : null;
    // The last, as the apis stay slow.
    const twoVsOne = process.argv.includes('--nginx') ? await twoBehindNginx(rig, mixture, token) : null;
    const mid = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick));
    const databaseMs = watch.databaseMs.sort((a, b) => a - b);
    console.log(
      JSON.stringify({
        mixed_rps: Math.round(mid(({ mixed: { rps } }) => rps)),
        bare_rps: Math.round(mid(({ bare: { rps } }) => rps)),
        mixed_vs_bare: Number(mid((round) => round.mixed.rps / round.bare.rps).toFixed(3)),
        p95_ms: mid(({ mixed: { p95 } }) => p95),
        mixed_beside_new_runs_rps: Math.round(mid(({ beside }) => beside.rps)),
        create_rps: Math.round(mid(({ created }) => created.rps)),
        create_p95_ms: mid(({ created }) => created.p95),
        db_p95_ms: Number(databaseMs[Math.ceil(databaseMs.length * 0.95) - 1]?.toFixed(1)),
        errors: rounds.reduce(
          (sum, { mixed: m, beside, created }) => sum + m.errors + beside.errors + created.errors,
          soaked?.errors ?? 0,
        ),
        pool_used: Number(watch.poolUsed.toFixed(2)),
        api_cores: Number(mid(({ cpu }) => cpu).toFixed(2)),
        ...(twoVsOne && {
          two_apis_vs_one: Number(twoVsOne.free.toFixed(2)),
          two_limited_apis_vs_one: twoVsOne.limited && Number(twoVsOne.limited.toFixed(2)),
        }),
        ...(soaked && { rss_mb_per_minute: Number(soaked.mbPerMinute.toFixed(2)) }),
      }),
    );
  } finally {
    await bare.stop();
    await rig.stop();
  }
}

await main();
process.exit(0);
