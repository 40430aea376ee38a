import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createTestDatabase } from '#test/support/postgres';
import { describeWithRedis } from '#test/support/redis';
import { SpawnedService } from '#test/support/spawned-service';

const SAMPLES = Array.from({ length: 12 }, (_, i) => ({
  id: `s${i}`,
  input: `${i}`,
  target: i % 3 === 0 ? 'A' : 'B',
}));

describeWithRedis('two api processes on one Redis', ({ url, prefix }) => {
  it(
    'answer from one cache, and see each other’s changes in the next answer',
    { timeout: 120_000 },
    async () => {
      const database = await createTestDatabase();
      const env = { DATABASE_URL: database.url, REDIS_URL: url, QUEUE_PREFIX: prefix, WORKER_PORT: '0' };
      const services = await Promise.all(
        ['api', 'api', 'worker'].map((app) => SpawnedService.create(env, app)),
      );
      const redis = new Redis(url);
      const sql = new pg.Client(database.url);
      await sql.connect();
      onTestFinished(async () => {
        redis.disconnect();
        await sql.end();
        await Promise.all(services.map((service) => service.remove()));
        await database.drop();
      });
      const [one, other] = await Promise.all(services.map((service) => service.start()));
      const publish = async (name: string) => {
        const body = { name, samples: SAMPLES, scoring: { scorers: [{ type: 'exact' }] } };
        expect((await one!.post('/api/v1/benchmarks', body)).status).toBe(201);
      };
      /** The one value that is cached of a group. */
      const cached = async (group: string): Promise<{ key: string; value: string }> =>
        vi.waitFor(async () => {
          const [generation] = await redis.keys(
            `${prefix}:cache:${group}:????????-????-????-????-????????????`,
          );
          const key = (await redis.keys(`${generation}:${await redis.get(generation!)}:*`))[0]!;
          return { key, value: (await redis.get(key))! };
        });
      const list = async (api: typeof one) =>
        (await api!.get('/api/benchmark/list')).body.map(({ id, name }: any) => [id, name]);

      await publish('first');
      expect(await list(one)).toContainEqual(['first', 'first']);
      const ofList = await cached('benchmarks');
      expect(await redis.ttl(ofList.key)).toBeGreaterThan(0);
      expect(await redis.ttl(ofList.key)).toBeLessThanOrEqual(300);
      // What stands in Redis is what the other process answers, which has read nothing yet.
      await redis.set(ofList.key, ofList.value.replace('"title":"first"', '"title":"From Redis"'), 'EX', 300);
      expect(await list(other)).toContainEqual(['first', 'From Redis']);
      await publish('second');
      expect(await list(other)).toEqual(
        expect.arrayContaining([
          ...[
            ['second', 'second'],
            ['first', 'first'],
          ],
        ]),
      );
      await other!.post('/api/v1/benchmarks/second/archive', {});
      expect((await list(one)).map(([id]: string[]) => id)).not.toContain('second');

      for (const answer of ['A', 'B']) {
        const agent = { name: answer, adapter: 'baseline', model: 'constant', settings: { answer } };
        expect((await one!.post('/api/v1/agents', agent)).status).toBe(201);
      }
      const { body } = await one!.post('/api/v1/runs', { benchmark: 'first', agents: ['A', 'B'] });
      const run = await one!.finish(body.id);
      const scores = async (api: typeof one) => {
        const answer = await api!.get('/api/v1/analytics/leaderboard?benchmark=first');
        expect(answer.status).toBe(200);
        return [
          answer.body.text,
          ...answer.body.entries.map(({ agent, score }: any) => [agent, Math.round(score * 12)]),
        ];
      };
      expect((await scores(one)).slice(1)).toEqual([
        ['B', 8],
        ['A', 4],
      ]);
      const ofBoard = await cached('rollups');
      expect(await redis.ttl(ofBoard.key)).toBeLessThanOrEqual(300);
      await redis.set(
        ofBoard.key,
        JSON.stringify({ ...JSON.parse(ofBoard.value), text: 'From Redis' }),
        'EX',
        300,
      );
      expect((await scores(other))[0]).toBe('From Redis');
      const entry = run.entries.find(({ agent }: any) => agent.name === 'A' || agent === 'A');
      const { rows } = await sql.query(
        `SELECT sample_id FROM results WHERE entry_id = $1 AND score = 0 ORDER BY ordinal LIMIT 1`,
        [entry.id],
      );
      const changed = await other!.post(
        `/api/v1/results/${run.id}/${entry.id}/${rows[0].sample_id}/override`,
        { score: 1, reason: 'The target is wrong.', author: 'Ada' },
      );
      expect(changed.status, JSON.stringify(changed.body)).toBeLessThan(300);
      expect((await scores(one)).slice(1)).toEqual([
        ['B', 8],
        ['A', 5],
      ]);
    },
  );
});
