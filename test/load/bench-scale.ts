import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSecondsOfFamily, cpuSecondsOfMachine, parentOf } from './cpu-seconds.js';
import { LoadRig, median } from './load-rig.js';

/**
 * npm run bench:scale: how near workers come to what their slots allow when the agent takes its time, what that costs, and
 * how much longer a small run takes beside a huge one. Ideal is slots / latency. Rates are by each run's own times, from
 * its first lease to its end, with ramp-up and tail. CPU is of that time and at most half a second more; believe only rows
 * where others took next to none. Each number of workers has a warm-up of its own. The last line is JSON; each row is the
 * round with the median rate.
 */
const SLOTS = 64;
const LATENCY_MS = 200;
const WORKERS = [1, 2, 4];
const ROUNDS = 3;
/** That a measured run takes at the ideal rate. */
const SECONDS = 40;

const IDEAL_PER_WORKER = SLOTS / (LATENCY_MS / 1000);
const EPOCHS = 4;
const SAMPLES = (IDEAL_PER_WORKER * SECONDS) / EPOCHS;

/** CPU seconds so far. */
async function cpuSeconds(rig: LoadRig, postmaster: number) {
  const redis = await rig.redis.info('cpu');
  const redisSeconds = (kind: string): number =>
    Number(new RegExp(`used_cpu_${kind}:([\\d.]+)`).exec(redis)?.[1]);
  const machine = await cpuSecondsOfMachine();
  return {
    workers: await Promise.all(rig.workers.map((worker) => worker.cpuSeconds())),
    postgres: await cpuSecondsOfFamily(postmaster),
    redis: redisSeconds('user') + redisSeconds('sys'),
    provider: await rig.provider.cpuSeconds(),
    api: await rig.api.cpuSeconds(),
    machineUsed: machine.used,
    machineThere: machine.there,
  };
}

interface Measurement {
  workers: number;
  rate: number;
  seconds: { workers: number[]; postgres: number; redis: number; provider: number; api: number };
  /** Of all cores, 0 … 1: by us, and by whatever else ran. */
  share: number;
  othersShare: number;
}

async function measure(rig: LoadRig, workers: number, postmaster: number): Promise<Measurement> {
  await rig.createAgent(SLOTS * workers);
  await rig.scale(workers);
  await rig.trialsPerSecond(workers); // warms up what is compiled just in time
  const before = await cpuSeconds(rig, postmaster);
  const rate = await rig.trialsPerSecond(EPOCHS * workers);
  const after = await cpuSeconds(rig, postmaster);
  const seconds = {
    workers: after.workers.map((used, i) => used - (before.workers[i] ?? 0)),
    postgres: after.postgres - before.postgres,
    redis: after.redis - before.redis,
    provider: after.provider - before.provider,
    api: after.api - before.api,
  };
  const ours = sum(Object.values(seconds).flat());
  const there = after.machineThere - before.machineThere;
  const used = after.machineUsed - before.machineUsed;
  return { workers, rate, seconds, share: ours / there, othersShare: Math.max(0, used - ours) / there };
}

const SMALL = { limit: 10 };
const SMALL_RUNS = 9;

/** How long a run of 10 trials takes by itself, and beside one of more than 100,000 by the same agent on one worker. */
async function measureSmall(rig: LoadRig) {
  await rig.createAgent(SLOTS);
  await rig.scale(1);
  const several = async (): Promise<number> => {
    const seconds: number[] = [];
    for (let i = 0; i < SMALL_RUNS; i++) seconds.push(await rig.secondsOf(SMALL));
    return median(seconds);
  };
  await several(); // warms up
  const solo = await several();
  const huge = await rig.startRun({ epochs: Math.ceil(100_000 / SAMPLES) });
  while ((await rig.client.get(`/api/v1/runs/${huge}`)).body.done < 10 * SLOTS) await sleep(200);
  const beside = await several();
  await rig.client.post(`/api/v1/runs/${huge}/cancel`);
  return { solo_s: rounded(solo), beside_100k_s: rounded(beside), ratio: rounded(beside / solo) };
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

const toRow = ({ workers, rate, seconds, share, othersShare }: Measurement) => ({
  workers,
  trials_per_s: rounded(rate, 1),
  ideal_per_s: workers * IDEAL_PER_WORKER,
  of_ideal: rounded(rate / (workers * IDEAL_PER_WORKER), 3),
  cpu: rounded(share),
  cpu_others: rounded(othersShare),
  cpu_seconds: {
    workers: seconds.workers.map((used) => rounded(used, 1)),
    postgres: rounded(seconds.postgres, 1),
    redis: rounded(seconds.redis, 1),
    provider: rounded(seconds.provider, 1),
    api: rounded(seconds.api, 1),
  },
});

const table = (rows: ReturnType<typeof toRow>[]): void =>
  console.table(
    rows.map(({ cpu_seconds: { workers, ...others }, ...row }) => ({
      ...row,
      'workers, CPU s': workers.join(' + '),
      ...others,
    })),
  );

async function main(): Promise<void> {
  const rig = await LoadRig.start(LATENCY_MS, { ENGINE_CALL_SLOTS: String(SLOTS) });
  const rounds: Measurement[] = [];
  let small;
  try {
    const { rows } = await rig.sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const postmaster = await parentOf(rows[0]?.pid as number);
    await rig.publish(SAMPLES);
    for (let round = 1; round <= ROUNDS; round++) {
      for (const workers of WORKERS) rounds.push(await measure(rig, workers, postmaster));
      console.log(`Round ${round} of ${ROUNDS}`);
      table(rounds.slice(-WORKERS.length).map(toRow));
    }
    small = await measureSmall(rig);
  } finally {
    await rig.stop();
  }
  const medians = WORKERS.map((workers) => {
    const sorted = rounds.filter((round) => round.workers === workers).sort((a, b) => a.rate - b.rate);
    return sorted[Math.floor(ROUNDS / 2)] as Measurement;
  });
  const speedup = (workers: number): number => {
    const rateOf = (wanted: number): number => medians.find((one) => one.workers === wanted)?.rate ?? NaN;
    return rounded(rateOf(workers) / rateOf(1));
  };
  console.log(`Medians of ${ROUNDS} rounds, CPU of ${availableParallelism()} cores`);
  table(medians.map(toRow));
  console.log(
    JSON.stringify({
      slots_per_worker: SLOTS,
      latency_ms: LATENCY_MS,
      workers: medians.map(toRow),
      speedup_2: speedup(2),
      speedup_4: speedup(4),
      small_run: small,
    }),
  );
}

await main();
process.exit(0);
