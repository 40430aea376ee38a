import type { Fault } from '../fault.js';

export const API_FAULTS: Fault[] = [
  {
    name: 'api-killed-before-enqueue',
    proxied: true,
    prepare: ({ world }) => world.proxies.redis.be({ kind: 'cut' }),
    async strike({ world: { fleet, postgres, redis, proxies }, runId }) {
      const { api } = fleet;
      await api.kill();
      const { waiting, active, delayed } = await redis.jobs(fleet.queuePrefix);
      const committed = await postgres.query(
        `SELECT 1 FROM shards WHERE run_id = $1 AND status = 'pending' AND attempt = 0`,
        [runId],
      );
      await proxies.redis.be({ kind: 'pass' });
      await fleet.replaceApi();
      return {
        proof: () =>
          api.gone && waiting + active + delayed === 0 && committed.length > 0
            ? `pid gone with ${committed.length} shards committed and no job in Redis`
            : null,
      };
    },
  },
];
