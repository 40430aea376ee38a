import { formatOf, type DatasetFormat } from './dataset-format.js';
import { spool, type DatasetFile } from './dataset-file.js';
import type { DatasetRow } from './dataset-row.js';
import { parseCsv } from './parse-csv.js';
import { parseJson } from './parse-json.js';
import { parseJsonl } from './parse-jsonl.js';
import { plainBytes } from './plain-bytes.js';

/**
 * The rows of a dataset of any format, compressed by gzip or not, in memory that does not grow with it.
 * @param wanted the format; else it is found, see `formatOf`.
 * @param limit bytes that it may have, decompressed.
 * @throws AppError about the file as a whole; what is wrong with a row is in that row's place.
 */
export async function* readDataset(
  file: DatasetFile,
  wanted: DatasetFormat | undefined,
  limit: number,
): AsyncGenerator<DatasetRow[]> {
  const { head, all: bytes, isZipped, close } = await plainBytes(file, limit);
  try {
    const format = formatOf(file.name, head, wanted);
    if (format === 'parquet') {
      yield* readParquet(isZipped ? undefined : file.handle, bytes);
    } else {
      yield* PARSERS[format](bytes);
    }
  } finally {
    await close();
  }
}

const PARSERS = {
  jsonl: parseJsonl,
  json: parseJson,
  csv: (bytes: AsyncIterable<Buffer>) => parseCsv(bytes),
  tsv: (bytes: AsyncIterable<Buffer>) => parseCsv(bytes, '\t'),
};

/** Its table of contents is at its end, so all of it has to be on disk. */
async function* readParquet(
  handle: DatasetFile['handle'],
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<DatasetRow[]> {
  const file = handle ?? (await spool(bytes));
  try {
    // Seldom asked for, and large in every process.
    const { parseParquet } = await import('./parse-parquet.js');
    yield* parseParquet(file);
  } finally {
    if (file !== handle) await file.close();
  }
}
