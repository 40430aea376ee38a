import fc from 'fast-check';

/** What no schema expects, and what has broken parsers, databases and template engines before. */
const TEXTS = [
  ...['', ' ', '\u0000', 'a\u0000b', '\ud800', 'x\udc00y', '\u202e\ufeff\u200b', '𝕳é漢🏴‍☠️', '\r\nx-a: b'],
  ...[
    "' OR 1=1 --",
    '../../etc/passwd',
    '{{7*7}}',
    '${7*7}',
    '(a+)+$',
    '__proto__',
    'constructor',
    '%',
    '%s%n',
  ],
  ...['-1', '1e999', '0x10', 'NaN', 'null', '9'.repeat(40), 'x'.repeat(10_000), '@1', 'a@99999999999999'],
  ...['00000000-0000-0000-0000-000000000000', '2024-02-30T00:00:00Z', '+010000-01-01T00:00:00Z'],
];

const VALUES: unknown[] = [
  ...TEXTS,
  ...[null, true, false, 0, -1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 63, 5e-324],
  ...[[], {}, [[]], [null], { '': '' }, { toString: 1, constructor: { prototype: {} } }, { $ref: '#' }],
  ...[nested(200), Array.from({ length: 2000 }, (_, i) => i)],
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

export const hostileText = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 20 }));

const hostileValue = fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue({ maxDepth: 2 }));

/** Bodies that are no JSON, or none that JSON.stringify writes. */
export const hostileBody = fc.constantFrom(
  ...[
    '',
    ' ',
    'null',
    '[]',
    '"text"',
    '17',
    '{',
    '{"a":}',
    '{"a":1}}',
    '\u0000',
    '\ufeff{}',
    "{'a':1}",
    'NaN',
  ],
  ...['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '{"a":1,"a":2}', '{"a":1e999}'],
  ...['['.repeat(50_000) + ']'.repeat(50_000), '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)],
  ...['{"name":"\\ud800"}', '{"name":"\\u0000"}', 'a: &a [*a]', '- - - ? :', '!!js/function "x"', 'a=1&b=2'],
);

export const hostileType = fc.constantFrom(
  ...[
    'text/plain',
    'application/xml',
    'application/json; charset=utf-7',
    'application/x-www-form-urlencoded',
  ],
  ...['multipart/form-data', 'multipart/form-data; boundary=', 'application/yaml', 'x', '', 'a/b; c="'],
);

/** What is no proof of who somebody is. */
export const forgedCredentials = fc.constantFrom(
  ...[
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    `Bearer aib_${'0'.repeat(46)}`,
    'Bearer e30.e30.',
    'Bearer null',
  ],
);

/** The value with one member, deep or not, replaced, left out or added. */
export function damaged(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .record({
      value,
      place: fc.nat(10_000),
      how: fc.constantFrom('replace', 'replace', 'remove', 'add'),
      by: hostileValue,
      name: fc.oneof(fc.constantFrom('extra', '__proto_', 'id', 'workspace_id', ''), hostileText),
    })
    .map(({ value, place, how, by, name }) => {
      const copy = { root: structuredClone(value) };
      const places = [...placesIn(copy)];
      const at = places[place % places.length];
      if (!at) return by;
      if (how === 'add' && isObject(at.of[at.key])) Object.assign(at.of[at.key] as object, { [name]: by });
      else if (how === 'remove' && at.of !== (copy as unknown)) delete at.of[at.key];
      else at.of[at.key] = by;
      return copy.root;
    });
}

interface Place {
  of: Record<string, unknown>;
  key: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function* placesIn(of: Record<string, unknown>): Generator<Place> {
  for (const key of Object.keys(of)) {
    yield { of, key };
    const value = of[key];
    if (isObject(value)) yield* placesIn(value);
  }
}
