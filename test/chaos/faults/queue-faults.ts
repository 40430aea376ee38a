import type { Fault } from '../fault.js';

const AGAIN = ['again', 'and-again'];

export const QUEUE_FAULTS: Fault[] = [
  {
    name: 'every-job-twice',
    async strike({ world: { postgres, redis, fleet }, runId, reached, until }) {
      await reached(0.1);
      const shards = await postgres.query<{ id: string; attempt: number; status: string }>(
        'SELECT id, attempt, status FROM shards WHERE run_id = $1 ORDER BY position',
        [runId],
      );
      const queue = redis.queue(fleet.queuePrefix);
      const jobs = await queue.addBulk(
        shards.flatMap(({ id, attempt }) =>
          AGAIN.map((how) => ({
            data: { shard_id: id, attempt },
            opts: { jobId: `${how}-${id}`, removeOnComplete: true, removeOnFail: true },
          })),
        ),
      );
      await until(async () => (await queue.getJobs(['waiting', 'active', 'delayed'])).length === 0);
      await queue.close();
      const open = shards.filter(({ status }) => status !== 'done').length;
      return {
        proof: () =>
          jobs.length === shards.length * AGAIN.length && open > 0
            ? `${jobs.length} more jobs delivered, ${open} of ${shards.length} shards were unfinished`
            : null,
      };
    },
  },
  {
    name: 'redis-flushall',
    async strike({ world: { redis }, reached, wait }) {
      const flushes = (): Promise<number> => redis.info('commandstats', /cmdstat_flushall:calls=(\d+)/);
      const before = await flushes();
      let dropped = 0;
      for (const share of [0.3, 0.4, 0.5]) {
        await reached(share);
        dropped += await redis.client.dbsize();
        await redis.client.flushall();
        await wait(300);
      }
      const struck = (await flushes()) - before;
      return {
        proof: () => (struck > 0 && dropped > 0 ? `${struck} × FLUSHALL, ${dropped} keys lost` : null),
      };
    },
  },
  {
    name: 'redis-kill',
    async strike({ world: { redis }, reached, wait }) {
      await reached(0.3);
      const before = await redis.pid();
      await redis.kill();
      await wait(2000);
      await redis.startAgain();
      const after = await redis.pid();
      return { proof: () => (after !== before ? `kill -9 of pid ${before}, now ${after}, empty` : null) };
    },
  },
  {
    name: 'redis-out-of-memory',
    async strike({ world: { redis }, reached, wait }) {
      await reached(0.3);
      const refusals = (): Promise<number> => redis.info('errorstats', /errorstat_OOM:count=(\d+)/);
      const before = await refusals();
      await redis.client.config('SET', 'maxmemory', '1');
      await wait(3000);
      await redis.client.config('SET', 'maxmemory', '0');
      const refused = (await refusals()) - before;
      return { proof: () => (refused > 0 ? `${refused} commands refused with OOM` : null) };
    },
  },
];
