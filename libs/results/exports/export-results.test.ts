import { parquetReadObjects } from 'hyparquet';
import { expect, it } from 'vitest';
import type { ResultJson } from '../trial-json.js';
import { exportResults, type ResultFormat } from './export-results.js';

const result = (change: Partial<ResultJson>): ResultJson => ({
  run_id: '01936000-0000-7000-8000-00000000000a',
  entry_id: '01936000-0000-7000-8000-00000000000b',
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
  ...change,
});

const RESULTS = [
  result({}),
  result({ sample_id: 'q,2', outcome: 'agent_error', score: null, scores: null, error_code: 'no' }),
];

async function* batches() {
  yield [];
  for (const one of RESULTS) yield [one];
}

async function written(format: ResultFormat, of = batches()): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of exportResults(of, format, ['exact'])) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

it('writes JSONL as the API shows results', async () => {
  const lines = (await written('jsonl')).toString().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(RESULTS);
});

it('writes CSV with columns for each scorer', async () => {
  expect((await written('csv')).toString()).toBe(
    'run_id,entry_id,agent,sample_id,epoch,category,outcome,score,exact.value,exact.answer,overridden,latency_ms,ttft_ms,input_tokens,output_tokens,cost_usd,attempts,error_code,created_at\r\n' +
      "01936000-0000-7000-8000-00000000000a,01936000-0000-7000-8000-00000000000b,near,q1,1,,scored,0.1,0.1,'=1,false,12.5,,3,4,0.000123,1,,2026-03-01T10:00:00.250000Z\r\n" +
      '01936000-0000-7000-8000-00000000000a,01936000-0000-7000-8000-00000000000b,near,"q,2",1,,agent_error,,,,false,12.5,,3,4,0.000123,1,no,2026-03-01T10:00:00.250000Z\r\n',
  );
});

it('writes Parquet with types, which reads back', async () => {
  const file = await written('parquet');
  const rows = await parquetReadObjects({ file: new Uint8Array(file).buffer });
  expect(rows).toMatchObject([
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

it('writes Parquet in several row groups, and of nothing too', async () => {
  const many = async function* () {
    for (let page = 0; page < 3; page++)
      yield Array.from({ length: 25_000 }, (_, i) => result({ sample_id: `${page} ${i}` }));
  };
  const rows = await parquetReadObjects({ file: new Uint8Array(await written('parquet', many())).buffer });
  expect([rows.length, rows.at(-1)?.['sample_id']]).toEqual([75_000, '2 24999']);
  const none = await written('parquet', (async function* () {})());
  expect(await parquetReadObjects({ file: new Uint8Array(none).buffer })).toEqual([]);
});
