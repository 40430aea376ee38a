import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { startTestService, type Answer, type TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const FULL = '/api/v1/runs';
const SHORT = '/api/benchmark/run';
const request = { benchmark: 'reasoning-v1', agents: ['one'] };

describe('a run is created once for an Idempotency-Key', () => {
  let service: TestService;
  let sql: pg.Client;

  beforeAll(async () => {
    service = await startTestService();
    sql = await connect();
    await service.post('/api/v1/agents', { name: 'one', adapter: 'baseline', model: 'random' });
  });
  afterAll(async () => {
    await sql.end();
    await service.close();
  });

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(service.database.url);
    await client.connect();
    return client;
  };
  const runs = async (): Promise<number> =>
    (await sql.query<{ n: number }>('SELECT count(*)::int AS n FROM runs')).rows[0]?.n as number;
  const post = async (
    path: string,
    key: string,
    body: object = request,
    url = service.url,
  ): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const replayed = ({ headers }: Answer): string | null => headers.get('idempotent-replayed');
  /** Takes a key as a process would that is still creating its run. */
  const takeKey = async (key: string): Promise<pg.Client> => {
    const other = await connect();
    onTestFinished(() => other.end());
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM runs LIMIT 1');
    await other.query('BEGIN');
    await other.query(
      'INSERT INTO idempotency_keys (workspace_id, key, request_hash, run_id) VALUES ($1, $2, $3, $4)',
      [DEFAULT_WORKSPACE_ID, key, '', rows[0]?.id],
    );
    return other;
  };

  it.each([FULL, SHORT])('and POST %s replays its answer', async (path) => {
    const key = newId();
    const first = await post(path, key);
    expect(first.status).toBe(202);
    expect(replayed(first)).toBeNull();
    await service.finish(first.body.id ?? first.body.run_id);
    const before = await runs();
    // The members' order and a default that is written out make no other request of it.
    const config = path === FULL ? { epochs: 1 } : { config: { seed: 0, epochs: 1 } };
    for (const body of [request, { agents: request.agents, ...config, benchmark: request.benchmark }]) {
      const again = await post(path, key, body);
      expect(again).toMatchObject({ status: 202, body: first.body });
      expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
      expect(replayed(again)).toBe('true');
    }
    expect(await runs()).toBe(before);
  });

  it('but each time without one, and with another one', async () => {
    const before = await runs();
    const answers = [await service.post(FULL, request), await service.post(FULL, request)];
    answers.push(await post(FULL, newId()), await post(FULL, newId()));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4);
    expect(answers.map(replayed)).toEqual([null, null, null, null]);
    expect(await runs()).toBe(before + 4);
  });

  it('which no other body and no other route may use', async () => {
    const key = newId();
    const { body } = await post(FULL, key);
    const before = await runs();
    for (const answer of [await post(FULL, key, { ...request, seed: 1 }), await post(SHORT, key)]) {
      expect(answer).toMatchObject({
        status: 422,
        body: { code: 'idempotency_key_reused', detail: expect.stringContaining(body.id) },
      });
    }
    expect(await runs()).toBe(before);
  });

  it('though twenty requests come at once', async () => {
    const before = await runs();
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(FULL, key)));
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([202, answers[0]?.body]);
    }
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect(await runs()).toBe(before + 1);
  });

  it('though twenty come to two processes', { timeout: 60_000 }, async () => {
    const other = await SpawnedService.create({ DATABASE_URL: service.database.url, REDIS_URL: '' });
    onTestFinished(() => other.remove());
    const { url } = await other.start();
    const before = await runs();
    const key = newId();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(SHORT, key, request, i % 2 ? url : service.url)),
    );
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([202, answers[0]?.body]);
    }
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect(await runs()).toBe(before + 1);
  });

  it('which a request that failed leaves free', async () => {
    const key = newId();
    expect(await post(FULL, key, { ...request, agents: ['two'] })).toMatchObject({ status: 404 });
    expect(await post(FULL, key, { ...request, epochs: 0 })).toMatchObject({ status: 422 });
    const created = await post(FULL, key);
    expect([created.status, replayed(created)]).toEqual([202, null]);
  });

  it('which a request waits for while another has it in hand, and gets when that one fails', async () => {
    const key = newId();
    const other = await takeKey(key);
    const before = await runs();
    const waiting = post(FULL, key);
    await vi.waitFor(async () => {
      const { rows } = await sql.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO idempotency_keys%'`,
      );
      expect(rows).toHaveLength(1);
    }, 3000);
    await other.query('ROLLBACK');
    const created = await waiting;
    expect([created.status, replayed(created)]).toEqual([202, null]);
    expect(await runs()).toBe(before + 1);
  });

  it('which stays with a request that takes long, and others are told to come again', async () => {
    const key = newId();
    const other = await takeKey(key);
    const before = await runs();
    expect(await post(FULL, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_in_progress', detail: expect.stringContaining(key) },
    });
    expect(await runs()).toBe(before);
    await other.query('ROLLBACK');
    expect(await post(FULL, key)).toMatchObject({ status: 202 });
  });

  it('which is free again after 24 hours', async () => {
    const key = newId();
    const age = (hours: number): Promise<unknown> =>
      sql.query(`UPDATE idempotency_keys SET created_at = now() - $2 * interval '1 hour' WHERE key = $1`, [
        key,
        hours,
      ]);
    const first = await post(FULL, key);
    await age(23.9);
    expect((await post(FULL, key)).body.id).toBe(first.body.id);
    await age(24.1);
    const second = await post(FULL, key, { ...request, seed: 9 });
    expect([second.status, replayed(second)]).toEqual([202, null]);
    expect(second.body.id).not.toBe(first.body.id);
    expect(await post(FULL, key, { ...request, seed: 9 })).toMatchObject({ body: second.body });
    expect(await post(FULL, key)).toMatchObject({ body: { code: 'idempotency_key_reused' } });
  });

  it.each([
    ['whose answer was never given, as its process died', null],
    ['whose answer an older version kept', '{"id": "of another shape"}'],
  ])('and a run %s is answered as it is now', async (_case, answer) => {
    const key = newId();
    const first = await post(FULL, key);
    const run = await service.finish(first.body.id);
    await sql.query('UPDATE idempotency_keys SET answer = $2, status = $3 WHERE key = $1', [
      key,
      answer,
      answer && 202,
    ]);
    const before = await runs();
    const again = await post(FULL, key);
    expect(again).toMatchObject({ status: 202, body: run });
    expect(replayed(again)).toBe('true');
    expect((await post(FULL, key)).body).toEqual(run);
    expect(await runs()).toBe(before);
  });

  it('which goes with its run', async () => {
    const key = newId();
    const { body } = await post(FULL, key);
    await service.finish(body.id);
    await sql.query('DELETE FROM runs WHERE id = $1', [body.id]);
    const again = await post(FULL, key);
    expect([again.status, replayed(again)]).toEqual([202, null]);
  });

  it.each([[''], ['two words'], ['x'.repeat(256)], ['é']])('which "%s" is not', async (key) => {
    const before = await runs();
    expect(await post(FULL, key)).toMatchObject({ status: 422, body: { code: 'invalid_idempotency_key' } });
    expect(await post(SHORT, key)).toMatchObject({ status: 422, body: { code: 'invalid_idempotency_key' } });
    expect(await runs()).toBe(before);
  });

  it('which may have 255 characters', async () => {
    expect(await post(FULL, '!~'.repeat(127) + 'x')).toMatchObject({ status: 202 });
  });
});
