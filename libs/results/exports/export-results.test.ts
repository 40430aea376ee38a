import { parquetReadObjects } from 'hyparquet';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#libs/common';
import { dataSourceOptions } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { TrialPages } from '../trial-pages.js';
import { exportResults, type ResultFormat } from './export-results.js';

const ENTRY = '01936000-0000-7000-8000-00000000000b';
const [FEW, MANY] = [newId(), newId()];

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  const insert = `
INSERT INTO results (run_id, entry_id, ordinal, epoch, sample_id, outcome, score, scores, latency_ms, input_tokens,
  output_tokens, cost_usd, attempts, error_code, created_at)`;
  await dataSource.query(
    `${insert} VALUES
       ($1, $2, 0, 1, 'q1', 'scored', 0.1, '{"exact": {"value": 0.1, "answer": "=1"}}', 12.5, 3, 4, 0.000123, 1, NULL,
        '2026-03-01T10:00:00.25Z'),
       ($1, $2, 1, 1, 'q,2', 'agent_error', NULL, NULL, 12.5, 3, 4, 0.000123, 1, 'no', '2026-03-01T10:00:00.25Z')`,
    [FEW, ENTRY],
  );
  // Eleven pages and a row.
  await dataSource.query(
    `${insert} SELECT $1, $2, i, 1, 's' || i, 'scored', 1, NULL, 1, 1, 1, NULL, 1, NULL, now()
     FROM generate_series(0, 55000) AS i`,
    [MANY, ENTRY],
  );
});
afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

async function written(id: string, format: ResultFormat): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const run = { id, agents: { [ENTRY]: 'near' }, scorers: ['exact'] };
  for await (const piece of exportResults(new TrialPages(dataSource), run, format))
    pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const parquet = async (id: string) =>
  parquetReadObjects({ file: new Uint8Array(await written(id, 'parquet')).buffer });

it('writes JSONL as the API shows results', async () => {
  const lines = (await written(FEW, 'jsonl')).toString().trimEnd().split('\n');
  const first = {
    run_id: FEW,
    entry_id: ENTRY,
    agent: 'near',
    sample_id: 'q1',
    epoch: 1,
    category: null,
    outcome: 'scored',
    score: 0.1,
    scores: { exact: { value: 0.1, answer: '=1' } },
    overridden: false,
    latency_ms: 12.5,
    ttft_ms: null,
    input_tokens: 3,
    output_tokens: 4,
    cost_usd: 0.000123,
    attempts: 1,
    error_code: null,
    created_at: '2026-03-01T10:00:00.250000Z',
  };
  const second = {
    ...first,
    sample_id: 'q,2',
    outcome: 'agent_error',
    score: null,
    scores: null,
    error_code: 'no',
  };
  expect(lines.map((line) => JSON.parse(line))).toEqual([first, second]);
  expect(Object.keys(JSON.parse(lines[0]!))).toEqual(Object.keys(first));
});

it('writes CSV with columns for each scorer', async () => {
  expect((await written(FEW, 'csv')).toString()).toBe(
    'run_id,entry_id,agent,sample_id,epoch,category,outcome,score,exact.value,exact.answer,overridden,latency_ms,ttft_ms,input_tokens,output_tokens,cost_usd,attempts,error_code,created_at\r\n' +
      `${FEW},${ENTRY},near,q1,1,,scored,0.1,0.1,"'=1",false,12.5,,3,4,0.000123,1,,2026-03-01T10:00:00.250000Z\r\n` +
      `${FEW},${ENTRY},near,"q,2",1,,agent_error,,,,false,12.5,,3,4,0.000123,1,no,2026-03-01T10:00:00.250000Z\r\n`,
  );
});

it('writes Parquet with types, which reads back', async () => {
  expect(await parquet(FEW)).toMatchObject([
    {
      sample_id: 'q1',
      epoch: 1,
      score: 0.1,
      'exact.answer': '=1',
      overridden: false,
      cost_usd: 0.000123,
      created_at: new Date('2026-03-01T10:00:00.250Z'),
    },
    { sample_id: 'q,2', score: null, 'exact.value': null, error_code: 'no' },
  ]);
});

it('writes every row of many pages once and in order, and of nothing too', async () => {
  const ids = Array.from({ length: 55_001 }, (_, i) => `s${i}`);
  const lines = (await written(MANY, 'jsonl')).toString().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).sample_id)).toEqual(ids);
  const rows = await parquet(MANY);
  expect(rows.map(({ sample_id }) => sample_id)).toEqual(ids);
  const none = newId();
  expect(await parquet(none)).toEqual([]);
  expect((await written(none, 'csv')).toString()).toMatch(/^run_id,.*\r\n$/);
  expect((await written(none, 'jsonl')).toString()).toBe('');
});
