import { Module, type INestApplication } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { register } from 'prom-client';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiModule, createApi, serve } from '#apps/api';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { AppConfig, ConfigModule } from '#libs/config';
import { CoordinationModule } from '#libs/coordination';
import { currentWorkspace, DatabaseModule, inWorkspace } from '#libs/database';
import { LimitsModule } from '#libs/limits';
import { ObservabilityModule } from '#libs/observability';
import { QueueModule } from '#libs/queue';
import { MasterKeys, VaultModule } from '#libs/vault';
import { clientOf, startTestService, type TestService } from '#test/support/service';
import { ofWorkspace, trustWorkspaceHeader } from '#test/support/workspaces';
import openapi from '../../docs/openapi.json' with { type: 'json' };

type Client = ReturnType<typeof clientOf>;

/** Trials of a run: several pages of an export. */
const SAMPLES = 450;
const SCORING = { scorers: [{ type: 'exact' }] };

/** Everything that a workspace can have one of, by the names that routes give to its id. */
type Ids = Record<
  'run_id' | 'entry_id' | 'score_set_id' | 'label_id' | 'webhook_id' | 'delivery_id' | 'agent' | 'benchmark',
  string
>;

async function furnish(client: Client): Promise<Ids> {
  const made = async (path: string, body: object): Promise<any> => {
    const answer = await client.post(path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  };
  const agent = await made('/api/v1/agents', {
    ...{ name: 'constant', adapter: 'baseline', model: 'constant', settings: { answer: '7' } },
  });
  const benchmark = await made('/api/v1/benchmarks', {
    name: 'sums',
    scoring: SCORING,
    samples: Array.from({ length: SAMPLES }, (_, i) => ({ id: `s${i}`, input: `${i}`, target: `${i % 10}` })),
  });
  const started = await made('/api/v1/runs', { benchmark: 'sums', agents: ['constant'] });
  const run = await client.finish(started.id);
  const entry_id = run.entries[0].id;
  const set = await made(`/api/v1/runs/${run.id}/score-sets`, { name: 'again', scoring: SCORING });
  await made(`/api/v1/results/${run.id}/${entry_id}/s1/override`, { score: 1, reason: 'It is right.' });
  const label = { agent: 'constant', sample_id: 's1', scorer: 'exact', rater: 'ada', value: 1 };
  await made(`/api/v1/runs/${run.id}/labels`, { labels: [label] });
  const labels = await client.get(`/api/v1/runs/${run.id}/labels`);
  const webhook = await made('/api/v1/webhooks', {
    ...{ url: 'http://127.0.0.1:9/hook', events: ['run.completed'] },
  });
  const delivery = await made(`/api/v1/webhooks/${webhook.id}/test`, {});
  return {
    ...{ run_id: run.id, entry_id, score_set_id: set.id, label_id: labels.body.items[0].id },
    ...{ webhook_id: webhook.id, delivery_id: delivery.id, agent: agent.id, benchmark: benchmark.id },
  };
}

/** What operations that read a body are sent, so that nothing but the ids can be wrong. */
const BODIES: Record<string, object> = {
  'POST /api/v1/benchmarks/{benchmark}/clone': { name: 'copy' },
  'PATCH /api/v1/runs/{run_id}': { max_cost_usd: 1 },
  'POST /api/v1/runs/{run_id}/extend': { epochs: 2 },
  'POST /api/v1/runs/{run_id}/score-sets': { name: 'mine', scoring: SCORING },
  'POST /api/v1/results/{run_id}/{entry_id}/{sample_id}/override': { score: 1, reason: 'So.' },
  'POST /api/v1/runs/{run_id}/labels': {
    labels: [{ agent: 'constant', sample_id: 's1', scorer: 'exact', rater: 'eve', value: 0 }],
  },
  'PATCH /api/v1/webhooks/{webhook_id}': { active: false },
};
const QUERIES: Record<string, string> = {
  '/api/v1/benchmarks/{benchmark}/diff': '?from=1&to=1',
  '/api/v1/results/{run_id}/{entry_id}/{sample_id}/override': '?reason=So',
  '/api/v1/runs/{run_id}/labels': '?rater=ada',
};

interface Operation {
  name: string;
  send: (client: Client, ids: Ids) => Promise<{ status: number; body: any }>;
}

/** People, their keys and secrets need people: routes.test.ts tries these. */
const OF_PEOPLE = /^\/api\/v1\/(workspaces|members|api-keys|secrets)\//;

/** Every operation whose path names something of a workspace's, and those whose query or body does. */
const OPERATIONS: Operation[] = [
  ...Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter(() => /\{(?!suite|job)/.test(path) && !OF_PEOPLE.test(path))
      .map((method): Operation => {
        const name = `${method.toUpperCase()} ${path}`;
        const to = (ids: Ids): string =>
          path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
            key === 'version' ? '1' : key === 'sample_id' ? 's1' : ids[key as keyof Ids],
          ) + (QUERIES[path] ?? '');
        const send: Operation['send'] = (client, ids) => {
          if (method === 'get') return client.get(to(ids));
          if (/recording$|upload$/.test(path)) return client.upload(to(ids), '{}', {}, method.toUpperCase());
          return client.fetch(to(ids), method.toUpperCase(), BODIES[name] ?? {});
        };
        return { name, send };
      }),
  ),
  ...[
    'results?run_id={run_id}',
    'analytics/compare?entries={entry_id},{entry_id}',
    'analytics/power?entries={entry_id}&samples=10',
    'analytics/calibration?run={run_id}&scorer=exact',
    'runs/estimate?benchmark={benchmark}&agents={agent}',
    'analytics/leaderboard?benchmark={benchmark}',
    'analytics/win-rates?benchmarks={benchmark},sums',
    'analytics/trend?benchmark={benchmark}',
  ].map((path): Operation => ({
    name: `GET ${path}`,
    send: (client, ids) =>
      client.get(`/api/v1/${path.replaceAll(/\{(\w+)\}/g, (_, key: string) => ids[key as keyof Ids])}`),
  })),
  {
    name: 'POST /api/v1/analytics/gate',
    send: (client, { entry_id }) =>
      client.post('/api/v1/analytics/gate', {
        ...{ candidate: entry_id, rules: [{ metric: 'score', limit: 0.1 }] },
      }),
  },
  {
    name: 'POST /api/v1/runs',
    send: (client, { benchmark, agent }) => client.post('/api/v1/runs', { benchmark, agents: [agent] }),
  },
  {
    name: 'POST /api/benchmark/run',
    send: (client, { benchmark, agent }) => client.post('/api/benchmark/run', { benchmark, agents: [agent] }),
  },
];

