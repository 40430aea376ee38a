import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';
import { newId, SeededRandom } from '#libs/common';
import { writeRollup } from '#libs/results';
import type { TestService } from '#test/support/service';

/** Raise it when what is seeded changes; a database with another is seeded anew. */
export const SEED_VERSION = 1;

const AGENTS = 10;
/** Half of the runs are wide, half deep: 50,000 results for one of each. */
const SHAPES = [
  { benchmark: 'wide', samples: 10_000, epochs: 1, entries: 2 },
  { benchmark: 'deep', samples: 2_000, epochs: 5, entries: 3 },
] as const;
const CATEGORIES = 20;

const category = (ordinal: number): string => `c${ordinal % CATEGORIES}`;

export interface Seeded {
  /** Ids of completed runs of the benchmark `wide`, each with two entries of 10,000 samples, oldest first. */
  wide: { runId: string; entryIds: string[] }[];
  /** Likewise of `deep`: three entries, 2,000 samples, five epochs. */
  deep: { runId: string; entryIds: string[] }[];
  results: number;
}

type Client = Pick<TestService, 'post' | 'upload'>;

/** Benchmarks and agents by the API of a service on that database; runs and their 25,000 results each by COPY. */
export async function seed(
  client: Client,
  sql: pg.Client,
  manager: EntityManager,
  runs: number,
): Promise<void> {
  for (const { benchmark, samples } of SHAPES) {
    const lines = Array.from({ length: samples }, (_, i) =>
      JSON.stringify({ id: `s${i}`, input: `Question ${i}`, target: 'yes', category: category(i) }),
    );
    await expectOk(
      client.upload('/api/v1/benchmarks/upload', lines.join('\n'), {
        name: benchmark,
        scoring: { scorers: [{ type: 'exact' }] },
      }),
    );
  }
  for (let i = 0; i < AGENTS; i++) {
    await expectOk(client.post('/api/v1/agents', { name: `agent-${i}`, adapter: 'replay' }));
  }
  for (let i = 0; i < runs; i++) {
    await insertRun(sql, manager, i, runs);
    if (i % 20 === 19) console.error(`${i + 1} of ${runs} runs seeded`);
  }
  await sql.query('VACUUM (ANALYZE)');
  await sql.query('CREATE TABLE bench_seed AS SELECT $1::integer AS version, $2::integer AS runs', [
    SEED_VERSION,
    runs,
  ]);
}

async function expectOk(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(JSON.stringify(body));
}

async function insertRun(sql: pg.Client, manager: EntityManager, place: number, runs: number): Promise<void> {
  const shape = SHAPES[place % SHAPES.length]!;
  const runId = newId();
  const random = new SeededRandom('bench:analytics', SEED_VERSION, place);
  const ended = `now() - interval '1 hour' * ${runs - place}`;
  await sql.query(
    `INSERT INTO runs (id, workspace_id, benchmark_version_id, status, config, scorer_versions, sample_count, created_at,
       started_at, completed_at)
     SELECT $1, b.workspace_id, v.id, 'completed', $3, '{"exact": 1}', v.sample_count, ${ended}, ${ended}, ${ended}
     FROM benchmark_versions v JOIN benchmarks b ON b.id = v.benchmark_id WHERE b.name = $2`,
    [runId, shape.benchmark, { seed: 0, epochs: shape.epochs }],
  );
  const entries = Array.from({ length: shape.entries }, (_, i) => ({
    id: newId(),
    agent: (place + i * 3) % AGENTS,
    position: i,
  }));
  for (const { id, agent, position } of entries) {
    await sql.query(
      `INSERT INTO run_entries (id, run_id, position, agent_id, agent, status, trials, completed_at)
       SELECT $1, $2, $3, a.id, jsonb_build_object('id', a.id, 'name', a.name, 'adapter', a.adapter, 'model', a.model, 'settings', a.settings),
         'completed', $5, ${ended} FROM agents a WHERE a.name = $4`,
      [id, runId, position, `agent-${agent}`, shape.samples * shape.epochs],
    );
  }
  const copy = sql.query(
    copyFrom(`COPY results (run_id, entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, latency_ms, ttft_ms,
      input_tokens, output_tokens, cost_usd, attempts, error_code) FROM STDIN`),
  );
  for (const { id, agent } of entries) {
    for (let ordinal = 0; ordinal < shape.samples; ordinal += 500) {
      const rows = Array.from({ length: 500 }, (_, i) => rowsOf(shape.epochs, ordinal + i, agent, random));
      const block = rows.flat().map((row) => `${runId}\t${id}\t${row}\n`);
      if (!copy.write(block.join(''))) await once(copy, 'drain');
    }
  }
  copy.end();
  await finished(copy);
  for (const { id } of entries) {
    await sql.query(
      `UPDATE run_entries SET (scored, agent_errors, input_tokens, output_tokens, cost_usd) = (
         SELECT count(*) FILTER (WHERE outcome = 'scored'), count(*) FILTER (WHERE outcome = 'agent_error'),
           sum(input_tokens), sum(output_tokens), sum(cost_usd) FROM results WHERE run_id = $1 AND entry_id = $2)
       WHERE id = $2`,
      [runId, id],
    );
    await writeRollup(manager, runId, id);
  }
}

/** What COPY reads of one sample: right answers depend on the agent and on how hard the sample is. */
function rowsOf(epochs: number, ordinal: number, agent: number, random: SeededRandom): string[] {
  const chance = 0.35 + 0.03 * agent + 0.4 * (((ordinal * 7919) % 1009) / 1009 - 0.3);
  return Array.from({ length: epochs }, (_, epoch) => {
    const failed = random.next() < 0.01;
    const score = random.next() < chance ? 1 : 0;
    const latency = (400 + 900 * random.next() ** 3 + 20 * agent).toFixed(1);
    const judged = failed
      ? 'agent_error\t\\N\t\\N'
      : `scored\t${score}\t{"exact": {"value": ${score}, "answer": "${score === 1 ? 'yes' : 'no'}"}}`;
    const tail = failed ? 'timeout' : '\\N';
    return `${ordinal}\t${epoch + 1}\ts${ordinal}\t${category(ordinal)}\t${judged}\t${latency}\t150\t120\t30\t0.00012\t1\t${tail}`;
  });
}

/** @returns null where the database is not seeded like this. */
export async function seeded(sql: pg.Client, runs: number): Promise<Seeded | null> {
  const { rows: known } = await sql.query<{ table: string | null }>(
    `SELECT to_regclass('bench_seed') AS table`,
  );
  if (known[0]?.table == null) return null;
  const { rows: marks } = await sql.query<{ version: number; runs: number }>(
    'SELECT version, runs FROM bench_seed',
  );
  if (marks[0]?.version !== SEED_VERSION || marks[0].runs !== runs) return null;
  const { rows } = await sql.query<{ benchmark: string; runId: string; entryIds: string[] }>(
    `SELECT b.name AS benchmark, r.id AS "runId", array_agg(e.id::text ORDER BY e.position) AS "entryIds"
     FROM runs r JOIN run_entries e ON e.run_id = r.id JOIN benchmark_versions v ON v.id = r.benchmark_version_id
     JOIN benchmarks b ON b.id = v.benchmark_id GROUP BY b.name, r.id ORDER BY r.id`,
  );
  const of = (name: string) => rows.filter(({ benchmark }) => benchmark === name);
  const results = SHAPES.reduce(
    (sum, { benchmark, samples, epochs, entries }) => sum + of(benchmark).length * samples * epochs * entries,
    0,
  );
  return { wide: of('wide'), deep: of('deep'), results };
}
