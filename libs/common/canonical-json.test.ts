import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';

/** As it was first written: content hashes that are stored depend on every byte of it. */
const asFirstWritten = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(
      Object.entries(member)
        .filter(([, inner]) => inner !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  });

describe('canonicalJson', () => {
  it('has the same text whatever the order of keys, without what is undefined', () => {
    expect(canonicalJson({ b: 1, a: { d: undefined, c: [{ z: 1, y: 2 }] } })).toBe(
      '{"a":{"c":[{"y":2,"z":1}]},"b":1}',
    );
    expect(canonicalJson({ at: new Date(0), toJSON: 1 })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","toJSON":1}',
    );
  });

  it('has the bytes that it always had', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.dictionary(fc.string({ maxLength: 3 }), fc.option(fc.integer(), { nil: undefined })),
        (json, members) => {
          expect(canonicalJson([json, members])).toBe(asFirstWritten([json, members]));
        },
      ),
    );
    const numbered = { 10: 'a', 9: 'b', x: 'c', '-1': 'd', ['__proto__']: 'e' };
    expect(canonicalJson(numbered)).toBe(asFirstWritten(numbered));
  });
});
