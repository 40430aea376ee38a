import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const now = Date.parse('2026-01-01T00:00:00Z');
const read = (headers: Record<string, string>): number | undefined => retryAfterMs(new Headers(headers), now);

describe('retryAfterMs', () => {
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '250' }, 250],
    [{ 'retry-after-ms': '250.4', 'retry-after': '9' }, 251],
    [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9000],
  ])('reads %o as %i ms', (headers, expected) => {
    expect(read(headers as Record<string, string>)).toBe(expected);
  });

  it.each([
    {},
    { 'retry-after': '' },
    { 'retry-after': '-5' },
    { 'retry-after': 'later' },
    { 'retry-after': '1e9' },
  ])('does not understand %o', (headers) => {
    expect(read(headers as Record<string, string>)).toBeUndefined();
  });
});
