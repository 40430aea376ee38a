import { isGzip } from './dataset-format.js';
import { limited, readHead, type DatasetFile } from './dataset-file.js';
import { gunzip } from './gunzip.js';

/**
 * The bytes of a file, decompressed where it is gzip, with the first of them. The caller closes.
 * @param limit bytes that it may have, decompressed.
 */
export async function plainBytes({ name, bytes }: Pick<DatasetFile, 'name' | 'bytes'>, limit: number) {
  const raw = await readHead(bytes);
  const isZipped = isGzip(raw.head);
  const { head, all, close } = isZipped ? await readHead(gunzip(raw.all)) : raw;
  return { head, all: limited(all, name, limit), isZipped, close };
}
