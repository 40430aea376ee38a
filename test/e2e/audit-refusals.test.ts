import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startTestService } from '#test/support/service';

describe('the audit log of refusals', () => {
  it('has the first of a flood one by one, and the rest as a number', async () => {
    const service = await startTestService({ AUTH_MODE: 'token', RATE_LIMIT_STRANGERS: '15' });
    const sql = new pg.Client(service.database.url);
    await sql.connect();
    onTestFinished(async () => {
      await sql.end();
      await service.database.drop();
    });
    await Promise.all(Array.from({ length: 30 }, () => service.get('/api/v1/agents')));
    await vi.waitFor(async () => {
      const { rows } = await sql.query('SELECT * FROM audit_log');
      expect(rows).toHaveLength(10);
    });
    await service.app.close();
    const { rows } = await sql.query('SELECT status, count FROM audit_log ORDER BY id');
    expect(rows).toHaveLength(11);
    expect(rows[0]).toEqual({ status: 401, count: 1 });
    expect(rows[10].count).toBe(20);
    const strange = await sql.query(
      'SELECT DISTINCT actor_kind, actor_id, workspace_id, action FROM audit_log',
    );
    expect(strange.rows).toEqual([
      { actor_kind: 'stranger', actor_id: null, workspace_id: null, action: 'GET /api/v1/agents' },
    ]);
  });
});
