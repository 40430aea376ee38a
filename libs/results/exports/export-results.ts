import type { ResultJson } from '../trial-json.js';
import { resultColumns } from './result-columns.js';
import { writeCsv } from './write-csv.js';
import { writeJsonl } from './write-jsonl.js';
import { writeParquet } from './write-parquet.js';

export const RESULT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** @param scorers the names of those that a result may have scores of. */
export function exportResults(
  batches: AsyncIterable<ResultJson[]>,
  format: ResultFormat,
  scorers: readonly string[],
): AsyncGenerator<string | Uint8Array> {
  if (format === 'jsonl') return writeJsonl(batches);
  const columns = resultColumns(scorers);
  return format === 'csv' ? writeCsv(batches, columns) : writeParquet(batches, columns);
}
