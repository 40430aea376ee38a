import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWholeApiKey, looksLikeApiKey, newApiKey, prefixOf } from './api-key-text.js';

const DIGIT = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

describe('the text of an API key', () => {
  it('is whole when it is new, and no two are the same', () => {
    const keys = Array.from({ length: 1000 }, newApiKey);
    for (const key of keys) {
      expect(key).toMatch(/^aib_[0-9A-Za-z]{46}$/);
      expect(looksLikeApiKey(key) && isWholeApiKey(key)).toBe(true);
    }
    expect(new Set(keys.map(prefixOf)).size).toBe(1000);
  });

  it('has at least 160 bits beyond the prefix that is shown', () => {
    const checksum = 6;
    const hidden = newApiKey().length - prefixOf(newApiKey()).length - checksum;
    expect(hidden * Math.log2(62)).toBeGreaterThan(160);
  });

  it('is not whole with any one digit changed', () => {
    fc.assert(
      fc.property(fc.constant(null).map(newApiKey), fc.nat(45), DIGIT, (key, place, digit) => {
        const at = 'aib_'.length + place;
        fc.pre(key[at] !== digit);
        expect(isWholeApiKey(key.slice(0, at) + digit + key.slice(at + 1))).toBe(false);
      }),
    );
  });

  it('is no other text', () => {
    fc.assert(fc.property(fc.string(), (text) => !isWholeApiKey(text)));
    for (const text of [
      '',
      'aib_',
      `${newApiKey()} `,
      `${newApiKey()}\n`,
      newApiKey().slice(0, -1),
      newApiKey().slice(4),
    ])
      expect(isWholeApiKey(text)).toBe(false);
  });
});
