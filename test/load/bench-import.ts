import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '#libs/database';
import { Agent, fetch } from 'undici';
import { cpuSecondsOfFamily, cpuSecondsOfMachine, parentOf } from './cpu-seconds.js';
import { ProcessUnderLoad } from './process-under-load.js';

/**
 * npm run bench:import: samples a second from a JSONL file on disk into a benchmark version on a real Postgres, by the
 * service in a process of its own, over its API. `rss_mb` is the most memory that the process had in use, in MB (10^6
 * bytes). CPU seconds of the service and of Postgres say what the import takes whatever else runs. The argument is the
 * number of samples. The last line is JSON.
 */
const SAMPLES = Number(process.argv[2] ?? 1_000_000);
const BYTES = 500;

const WORDS = 'the quick brown fox jumps over a lazy dog while seven wizards quietly judge boxes'.split(' ');

/** Lines of exactly `BYTES` with their LF: no two samples have the same text. */
function* lines(): Generator<string> {
  for (let from = 0; from < SAMPLES; from += 1000) {
    const block = Array.from({ length: Math.min(1000, SAMPLES - from) }, (_, i) => lineOf(from + i));
    yield block.join('');
  }
}

function lineOf(i: number): string {
  const line = (text: string): string =>
    `{"id":"s${i}","input":"${text}","target":"${i % 97}","category":"c${i % 20}","metadata":{"source":"bench","level":${i % 5}}}\n`;
  let text = `Question ${i}:`;
  for (let word = i; text.length < BYTES; word = (word * 7 + 3) % 1009)
    text += ` ${WORDS[word % WORDS.length]}`;
  return line(text.slice(0, BYTES - line('').length));
}

async function cpuSeconds(service: ProcessUnderLoad, postmaster: number) {
  const [own, postgres, machine] = await Promise.all([
    service.cpuSeconds(),
    cpuSecondsOfFamily(postmaster),
    cpuSecondsOfMachine(),
  ]);
  return { service: own, postgres, machine: machine.used, there: machine.there };
}

async function ready(file: string): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return (JSON.parse(text) as { url: string }).url;
    await sleep(100);
  }
  throw new Error('The service did not start within 30 s.');
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const folder = await mkdtemp(join(tmpdir(), 'aibench-import-'));
  // Run by root, its Postgres is another user and has to get through.
  await chmod(folder, 0o711);
  const postgres = await EmbeddedPostgres.start({ root: folder });
  const sql = new pg.Client(postgres.url());
  await sql.connect();
  const readyFile = join(folder, 'service.json');
  const service = ProcessUnderLoad.service({
    DATABASE_URL: postgres.url(),
    DATASET_FOLDER: folder,
    AIBENCH_READY_FILE: readyFile,
  });
  try {
    await pipeline(Readable.from(lines()), createWriteStream(join(folder, 'bench.jsonl')));
    const url = await ready(readyFile);
    const { rows } = await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const postmaster = await parentOf(rows[0]?.pid as number);
    const before = await cpuSeconds(service, postmaster);
    const started = performance.now();
    const answer = await fetch(`${url}/api/v1/benchmarks/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'bench-import',
        scoring: { scorers: [{ type: 'numeric' }] },
        files: [{ path: 'bench.jsonl' }],
      }),
      dispatcher: new Agent({ headersTimeout: 0 }),
    });
    const seconds = (performance.now() - started) / 1000;
    const body = (await answer.json()) as { sample_count?: number };
    if (answer.status !== 201 || body.sample_count !== SAMPLES) throw new Error(JSON.stringify(body));
    const after = await cpuSeconds(service, postmaster);
    const used = (part: keyof typeof after): number => Number((after[part] - before[part]).toFixed(1));
    console.log(
      JSON.stringify({
        samples_per_s: Math.round(SAMPLES / seconds),
        rss_mb: await service.peakRssMb(),
        samples: SAMPLES,
        bytes_per_sample: BYTES,
        seconds: Number(seconds.toFixed(1)),
        cpu_seconds: { service: used('service'), postgres: used('postgres') },
        cpu_others: Number(
          ((used('machine') - used('service') - used('postgres')) / used('there')).toFixed(2),
        ),
      }),
    );
  } finally {
    await service.stop();
    await sql.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
process.exit(0);
