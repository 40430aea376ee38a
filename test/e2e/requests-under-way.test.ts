import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startTestService } from '#test/support/service';

it(
  'answers what is under way when it is told to stop, and says so meanwhile',
  { timeout: 60_000 },
  async () => {
    const service = await startTestService();
    const sql = new pg.Client(service.database.url);
    await sql.connect();
    onTestFinished(async () => {
      await sql.end();
      await service.database.drop();
    });
    await sql.query('BEGIN; LOCK TABLE agents IN ACCESS EXCLUSIVE MODE');
    const waiting = service.get('/api/v1/agents');
    await vi.waitFor(async () => {
      const { rows } = await sql.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'agents'::regclass`,
      );
      expect(rows).toHaveLength(1);
    });
    const closed = service.app.close();
    await vi.waitFor(async () => expect((await service.get('/ready')).status).toBe(503));
    await sleep(500);
    expect((await service.get('/health')).headers.get('connection')).toBe('close');
    await sql.query('COMMIT');
    expect((await waiting).status).toBe(200);
    await closed;
    await expect(service.get('/health')).rejects.toThrow('fetch failed');
  },
);
