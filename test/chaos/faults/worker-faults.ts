import { DELAY_MS, EPOCHS, SHORT, type Fault, type Scene } from '../fault.js';
import { TRIALS_OF_A_WORKER } from '../fleet.js';
import type { ServiceProcess } from '../service-process.js';

const KILLS = SHORT ? 5 : 20;

export const WORKER_FAULTS: Fault[] = [
  {
    name: 'worker-kills',
    trials: { short: 300, full: 1000 },
    // However slowly workers start, the run has to be there to be struck.
    delayMs: 3000,
    async strike({ world: { fleet, provider }, wait, reached, ended }) {
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
      await provider.behave({ delayMs: DELAY_MS });
      return {
        proof: () =>
          killed.length === KILLS && killed.every(({ gone }) => gone)
            ? `${KILLS} × kill -9, all pids gone`
            : null,
        crashes: killed.length,
        unread: killed.length * TRIALS_OF_A_WORKER,
      };
    },
  },
  {
    // Redis hands a job to a worker that waits for one, whether that still lives or not.
    name: 'workers-killed-before-claiming',
    async prepare({ world: { fleet } }) {
      for (const worker of fleet.workers) worker.signal('SIGSTOP');
    },
    async strike({ world: { fleet, redis, postgres }, runId, until }) {
      const handed = async (): Promise<number> => (await redis.jobs(fleet.queuePrefix)).active;
      await until(async () => (await handed()) > 0);
      const killed = [...fleet.workers];
      for (const worker of killed) await worker.kill();
      const jobs = await handed();
      const claimed = await postgres.query('SELECT 1 FROM shards WHERE run_id = $1 AND attempt > 0', [runId]);
      for (const index of killed.keys()) await fleet.replaceWorker(index);
      return {
        proof: () =>
          jobs > 0 && claimed.length === 0 && killed.every(({ gone }) => gone)
            ? `pids gone with ${jobs} jobs in hand and no shard claimed`
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
    stream: false,
    async strike(scene) {
      const { world, runId, wait, until, reached } = scene;
      const { fleet, postgres, provider } = world;
      await reached(0.2);
      // Long enough for the other worker's calls to be under way when this one wakes with its answers: only its
      // lease stands against its writes then.
      await provider.behave({ delayMs: 2000 });
      await wait(500);
      const stopped = fleet.workers[0]!;
      stopped.signal('SIGSTOP');
      const held = await postgres.query<HeldShard>(
        `SELECT id, attempt, trial_from AS "from", trial_to AS "to" FROM shards
         WHERE run_id = $1 AND status = 'leased' AND worker LIKE $2 || '-%'`,
        [runId, stopped.pid],
      );
      let taken: HeldShard[] = [];
      await until(async () => (taken = await takenOver(scene, held)).length > 0);
      const late = await lateAnswers(scene, taken);
      stopped.signal('SIGCONT');
      await provider.behave({ delayMs: DELAY_MS });
      return {
        async proof() {
          const sql = 'SELECT 1 FROM transcripts WHERE run_id = $1 AND raw_id = ANY ($2)';
          const stored = await postgres.query(sql, [runId, late]);
          if (stored.length > 0) throw new Error(`${stored.length} late answers were stored`);
          const read = (await tokensRead(scene)) - (await tokensStored(scene));
          return late.length > 0 && read > 0
            ? `${taken.length} leases taken over, ${late.length} late answers (${read} tokens read) refused`
            : null;
        },
        crashes: 1,
      };
    },
  },
];

interface HeldShard {
  id: string;
  attempt: number;
  from: number;
  to: number;
}

/** Which of them another attempt has now. */
const takenOver = ({ world }: Scene, held: HeldShard[]): Promise<HeldShard[]> =>
  world.postgres.query(
    `SELECT held.* FROM shards s
     JOIN jsonb_to_recordset($1) AS held (id uuid, attempt int, "from" int, "to" int) USING (id)
     WHERE s.attempt > held.attempt`,
    [JSON.stringify(held)],
  );

/** Ids of answers for trials of those shards that were given and are not stored. */
async function lateAnswers({ world, runId, trials, calls }: Scene, shards: HeldShard[]): Promise<string[]> {
  const questions = new Set(
    shards.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => (from + i) % (trials / EPOCHS)),
    ),
  );
  const rows = await world.postgres.query<{ id: string }>(
    'SELECT raw_id AS id FROM transcripts WHERE run_id = $1',
    [runId],
  );
  const stored = new Set(rows.map(({ id }) => id));
  const given = (await calls()).filter(({ answered, question }) => answered && questions.has(question));
  return given.map(({ id }) => id).filter((id) => !stored.has(id));
}

async function tokensRead({ world, model }: Scene): Promise<number> {
  const counts = world.fleet.workers.map((worker) =>
    worker.metric('agent_token_usage_total', `agent="${model}"`),
  );
  return (await Promise.all(counts)).reduce((a, b) => a + b);
}

async function tokensStored({ world, runId }: Scene): Promise<number> {
  const sql = 'SELECT sum(input_tokens + output_tokens)::int AS n FROM results WHERE run_id = $1';
  const [row] = await world.postgres.query<{ n: number }>(sql, [runId]);
  return row?.n ?? 0;
}
