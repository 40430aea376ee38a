import type { z } from 'zod';
import { AppError } from './errors.js';

export const MAX_PAGE = 100;

export interface Page<T> {
  items: T[];
  /** Pass it as `cursor` for the next page; null on the last. */
  nextCursor: string | null;
}

export interface PageRequest {
  limit: number;
  cursor?: string;
}

/** Keyset values as an opaque, URL-safe string. */
export const encodeCursor = (keys: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(keys)).toString('base64url');

/**
 * @param keys the tuple of keyset values that the list's cursors hold.
 * @throws AppError `invalid_cursor` unless it is a cursor that this list gave.
 */
export function decodeCursor<T>(cursor: string, keys: z.ZodType<T>): T {
  try {
    const decoded = keys.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (decoded.success) return decoded.data;
  } catch {
    // not JSON: the one error below
  }
  throw AppError.invalid(
    'invalid_cursor',
    'The cursor is not one that this list gave. Start again without it.',
  );
}

/** Cuts a list that was read with at least `limit + 1` rows, if there are so many, into a page. */
export function toPage<T>(rows: T[], limit: number, keysOf: (row: T) => readonly unknown[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(keysOf(last)) : null };
}
