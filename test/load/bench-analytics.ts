import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { encodeCursor } from '#libs/common';
import { dataSourceOptions, EmbeddedPostgres } from '#libs/database';
import { clientOf } from '#test/support/service';
import { seed, seeded, type Seeded } from './analytics-seed.js';
import { ProcessUnderLoad } from './process-under-load.js';

/**
 * npm run bench:analytics: how long the answers of analytics take with 200 runs and 5,000,000 results, and with a tenth of
 * both, from a service in a process of its own for each, asked in turn so that what else the machine does hits both
 * alike. What is seeded stays in .data/bench-analytics for the next call. The last line is JSON.
 */
const RUNS = 200;
const CALLS = 300;
const WARM_UP = 10;
const HOME = join(import.meta.dirname, '../../.data/bench-analytics');

type Place = Seeded & { service: ProcessUnderLoad; url: string };

/** A service on a database with so many runs, seeded now unless an earlier call did. */
async function start(postgres: EmbeddedPostgres, runs: number): Promise<Place> {
  const database = `analytics_${runs}`;
  const known = await withClient(postgres.url(), async (admin) => {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    const found =
      rowCount === 0 ? null : await withClient(postgres.url(database), (sql) => seeded(sql, runs));
    if (!found) {
      await admin.query(`DROP DATABASE IF EXISTS ${database}`);
      await admin.query(`CREATE DATABASE ${database}`);
    }
    return found;
  });
  const readyFile = join(HOME, `${database}.json`);
  await rm(readyFile, { force: true });
  const service = ProcessUnderLoad.service({
    DATABASE_URL: postgres.url(database),
    AIBENCH_READY_FILE: readyFile,
  });
  const url = await ready(readyFile);
  if (known) return { ...known, service, url };
  console.error(`Seeding ${runs} runs.`);
  return withClient(postgres.url(database), async (sql) => {
    const dataSource = await new DataSource(dataSourceOptions(postgres.url(database))).initialize();
    await seed(clientOf(url), sql, dataSource.manager, runs).finally(() => dataSource.destroy());
    const now = await seeded(sql, runs);
    if (!now) throw new Error(`Database ${database} does not hold what was seeded.`);
    return { ...now, service, url };
  });
}

async function withClient<T>(url: string, use: (sql: pg.Client) => Promise<T>): Promise<T> {
  const sql = new pg.Client(url);
  await sql.connect();
  return use(sql).finally(() => sql.end());
}

async function ready(file: string): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return (JSON.parse(text) as { url: string }).url;
    await sleep(100);
  }
  throw new Error('The service did not start within a minute.');
}

const LEADERBOARD = '/api/v1/analytics/leaderboard?benchmark=wide';
const TREND = '/api/v1/analytics/trend?benchmark=wide';

/**
 * What is asked the i-th time. Leaderboard and trend are what is kept until a rollup changes, as they are for whoever looks
 * at them; `_first` are of another period each time, so that none is.
 */
const QUESTIONS = {
  list: () => '/api/v1/runs?limit=20',
  run: ({ wide }: Seeded, i: number) => `/api/v1/runs/${at(wide, i).runId}`,
  leaderboard: () => LEADERBOARD,
  leaderboard_first: (_: Seeded, i: number) => `${LEADERBOARD}&since=${new Date(i).toISOString()}`,
  compare: ({ wide }: Seeded, i: number) =>
    `/api/v1/analytics/compare?entries=${at(wide, i).entryIds.join()}`,
  trend: () => TREND,
  trend_first: (_: Seeded, i: number) => `${TREND}&since=${new Date(i).toISOString()}`,
  page_first: ({ deep }: Seeded, i: number) => `/api/v1/results?run_id=${at(deep, i).runId}&limit=100`,
  /** From row 20,000 of the run's 30,000 on: the 10,000th page of two rows. */
  page_deep: ({ deep }: Seeded, i: number) => {
    const { runId, entryIds } = at(deep, i);
    const third = [...entryIds].sort()[2];
    return `/api/v1/results?run_id=${runId}&limit=100&cursor=${encodeCursor([third, 0, 1])}`;
  },
};
type Question = keyof typeof QUESTIONS;

const at = <T>(items: readonly T[], i: number): T => items[(i * 7) % items.length]!;

async function timed(place: Place, question: Question, i: number): Promise<number> {
  const started = performance.now();
  const answer = await fetch(`${place.url}${QUESTIONS[question](place, i)}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${question}: ${answer.status} ${text}`);
  return performance.now() - started;
}

/** Of 300 values 0.95 is the 285th smallest. */
const quantile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;

/** Rows a second of the CSV of all runs, one after the other, and the most memory that the service had in use. */
async function exported(place: Place): Promise<{ rowsPerS: number; rssMb: number }> {
  let rows = 0;
  const started = performance.now();
  for (const { runId } of [...place.wide, ...place.deep]) {
    const answer = await fetch(`${place.url}/api/v1/runs/${runId}/results/export?format=csv`);
    if (answer.status !== 200 || !answer.body) throw new Error(`export: ${answer.status}`);
    for await (const chunk of answer.body) {
      const bytes = chunk as Uint8Array;
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) rows++;
    }
    rows--;
  }
  if (rows !== place.results) throw new Error(`${rows} rows were exported, of ${place.results}.`);
  return {
    rowsPerS: Math.round((rows / (performance.now() - started)) * 1000),
    rssMb: await place.service.peakRssMb(),
  };
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  await mkdir(HOME, { recursive: true });
  const postgres = await EmbeddedPostgres.start({ root: HOME });
  const places: Place[] = [];
  try {
    const tenth = await start(postgres, RUNS / 10);
    places.push(tenth);
    const whole = await start(postgres, RUNS);
    places.push(whole);
    const p95: Record<string, number> = {};
    const growth: Record<string, number> = {};
    for (const question of Object.keys(QUESTIONS) as Question[]) {
      const [small, large]: [number[], number[]] = [[], []];
      for (let i = -WARM_UP; i < CALLS; i++) {
        const took = [await timed(tenth, question, i + WARM_UP), await timed(whole, question, i + WARM_UP)];
        if (i < 0) continue;
        small.push(took[0]!);
        large.push(took[1]!);
      }
      p95[question] = Number(quantile(large, 0.95).toFixed(1));
      growth[question] = Number((quantile(large, 0.95) / quantile(small, 0.95)).toFixed(2));
      const ms = (values: number[], share: number): string => `${quantile(values, share).toFixed(1)} ms`;
      console.log(
        `${question}: p50 ${ms(large, 0.5)}, p95 ${ms(large, 0.95)}; with a tenth p50 ${ms(small, 0.5)}, p95 ${ms(small, 0.95)}`,
      );
    }
    // Last and by a service that has done nothing else, so that the memory is the export's.
    await whole.service.stop();
    const fresh = await start(postgres, RUNS);
    places.push(fresh);
    const { rowsPerS, rssMb } = await exported(fresh);
    console.log(JSON.stringify({ p95_ms: p95, growth, export_rows_per_s: rowsPerS, export_rss_mb: rssMb }));
  } finally {
    await Promise.all(places.map(({ service }) => service.stop()));
    await postgres.stop();
  }
}

await main();
process.exit(0);
