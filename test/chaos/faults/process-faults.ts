import Bull from 'bull';
import { SHORT, type Fault, type Scene } from '../fault.js';
import { LANES_OF_A_WORKER } from '../fleet.js';
import type { ServiceProcess } from '../service-process.js';

const KILLS = SHORT ? 5 : 20;

export const PROCESS_FAULTS: Fault[] = [
  {
    name: 'worker-kills',
    trials: { short: 150, full: 1000 },
    delayMs: 600,
    async strike({ world: { fleet }, wait, reached, ended }) {
      await reached(0.1);
      const killed: ServiceProcess[] = [];
      while (killed.length < KILLS && !(await ended())) {
        const index = Math.floor(Math.random() * fleet.workers.length);
        const worker = fleet.workers[index]!;
        await worker.kill();
        killed.push(worker);
        await fleet.replaceWorker(index);
        await wait(Math.random() * 1000);
      }
      return {
        proof: () =>
          killed.length === KILLS && killed.every(({ gone }) => gone)
            ? `${KILLS} × kill -9, all pids gone`
            : null,
        crashes: killed.length,
        unread: killed.length * LANES_OF_A_WORKER,
      };
    },
  },
  {
    name: 'api-killed-before-enqueue',
    proxied: true,
    prepare: ({ world }) => world.proxies.redis.be({ kind: 'cut' }),
    async strike({ world, runId }) {
      const { api } = world.fleet;
      await api.kill();
      const queued = await jobsOf(world);
      const [left] = await world.postgres.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM shards WHERE run_id = $1 AND status = 'pending' AND attempt = 0`,
        [runId],
      );
      await world.proxies.redis.be({ kind: 'pass' });
      await world.fleet.replaceApi();
      return {
        proof: () =>
          api.gone && queued === 0 && left && left.n > 0
            ? `pid gone with ${left.n} shards committed and 0 jobs in Redis`
            : null,
      };
    },
  },
  {
    name: 'worker-stopped-past-its-lease',
    env: () => ({
      ENGINE_LEASE_SECONDS: '2',
      // Its calls must not have timed out when it wakes: their answers wait for it.
      PROVIDER_HEADERS_TIMEOUT_MS: '60000',
      PROVIDER_IDLE_TIMEOUT_MS: '60000',
      PROVIDER_TOTAL_TIMEOUT_MS: '60000',
    }),
    delayMs: 1000,
    stream: false,
    async strike({ world, runId, model, wait, until, reached }) {
      await reached(0.2);
      const stopped = world.fleet.workers[0]!;
      stopped.signal('SIGSTOP');
      const held = await world.postgres.query<{ id: string; attempt: number }>(
        `SELECT id, attempt FROM shards WHERE run_id = $1 AND status = 'leased' AND worker LIKE $2 || '-%'`,
        [runId, stopped.pid],
      );
      const taken = async (): Promise<number> => {
        const [row] = await world.postgres.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM shards s JOIN unnest($1::uuid[], $2::int[]) AS held (id, attempt) USING (id)
           WHERE s.attempt > held.attempt AND s.worker NOT LIKE $3 || '-%'`,
          [held.map(({ id }) => id), held.map(({ attempt }) => attempt), stopped.pid],
        );
        return row?.n ?? 0;
      };
      await until(async () => (await taken()) > 0);
      // At once: the other worker's calls are under way, so that only its lease stands against the late writes.
      stopped.signal('SIGCONT');
      const attempts = await taken();
      await wait(1000);
      return { proof: () => lateAnswers({ world, runId, model, attempts }), crashes: 1 };
    },
  },
];

/** Whether the stopped worker, awake again, read answers that are not in the results. */
async function lateAnswers({
  world,
  runId,
  model,
  attempts,
}: Pick<Scene, 'world' | 'runId' | 'model'> & { attempts: number }): Promise<string | null> {
  const [stored] = await world.postgres.query<{ tokens: number }>(
    'SELECT sum(input_tokens + output_tokens)::int AS tokens FROM results WHERE run_id = $1',
    [runId],
  );
  const read = await Promise.all(
    world.fleet.workers.map((worker) => worker.metric('agent_token_usage_total', `agent="${model}"`)),
  );
  const late = read.reduce((a, b) => a + b) - (stored?.tokens ?? 0);
  return attempts > 0 && late > 0
    ? `${attempts} leases taken over, late answers of ${late} tokens refused`
    : null;
}

async function jobsOf({ redis, fleet }: Scene['world']): Promise<number> {
  const queue = new Bull('shard', redis.url, { prefix: fleet.queuePrefix });
  const { waiting, active, delayed } = await queue.getJobCounts();
  await queue.close();
  return waiting + active + delayed;
}
