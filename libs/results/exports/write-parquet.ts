import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { ResultJson } from '../trial-json.js';
import type { ResultColumn } from './result-columns.js';

/** Rows that are held, and compressed together. */
const GROUP = 50_000;

const TYPES = {
  text: 'STRING',
  integer: 'INT32',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
} as const;

/** Snappy-compressed, a row group at a time, a piece for each. */
export async function* writeParquet(
  batches: AsyncIterable<ResultJson[]>,
  columns: readonly ResultColumn[],
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const columnData = (results: ResultJson[]) =>
    columns.map(({ name, type, of }) => ({
      name,
      type: TYPES[type],
      nullable: true,
      data: results.map((result) => {
        const value = of(result);
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
  let group: ResultJson[] = [];
  for await (const results of batches) {
    group.push(...results);
    if (group.length < GROUP) continue;
    await parquet.write({ columnData: columnData(group), rowGroupSize: GROUP });
    group = [];
    yield written();
  }
  if (group.length > 0) await parquet.write({ columnData: columnData(group), rowGroupSize: GROUP });
  await parquet.finish();
  yield written();
}
