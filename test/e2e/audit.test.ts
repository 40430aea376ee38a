import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AuditLog, PersonalRecord } from '#libs/audit';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { contentHash, newId } from '#libs/common';
import { startTestService, type TestService } from '#test/support/service';

const DO_NOT_CHANGE = /audit_log is append-only/;

describe('the audit log', () => {
  let service: TestService;
  let sql: pg.Client;
  const entries = async (query = ''): Promise<any[]> =>
    (await service.get(`/api/v1/audit?limit=100${query}`)).body.items;
  const seen = async (path: string): Promise<string> => contentHash((await service.get(path)).body);

  beforeAll(async () => {
    service = await startTestService({ OUTBOUND_ALLOWED: '127.0.0.1' });
    sql = new pg.Client(service.database.url);
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await service.close();
  });

  it('tells who made, changed and deleted what, and how it looked before and after', async () => {
    const { body: webhook } = await service.post('/api/v1/webhooks', { url: 'http://127.0.0.1:9/hook' });
    const path = `/api/v1/webhooks/${webhook.id}`;
    const fresh = await seen(path);
    await service.fetch(path, 'PATCH', { active: false });
    const changed = await seen(path);
    await fetch(`${service.url}${path}`, { method: 'DELETE' });
    const target = { target_type: 'webhooks', target_id: webhook.id, actor_kind: 'local', actor_id: 'local' };
    expect(await entries(`&target_id=${webhook.id}`)).toMatchObject([
      {
        ...target,
        action: 'DELETE /api/v1/webhooks/:webhook_id',
        status: 204,
        before_hash: changed,
        after_hash: null,
      },
      { ...target, action: 'PATCH /api/v1/webhooks/:webhook_id', before_hash: fresh, after_hash: changed },
      {
        ...target,
        action: 'POST /api/v1/webhooks',
        status: 201,
        before_hash: null,
        after_hash: fresh,
        address: '127.0.0.1',
        user_agent: 'node',
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
    const metrics = (await service.get('/metrics')).body;
    expect(metrics).toContain('{endpoint="/api/v1/webhooks/:webhook_id",method="GET",status="200"} 2');
  });

  it('tells of what failed, and of no mere look', async () => {
    await service.post('/api/v1/agents', { name: 'x' });
    await service.get('/api/v1/agents');
    const [entry] = await entries('&action=POST%20/api/v1/agents');
    expect(entry).toMatchObject({ status: 422, target_type: 'agents', target_id: null, after_hash: null });
    expect((await entries()).filter(({ action }) => action.startsWith('GET'))).toEqual([]);
  });

  it('has the entry before anything is done, and does nothing without', async () => {
    await sql.query('ALTER TABLE audit_log RENAME TO elsewhere');
    const answer = await service.post('/api/v1/agents', {
      name: 'unseen',
      adapter: 'baseline',
      model: 'random',
    });
    await sql.query('ALTER TABLE elsewhere RENAME TO audit_log');
    expect(answer.status).toBe(500);
    expect((await service.get('/api/v1/agents/unseen')).status).toBe(404);
  });

  it('pages, filters by time and exports every entry as a line', async () => {
    const first = (await service.get('/api/v1/audit?limit=1')).body;
    const second = (await service.get(`/api/v1/audit?limit=1&cursor=${first.next_cursor}`)).body;
    expect([...first.items, ...second.items]).toEqual((await entries()).slice(0, 2));
    expect(await entries(`&until=${first.items[0].at}`)).not.toContainEqual(first.items[0]);
    expect(await entries('&since=2100-01-01T00:00:00Z')).toEqual([]);
    const path = '/api/v1/audit/export?actor_id=local';
    const exported = await fetch(`${service.url}${path}`);
    expect(exported.headers.get('content-type')).toMatch('application/x-ndjson');
    const lines = (await exported.text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual((await entries('&actor_id=local')).toReversed());
  });

  describe('as a table', () => {
    let id: string;
    beforeEach(async () => {
      id = await service.app.get(AuditLog).append({
        actorKind: 'user',
        actorId: newId(),
        workspaceId: DEFAULT_WORKSPACE_ID,
        action: 'PUT /x',
        status: 200,
        address: '192.0.2.1',
        userAgent: `${'a'.repeat(1000)}\0`,
      });
    });

    it('bounds what strangers choose', async () => {
      const { rows } = await sql.query('SELECT length(user_agent) AS n FROM audit_log WHERE id = $1', [id]);
      expect(rows).toEqual([{ n: 300 }]);
    });

    it.each([
      'UPDATE audit_log SET action = action',
      "UPDATE audit_log SET status = 500 WHERE id = '$id'",
      "DELETE FROM audit_log WHERE id = '$id'",
      'TRUNCATE audit_log',
      "SET aibench.audit_erasure = 'on'; UPDATE audit_log SET action = 'none' WHERE id = '$id'",
      "SET aibench.audit_retention = 'on'; DELETE FROM audit_log WHERE id = '$id'",
    ])('refuses %s', async (statement) => {
      const client = new pg.Client(service.database.url);
      await client.connect();
      onTestFinished(() => client.end());
      await expect(client.query(statement.replace('$id', id))).rejects.toThrow(DO_NOT_CHANGE);
    });

    it('lets an entry be completed once', async () => {
      const log = service.app.get(AuditLog);
      const begun = await log.append({ actorKind: 'local', action: 'PUT /x', status: null });
      const completion = { status: 200, targetType: null, targetId: null, afterHash: null };
      await log.complete(begun, completion);
      await expect(log.complete(begun, { ...completion, status: 404 })).rejects.toThrow(DO_NOT_CHANGE);
    });

    it('lets go of what is old, to who says so', async () => {
      await sql.query(
        `INSERT INTO audit_log (id, at, actor_kind, action) VALUES ($1, now() - interval '31 days', 'local', 'old')`,
        [newId()],
      );
      await expect(sql.query("DELETE FROM audit_log WHERE action = 'old'")).rejects.toThrow(DO_NOT_CHANGE);
      await sql.query("SET aibench.audit_retention = 'on'");
      expect((await sql.query("DELETE FROM audit_log WHERE action = 'old'")).rowCount).toBe(1);
      await sql.query('RESET aibench.audit_retention');
    });

    it('gives a person what it has of them, and forgets who they were', async () => {
      const personal = service.app.get(PersonalRecord);
      const { rows } = await sql.query('SELECT actor_id FROM audit_log WHERE id = $1', [id]);
      const user = rows[0].actor_id as string;
      const log = service.app.get(AuditLog);
      await log.append({
        actorKind: 'user',
        actorId: user,
        action: 'PUT /unanswered',
        status: null,
        address: '192.0.2.1',
      });
      const made = { actorKind: 'local', action: 'POST /users', targetType: 'users', status: 201 } as const;
      const about = await log.append({ ...made, targetId: user, address: '192.0.2.9' });
      const exported: string[] = [];
      for await (const { action } of personal.exportActor(user)) exported.push(action);
      expect(exported).toEqual(['PUT /x', 'PUT /unanswered']);
      expect(await personal.eraseActor(user)).toBe(3);
      const left = await sql.query('SELECT * FROM audit_log WHERE actor_id = $1 OR target_id = $1', [user]);
      expect(left.rows).toEqual([]);
      const erased = await sql.query('SELECT * FROM audit_log WHERE id IN ($1, $2) ORDER BY id', [id, about]);
      expect(erased.rows).toMatchObject([
        { actor_id: 'erased', address: null, user_agent: null, action: 'PUT /x', status: 200 },
        { target_id: 'erased', address: '192.0.2.9' },
      ]);
    });
  });
});
