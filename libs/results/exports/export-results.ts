import type { TrialPages } from '../trial-pages.js';
import { csvHead, csvRow } from './csv-sql.js';
import { RESULT_FIELDS, resultColumns, type ExportedRun } from './result-columns.js';
import type { Cell } from './write-parquet.js';

export const RESULT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** A line for each result: in JSONL as the API shows it, in CSV (RFC 4180) and Parquet with columns for each scorer. */
export async function* exportResults(
  trials: TrialPages,
  run: ExportedRun,
  format: ResultFormat,
): AsyncGenerator<string | Uint8Array> {
  const columns = resultColumns(run);
  const made = (sql: string, scorers = run.scorers) => ({ sql, values: [run.agents, ...scorers] });
  if (format === 'parquet') {
    // Parquet is seldom asked for, and takes memory in every process.
    const { writeParquet } = await import('./write-parquet.js');
    const rows = `json_agg(json_build_array(${columns.map(({ sql }) => sql).join()}))`;
    yield* writeParquet(trials.results<Cell[][]>(run.id, made(rows)), columns);
  } else if (format === 'csv') {
    yield csvHead(columns);
    yield* trials.results<string>(run.id, made(`string_agg(${csvRow(columns)}, '')`));
  } else {
    const fields = RESULT_FIELDS.map(({ name, sql }) => `${sql} AS ${name}`).join();
    const line = `(SELECT row_to_json(line)::text FROM (SELECT ${fields}) AS line) || E'\\n'`;
    yield* trials.results<string>(run.id, made(`string_agg(${line}, '')`, []));
  }
}
