import { describe, expect, it } from 'vitest';
import { isStorable, storableJson, storableText } from './storable.js';

describe('storable text', () => {
  it('keeps what Postgres can hold and replaces what it cannot', () => {
    expect(storableText('naïve 💩')).toBe('naïve 💩');
    expect(storableText('a\0b\ud800c')).toBe('a\ufffdb\ufffdc');
    expect(storableJson({ a: ['x\0'], b: null })).toBe('{"a":["x\ufffd"],"b":null}');
    expect([storableJson(null), storableJson(undefined)]).toEqual([null, null]);
  });
});

describe('isStorable', () => {
  it.each([['x\0'], [['\udc00']], [{ a: { b: ['\0'] } }], [{ 'k\0': 1 }]])('refuses %j', (value) => {
    expect(isStorable(value)).toBe(false);
  });

  it.each([['💩'], [null], [1], [{ a: [true, { b: 'x' }] }]])('takes %j', (value) => {
    expect(isStorable(value)).toBe(true);
  });

  it('does not overflow the stack, however deep the value is', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(isStorable(deep)).toBe(true);
  });
});