const LISTS = [
  '/api/benchmark/list',
  '/api/benchmark/analytics/history',
  '/api/v1/benchmarks',
  '/api/v1/agents',
  '/api/v1/runs',
  '/api/v1/webhooks',
];

/** What was answered, without the ids that were asked for. */
const masked = ({ status, body }: { status: number; body: any }, ids: Ids): unknown => {
  const text = Object.values(ids).reduce((rest, id) => rest.replaceAll(id, '…'), JSON.stringify(body));
  const { request_id: _request, instance: _instance, ...problem } = JSON.parse(text);
  return { status, problem };
};

describe('workspaces', { timeout: 120_000 }, () => {
  const [A, B, EMPTY] = [newId(), newId(), newId()];
  let service: TestService;
  let api: INestApplication;
  let owner: DataSource;
  let requests: DataSource;
  /** Connections that the api took in no workspace's scope. */
  const strays: (string | undefined)[] = [];
  const clients = {} as Record<'a' | 'b' | 'empty', Client>;
  let ofA: Ids;
  let ofB: Ids;

  beforeAll(async () => {
    service = await startTestService({ OUTBOUND_ALLOWED: '127.0.0.0/8' });
    trustWorkspaceHeader(service.app);
    owner = service.app.get<DataSource>(getDataSourceToken());
    for (const id of [A, B, EMPTY])
      await owner.query('INSERT INTO workspaces (id, name) VALUES ($1, $1::uuid::text)', [id]);
    const furnished = (id: string): Promise<Ids> => furnish(clientOf(service.url, ofWorkspace(id)));
    [ofA, ofB] = await Promise.all([furnished(A), furnished(B)]);

    // Beside it an api alone: whatever it asks of Postgres, it asks for a request.
    register.clear(); // of the process, and there is one service in it otherwise
    const config = new AppConfig(
      { AUTH_MODE: 'local', LOG_LEVEL: 'silent', PORT: '0' },
      { standalone: true },
    );
    @Module({
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule.forRoot('silent'),
        DatabaseModule.forRoot(service.database.url),
        QueueModule.forRoot(config.queue),
        CoordinationModule.forRoot(config.queue),
        LimitsModule.forRoot(config),
        VaultModule.forRoot(new MasterKeys(config.vault.keys)),
        ApiModule,
      ],
    })
    class ApiRoot {}
    api = await createApi(ApiRoot, config);
    trustWorkspaceHeader(api);
    const url = await serve(api as never, 0, '127.0.0.1');
    requests = api.get<DataSource>(getDataSourceToken());
    const pool = (requests.driver as unknown as { master: Pool }).master;
    const connect = pool.connect.bind(pool) as (...args: unknown[]) => unknown;
    pool.connect = ((...args: unknown[]) => {
      if (currentWorkspace() === null) strays.push(new Error('A connection outside of every scope').stack);
      return connect(...args);
    }) as Pool['connect'];
    clients.a = clientOf(url, ofWorkspace(A));
    clients.b = clientOf(url, ofWorkspace(B));
    clients.empty = clientOf(url, ofWorkspace(EMPTY));
  });
  afterAll(async () => {
    await api?.close();
    await service?.close();
  });

  const unknown = (): Ids =>
    Object.fromEntries(Object.keys(ofA).map((key) => [key, newId()])) as unknown as Ids;

  it('are asked about by every operation that takes an id', () => {
    expect(OPERATIONS.length).toBeGreaterThan(50);
  });

  it.each(OPERATIONS)('$name: an id of another workspace is one that does not exist', async ({ send }) => {
    const foreign = await send(clients.b, ofA);
    expect(foreign.status, JSON.stringify(foreign.body)).toBe(404);
    const none = unknown();
    expect(masked(foreign, ofA)).toEqual(masked(await send(clients.b, none), none));
  });

  it.each(OPERATIONS.filter(({ name }) => name.startsWith('GET')))(
    '$name: what is of the own workspace is found',
    async ({ send }) => {
      const own = await send(clients.a, ofA);
      expect([200, 422], JSON.stringify(own.body)).toContain(own.status);
    },
  );

  it.each([
    ['entry_id', 'GET /api/v1/results/{run_id}/{entry_id}/{sample_id}/transcript'],
    ['entry_id', 'GET /api/v1/results/{run_id}/{entry_id}/{sample_id}/overrides'],
    ['entry_id', 'POST /api/v1/results/{run_id}/{entry_id}/{sample_id}/override'],
    ['label_id', 'DELETE /api/v1/runs/{run_id}/labels/{label_id}'],
    ['delivery_id', 'POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver'],
    ['agent', 'POST /api/v1/runs'],
    ['benchmark', 'POST /api/v1/runs'],
  ] as const)('a foreign %s among own ids is not found either: %s', async (key, name) => {
    const { send } = OPERATIONS.find((operation) => operation.name === name)!;
    expect((await send(clients.b, { ...ofB, [key]: ofA[key] })).status).toBe(404);
  });

  it('have what they had after all of that', async () => {
    expect((await clients.a.get(`/api/v1/runs/${ofA.run_id}`)).body).toMatchObject({ status: 'completed' });
    expect((await clients.a.get(`/api/v1/webhooks/${ofA.webhook_id}`)).body).toMatchObject({ active: true });
    expect((await clients.a.get(`/api/v1/runs/${ofA.run_id}/labels`)).body.items).toHaveLength(1);
    const [rows] = await inWorkspace(B, () =>
      requests.query<object[]>(
        'SELECT (SELECT count(*)::int FROM labels) AS labels, (SELECT count(*)::int FROM benchmarks) AS benchmarks',
      ),
    );
    expect(rows).toEqual({ labels: 1, benchmarks: 1 });
  });

  it.each(LISTS)('%s lists what is of the own workspace, also once it is cached', async (path) => {
    const length = async (client: Client): Promise<number> => {
      const { body } = await client.get(path);
      return (body.items ?? body).length;
    };
    for (let time = 0; time < 2; time++) {
      expect(await length(clients.a)).toBeGreaterThan(0);
      expect(await length(clients.empty)).toBe(0);
    }
  });

  it('each have a leaderboard of the benchmark of that name', async () => {
    const entries = async (client: Client): Promise<string> => {
      const { status, body } = await client.get('/api/v1/analytics/leaderboard?benchmark=sums');
      return status === 200 ? JSON.stringify(body) : body.code;
    };
    for (let time = 0; time < 2; time++) {
      expect(await entries(clients.a)).toContain(ofA.entry_id);
      expect(await entries(clients.b)).toContain(ofB.entry_id);
      expect(await entries(clients.empty)).toBe('benchmark_not_found');
    }
  });

  it('each have idempotency keys of their own', async () => {
    const start = async (workspaceId: string): Promise<string> => {
      const response = await fetch(`${service.url}/api/v1/runs`, {
        method: 'POST',
        headers: {
          ...ofWorkspace(workspaceId),
          'content-type': 'application/json',
          'idempotency-key': 'the-same',
        },
        body: JSON.stringify({ benchmark: 'sums', agents: ['constant'], limit: 1 }),
      });
      return ((await response.json()) as { id: string }).id;
    };
    const [a, b, again] = [await start(A), await start(B), await start(A)];
    expect(a).not.toBe(b);
    expect(again).toBe(a);
    await Promise.all([
      clientOf(service.url, ofWorkspace(A)).finish(a),
      clientOf(service.url, ofWorkspace(B)).finish(b),
    ]);
  });

  it('export what is theirs, however slowly it is read', async () => {
    for (const path of ['export?format=jsonl', 'results/export?format=jsonl']) {
      const { body } = await clients.a.get(`/api/v1/runs/${ofA.run_id}/${path}`);
      expect(String(body).split('\n').length).toBeGreaterThan(SAMPLES);
    }
    const { body } = await clients.a.get(`/api/v1/benchmarks/${ofA.benchmark}/versions/1/export`);
    expect(body).toContain(`s${SAMPLES - 1}`);
    // More than are read at once.
    await owner.query(
      `INSERT INTO audit_log (id, workspace_id, actor_kind, action)
       SELECT gen_random_uuid(), $1, 'local', 'PUT /audited' FROM generate_series(1, 1500)`,
      [A],
    );
    const audited = async (client: Client): Promise<number> =>
      String((await client.get('/api/v1/audit/export')).body).split('PUT /audited').length - 1;
    expect([await audited(clients.a), await audited(clients.b)]).toEqual([1500, 0]);
  });

  it('are kept apart by Postgres where no query says whose rows it wants', async () => {
    const tables = await owner.query<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_policies WHERE schemaname = 'public' ORDER BY 1`,
    );
    const counts = async (dataSource: DataSource): Promise<Record<string, number>> => {
      const found: Record<string, number> = {};
      for (const { name } of tables) {
        const [row] = await dataSource.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${name}`);
        found[name] = row!.n;
      }
      return found;
    };
    const [a, b, empty, initial, all] = [
      await inWorkspace(A, () => counts(requests)),
      await inWorkspace(B, () => counts(requests)),
      await inWorkspace(EMPTY, () => counts(requests)),
      await inWorkspace(DEFAULT_WORKSPACE_ID, () => counts(requests)),
      await counts(owner),
    ];
    expect(a).toMatchObject({
      results: 2 * SAMPLES + 1,
      transcripts: 2 * SAMPLES + 1,
      webhooks: 1,
      samples: SAMPLES,
    });
    for (const { name } of tables) {
      expect(empty[name], name).toBe(name === 'workspaces' ? 1 : 0);
      expect(a[name]! + b[name]! + empty[name]! + initial[name]!, name).toBe(all[name]);
    }
  });

  it('take uploads as their own', async () => {
    const { body: file } = await clients.a.get(`/api/v1/runs/${ofA.run_id}/export?format=jsonl`);
    const imported = await clients.b.upload('/api/v1/runs/import', file as string);
    expect(imported.status, JSON.stringify(imported.body)).toBe(201);
    expect((await clients.b.get(`/api/v1/runs/${imported.body.id}`)).status).toBe(200);
    expect((await clients.a.get(`/api/v1/runs/${imported.body.id}`)).status).toBe(404);
    const samples = '{"id":"q","input":"1","target":"1"}';
    const uploaded = await clients.b.upload('/api/v1/benchmarks/upload', samples, {
      name: 'up',
      scoring: SCORING,
    });
    expect(uploaded.status, JSON.stringify(uploaded.body)).toBe(201);
    expect((await clients.a.get('/api/v1/benchmarks/up')).status).toBe(404);
  });

  it('never let a request reach Postgres in nobody’s name', () => {
    expect(strays).toEqual([]);
  });

  describe('where Postgres keeps nobody apart', () => {
    beforeAll(async () => {
      const tables = await owner.query<{ name: string }[]>(
        `SELECT tablename AS name FROM pg_policies WHERE schemaname = 'public'`,
      );
      for (const { name } of tables) await owner.query(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`);
    });

    it.each(OPERATIONS)('$name: an id of another workspace still does not exist', async ({ send }) => {
      const foreign = await send(clients.b, ofA);
      expect(foreign.status, JSON.stringify(foreign.body)).toBe(404);
    });

    it.each(LISTS)('%s still lists what is of the own workspace', async (path) => {
      const { body } = await clients.empty.get(path);
      expect(body.items ?? body).toEqual([]);
    });
  });
});
