import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, newId } from '#libs/common';

/** A dataset as it comes: from a client, a server or the disk. */
export interface DatasetFile {
  /** Says perhaps what format it has, and is shown in errors. */
  name: string;
  bytes: AsyncIterable<Buffer>;
  /** Where the same bytes lie on disk. */
  handle?: FileHandle;
}

/** Enough to see the first line of most. */
const HEAD_BYTES = 64 * 1024;

/** The first bytes of a stream, and all of it. */
export async function readHead(
  bytes: AsyncIterable<Buffer>,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer>; close: () => Promise<void> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  const close = async (): Promise<void> => void (await iterator.return?.());
  async function* all(): AsyncGenerator<Buffer> {
    yield* chunks.splice(0);
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head: Buffer.concat(chunks), all: all(), close };
}

/** @throws AppError `file_too_large` once there are more bytes than that. */
export async function* limited(
  bytes: AsyncIterable<Buffer>,
  name: string,
  limit: number,
): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > limit) {
      throw new AppError(
        'too_large',
        'file_too_large',
        `"${name}" has more than ${limit} bytes, decompressed, which is what DATASET_LIMIT_BYTES allows; nothing was stored. Split it, or raise the limit.`,
      );
    }
    yield chunk;
  }
}

/** Writes a stream to a file that has no name any more: whoever closes it, or dies, gives the disk back. */
export async function spool(bytes: AsyncIterable<Buffer>): Promise<FileHandle> {
  const path = join(tmpdir(), `aibench-${newId()}`);
  const handle = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    for await (const chunk of bytes) await handle.writeFile(chunk);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
