import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KEPT } from '#apps/api';
import { RollupCache } from '#libs/results';
import { keyWith, otherWorkspace, signIn, type SignedInClient } from '#test/support/identity';
import { startTestService, type TestService } from '#test/support/service';
import { statementsOf } from '#test/support/statements';

/** What a handler's parameters are filled with, by kind and place. */
type Given = Record<string, { factory?: (data: unknown, context: unknown) => unknown }>;

const SNAPSHOT = 'SELECT pg_current_snapshot()::text AS name';

describe('answers that several ask for at once', () => {
  let service: TestService;
  let admin: SignedInClient;
  let sql: pg.Client;
  let runId: string;
  let paths: string[];

  beforeAll(async () => {
    service = await startTestService({ AUTH_MODE: 'token' });
    admin = await signIn(service);
    sql = new pg.Client(service.database.url);
    await sql.connect();
    await admin.post('/api/v1/agents', { name: 'guesser', adapter: 'baseline', model: 'random' });
    await admin.post('/api/v1/benchmarks', {
      ...{ name: 'sums', scoring: { scorers: [{ type: 'exact' }] } },
      samples: [{ id: 'one', input: '1 + 1', target: '2' }],
    });
    runId = (await admin.post('/api/v1/runs', { benchmark: 'sums', agents: ['guesser'] })).body.id;
    await admin.finish(runId);
    paths = [
      '/api/v1/runs?limit=20',
      `/api/v1/runs/${runId}`,
      `/api/benchmark/${runId}`,
      `/api/v1/results?run_id=${runId}`,
      '/api/v1/analytics/leaderboard?benchmark=sums',
      '/api/v1/analytics/trend?benchmark=sums',
      '/api/benchmark/list',
    ];
  });
  afterAll(async () => {
    await sql?.end();
    await service?.close();
  });

  const statements = async (request: () => Promise<unknown>): Promise<string[]> =>
    (await statementsOf(request)).filter((text) => !text.startsWith('SELECT set_config'));
  const mark = (error: string) => sql.query('UPDATE runs SET error = $1 WHERE id = $2', [error, runId]);

  it('are made once while nobody commits, the same to the byte', async () => {
    for (const path of paths) {
      const first = await admin.get(path);
      expect(first.status).toBe(200);
      // Whoever else uses this Postgres commits too.
      await vi.waitFor(async () => {
        await admin.get(path);
        let again: typeof first | undefined;
        expect(await statements(async () => (again = await admin.get(path)))).toEqual([SNAPSHOT]);
        expect(again!.body).toEqual(first.body);
        expect(again!.headers.get('content-type')).toBe(first.headers.get('content-type'));
        expect(again!.headers.get('content-length')).toBe(first.headers.get('content-length'));
      }, 10_000);
    }
  });

  it('take a statement more of nobody who asks alone', async () => {
    expect(await statements(() => admin.get(`/api/v1/runs/${runId}?alone`))).not.toContain(SNAPSHOT);
  });

  it('are never older than a commit, whoever made it', async () => {
    let committed = 0;
    let wrong = 0;
    let asked = 0;
    let isOver = false;
    const ask = async (): Promise<void> => {
      while (!isOver) {
        const since = committed;
        const { body } = await admin.get(`/api/v1/runs/${runId}`);
        asked += 1;
        if (Number(body.error) < since) wrong += 1;
      }
    };
    await mark('0');
    const asking = Array.from({ length: 6 }, ask);
    for (let i = 1; i <= 200; i++) {
      await mark(String(i));
      committed = i;
      // So that some are asked for more than once between two.
      if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    isOver = true;
    await Promise.all(asking);
    expect(asked).toBeGreaterThan(50);
    expect(wrong).toBe(0);
  });

  it('are nobody else’s', async () => {
    const stranger = await otherWorkspace(service);
    const other = await keyWith(service, ['benchmark:read'], admin);
    for (let i = 0; i < 3; i++) {
      expect((await admin.get(`/api/v1/results?run_id=${runId}`)).status).toBe(200);
      expect((await stranger.get(`/api/v1/results?run_id=${runId}`)).status).toBe(404);
      expect((await other.get(`/api/v1/results?run_id=${runId}`)).status).toBe(403);
      expect((await stranger.get('/api/v1/runs?limit=20')).body.items).toEqual([]);
    }
  });

  it('are not kept of what failed', async () => {
    const path = '/api/v1/analytics/leaderboard?benchmark=later';
    for (let i = 0; i < 3; i++) {
      const { status, headers } = await admin.get(path);
      expect(status).toBe(404);
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
    await admin.post('/api/v1/benchmarks', {
      ...{ name: 'later', scoring: { scorers: [{ type: 'exact' }] } },
      samples: [{ id: 'one', input: '1 + 1', target: '2' }],
    });
    expect((await admin.get(path)).status).toBe(200);
  });

  it('are made anew of rollups that are to be read anew', async () => {
    const path = '/api/v1/analytics/leaderboard?benchmark=sums';
    for (let i = 0; i < 3; i++) await admin.get(path);
    await service.app.get(RollupCache).forget(admin.workspaceId);
    expect((await statements(() => admin.get(path))).length).toBeGreaterThan(2);
  });

  it('are made by handlers that are given the workspace and the URL alone', () => {
    const handlers = [...service.app.get(ModulesContainer).values()].flatMap(({ controllers }) =>
      [...controllers.values()].flatMap(({ metatype }) => {
        const { prototype } = metatype as { prototype: Record<string, object> };
        return new MetadataScanner()
          .getAllMethodNames(prototype)
          .filter((name) => Reflect.getMetadata(KEPT, prototype[name]!) === true)
          .map((name) => Reflect.getMetadata(ROUTE_ARGS_METADATA, metatype as object, name) as Given);
      }),
    );
    expect(handlers).toHaveLength(paths.length);
    const ofTheUrl = [RouteParamtypes.QUERY, RouteParamtypes.PARAM].map(String);
    const others = handlers.flatMap((given) =>
      Object.entries(given).filter(([key]) => !ofTheUrl.includes(key.split(':')[0]!)),
    );
    // A decorator of our own makes what it gives of the request; all that these see of this one is its workspace.
    const request = { principal: { workspaceId: 'workspace', id: 'somebody' } };
    const context = { switchToHttp: () => ({ getRequest: () => request }) };
    expect(others).toHaveLength(paths.length);
    expect(others.map(([, { factory }]) => factory?.(undefined, context))).toEqual(
      paths.map(() => 'workspace'),
    );
  });
});
