import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AppError, messageOf } from '#libs/common';

/** Text compresses to a tenth or less; gzip makes a thousandth of zeros. */
const MAX_RATIO = 100;
/** Below this, a high ratio harms nobody. */
const FREE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/**
 * The bytes that a gzip stream was made of.
 * @throws AppError `invalid_gzip` where it is cut off, damaged, or grows more than a hundredfold.
 */
export async function* gunzip(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let read = 0;
  let written = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      read += chunk.length;
      yield chunk;
    }
  }
  const unzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // Its failure reaches us through the stream, which it destroys.
  pipeline(counted(), unzip).catch(() => undefined);
  try {
    for await (const chunk of unzip as AsyncIterable<Buffer>) {
      written += chunk.length;
      if (written > FREE_BYTES && written > MAX_RATIO * read) {
        throw invalid(
          `it grows more than ${MAX_RATIO} times when it is decompressed. If that is right, send it uncompressed`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'Z_BUF_ERROR') throw invalid('it ends before its data does. Send the whole file');
    if (code?.startsWith('Z_')) throw invalid(`it is damaged: ${messageOf(error)}. Compress it again`);
    throw error;
  } finally {
    unzip.destroy();
  }
}

const invalid = (what: string): AppError =>
  AppError.invalid('invalid_gzip', `The gzip file cannot be used, since ${what}. Nothing was stored.`);
