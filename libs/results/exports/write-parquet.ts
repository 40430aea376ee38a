import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { ResultColumn } from './result-columns.js';

/** Rows that are held, and compressed together. */
const GROUP = 50_000;

const TYPES = {
  word: 'STRING',
  text: 'STRING',
  integer: 'INT32',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
} as const;

export type Cell = string | number | boolean | null;

/** Snappy-compressed, a row group at a time, a piece for each. */
export async function* writeParquet(
  batches: AsyncIterable<Cell[][]>,
  columns: readonly ResultColumn[],
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const columnData = (rows: Cell[][]) =>
    columns.map(({ name, type }, i) => ({
      name,
      type: TYPES[type],
      nullable: true,
      data: rows.map((row) => {
        const value = row[i] ?? null;
        return type === 'time' && typeof value === 'string' ? new Date(value) : value;
      }),
    }));
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: columnData([]) }),
    createdBy: 'ai-benchmark-service',
  });
  const written = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    // Its offset goes on: it is the place in the file.
    writer.index = 0;
    return bytes;
  };
  let group: Cell[][] = [];
  for await (const rows of batches) {
    group.push(...rows);
    if (group.length < GROUP) continue;
    await parquet.write({ columnData: columnData(group), rowGroupSize: GROUP });
    group = [];
    yield written();
  }
  if (group.length > 0) await parquet.write({ columnData: columnData(group), rowGroupSize: GROUP });
  await parquet.finish();
  yield written();
}
