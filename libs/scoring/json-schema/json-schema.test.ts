import { Ajv, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJsonSchema } from './compile-json-schema.js';

type Json = Record<string, unknown>;

const fits = (schema: Json, value: unknown): boolean => compileJsonSchema(schema)(value).length === 0;
const words = (schema: Json, value: unknown): string[] =>
  compileJsonSchema(schema, true)(value).map(({ path, message }) => `${path} ${message}`);

describe('a JSON Schema', () => {
  it.each<[Json, unknown[], unknown[]]>([
    [{ type: 'integer' }, [1, 1.0, -0, 1e20], [1.5, '1', null, true, [], {}]],
    [{ type: ['string', 'null'] }, ['', null], [0, false]],
    [{ type: 'string', nullable: true }, ['', null], [0]],
    [{ const: { a: [1, 2], b: null } }, [{ b: null, a: [1, 2] }], [{ a: [2, 1], b: null }, {}, null]],
    [{ const: null }, [null], [0, '', false]],
    [{ enum: [1, '1', [1]] }, [1, '1', [1]], [true, '2', [1, 1], {}]],
    [{ multipleOf: 0.5 }, [1.5, 0, 'x'], [1.25, 1e-9]],
    [{ exclusiveMinimum: 1, maximum: 2 }, [1.1, 2, '0'], [1, 2.1]],
    [{ minLength: 2, maxLength: 2 }, ['ab', '💩💩', 1], ['💩', 'abc']],
    [{ pattern: 'a+$' }, ['baa', 1], ['ab']],
    [{ required: ['__proto__', 'toString'] }, [JSON.parse('{"__proto__":1,"toString":2}')], [{}]],
    [{ properties: { toString: { type: 'number' } } }, [{}, { toString: 1 }], [{ toString: '1' }]],
    [{ additionalProperties: false }, [{}, []], [{ _id: 1 }, JSON.parse('{"__proto__":1}')]],
    [
      JSON.parse('{"properties":{"__proto__":{"type":"number"}}}'),
      [JSON.parse('{"__proto__":1}')],
      [JSON.parse('{"__proto__":"1"}')],
    ],
    [
      {
        properties: { a: {} },
        patternProperties: { '^x': { type: 'number' } },
        additionalProperties: { type: 'null' },
      },
      [{ a: 's', x1: 1, other: null }],
      [{ x1: null }, { other: 1 }],
    ],
    [{ propertyNames: { maxLength: 2 } }, [{ ab: 1 }, 'abc'], [{ abc: 1 }]],
    [{ minProperties: 1, maxProperties: 1 }, [{ a: 1 }, []], [{}, { a: 1, b: 1 }]],
    [{ dependentRequired: { a: ['b'] } }, [{ a: 1, b: 1 }, {}], [{ a: 1 }]],
    [{ dependentSchemas: { a: { required: ['b'] } } }, [{ a: 1, b: 1 }, { c: 1 }], [{ a: 1 }]],
    [{ prefixItems: [{ type: 'number' }], items: { type: 'string' } }, [[1, 'a'], [], {}], [['a'], [1, 2]]],
    [
      { contains: { const: 1 }, minContains: 2, maxContains: 3 },
      [
        [1, 1],
        [1, 1, 1, 0],
      ],
      [[1], [1, 1, 1, 1]],
    ],
    [{ contains: { const: 1 }, minContains: 0 }, [[], [2]], []],
    [
      { uniqueItems: true },
      [[1, '1', true, [1], { a: 1 }]],
      [
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      ],
    ],
    [{ oneOf: [{ type: 'integer' }, { minimum: 2 }] }, [1, 2.5], [3, 1.5]],
    [{ if: { type: 'number' }, then: { minimum: 1 }, else: { type: 'string' } }, [1, 's'], [0, null]],
    [
      { if: { properties: { a: { const: 1 } }, required: ['a'] }, else: false, unevaluatedProperties: false },
      [{ a: 1 }],
      [{ a: 1, b: 1 }, {}],
    ],
    [{ not: { type: 'null' } }, [1], [null]],
    [{ properties: { a: false } }, [{}, { b: 1 }], [{ a: 1 }]],
    [
      { allOf: [{ properties: { a: {} } }], properties: { b: {} }, unevaluatedProperties: false },
      [{ a: 1, b: 1 }],
      [{ c: 1 }],
    ],
    [{ properties: { a: {} }, allOf: [{ unevaluatedProperties: false }] }, [{}], [{ a: 1 }]],
    [
      {
        anyOf: [{ properties: { a: { type: 'number' } } }, { properties: { b: {} } }],
        unevaluatedProperties: false,
      },
      [{ a: 1 }, { b: 1 }],
      [{ a: 'x' }, { c: 1 }],
    ],
    [{ not: { not: { properties: { a: {} } } }, unevaluatedProperties: false }, [{}], [{ a: 1 }]],
    [
      { prefixItems: [{}], contains: { const: 'x' }, unevaluatedItems: { type: 'number' } },
      [['a', 'x', 1]],
      [['a', 'x', 'y']],
    ],
    [{ $ref: '#/$defs/a%25b~1c', $defs: { 'a%b/c': { type: 'null' } }, minimum: 1 }, [null], [1]],
    [{ $ref: '#n', $defs: { x: { $anchor: 'n', type: 'null' } } }, [null], [1]],
    [
      { properties: { next: { $ref: '#' } }, required: ['v'] },
      [{ v: 1, next: { v: 2 } }],
      [{ v: 1, next: {} }],
    ],
    [
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        $ref: '#/definitions/a',
        minimum: 0,
        definitions: { a: { type: 'number' } },
      },
      [1],
      ['x'],
    ],
    [
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        items: [{ type: 'number' }],
        additionalItems: false,
      },
      [[1], []],
      [['a'], [1, 2]],
    ],
    [
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        dependencies: { a: ['b'], c: { required: ['d'] } },
      },
      [
        { a: 1, b: 1 },
        { c: 1, d: 1 },
      ],
      [{ a: 1 }, { c: 1 }],
    ],
  ])('%j takes %j and not %j', (schema, good, bad) => {
    expect(good.filter((value) => !fits(schema, value))).toEqual([]);
    expect(bad.filter((value) => fits(schema, value))).toEqual([]);
  });

  it.each<[string, unknown[], unknown[]]>([
    ['date', ['2024-02-29', 1], ['2023-02-29', '2024-1-1']],
    ['date-time', ['2024-01-01T00:00:00Z'], ['2024-01-01']],
    ['email', ['a@example.com'], ['a', `a@${'a'.repeat(100_000)}`]],
    ['ipv4', ['10.0.0.1'], ['10.0.0.256']],
    ['uuid', ['123e4567-e89b-12d3-a456-426614174000'], ['123']],
    ['regex', ['a+'], ['(?=a)', '(']],
    ['int32', [1, 'x'], [1.5]],
    ['uri', ['https://example.com/a?b#c'], ['a b']],
  ])('asserts the format %s where it is strict, and only there', (format, good, bad) => {
    expect(good.flatMap((value) => words({ format }, value))).toEqual([]);
    expect(bad.map((value) => words({ format }, value))).toEqual(
      bad.map(() => [` must match format "${format}"`]),
    );
    expect(bad.filter((value) => !fits({ format }, value))).toEqual([]);
  });

  it('says everything that is wrong, and where', () => {
    const schema = {
      required: ['id'],
      properties: { 'a/b': { items: { type: 'integer' } }, c: { anyOf: [{ minimum: 1 }, { maxLength: 1 }] } },
    };
    expect(words(schema, { 'a/b': [1, 'x', null], c: 0 })).toEqual([
      " must have required property 'id'",
      '/a~1b/1 must be integer',
      '/a~1b/2 must be integer',
    ]);
  });

  it.each<[string, Json, RegExp]>([
    ['a keyword that there is none of', { requierd: ['id'] }, /no keyword "requierd"/],
    ['one of another draft', { additionalItems: false }, /no keyword "additionalItems"/],
    ['a format that there is none of', { format: 'colour' }, /no format "colour"/],
    ['a property of Object', { format: 'toString' }, /no format "toString"/],
    ['a list of schemas that is none', { allOf: {} }, /"allOf"/],
    ['a schema that is none', { properties: { a: 1 } }, /object of schemas/],
    ['a reference elsewhere', { $ref: 'https://example.com/x.json' }, /no reference into the schema itself/],
    ['a reference to nowhere', { $ref: '#/$defs/none' }, /leads nowhere/],
    ['a reference to what is no schema', { title: 'x', $ref: '#/title' }, /no schema/],
    ['a reference that moves', { $dynamicRef: '#meta' }, /not taken/],
    ['an id inside', { $defs: { a: { $id: 'https://example.com/a' } } }, /"\$id"/],
  ])('is refused for %s', (_what, schema, reason) => {
    expect(() => compileJsonSchema(schema, true)).toThrow(reason);
  });

  it.each<[string, Json, unknown]>([
    ['loops', { $ref: '#' }, 1],
    [
      'loops by turns',
      {
        $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } },
        $ref: '#/$defs/a',
      },
      1,
    ],
    [
      'has many branches',
      { anyOf: Array.from({ length: 400 }, () => ({ uniqueItems: true, type: 'null' })) },
      Array.from({ length: 5000 }, (_, i) => `${i}${'x'.repeat(99)}`),
    ],
    [
      'has many patterns',
      { anyOf: Array.from({ length: 500 }, () => ({ pattern: 'b' })) },
      'a'.repeat(10_000),
    ],
  ])('that %s is given up', (_what, schema, value) => {
    expect(() => compileJsonSchema(schema)(value)).toThrow(/too long/);
  });
});

function verdictOf(right: (value: unknown) => unknown, value: unknown): boolean | undefined {
  try {
    return right(value) === true;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

describe('a validator that is known to be right, on schemas and values at random,', () => {
  const options: Options = { strict: false, validateFormats: false, logger: false };
  const name = fc.constantFrom('a', 'b', 'o', 'x1');
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(null, true, 0, 1, 1.5, 2, '', 'a', 'ab', '💩'),
      fc.array(tie('value'), { minLength: 1, maxLength: 3 }), // of an empty one ajv's contains is wrong beside prefixItems,
      fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  /** As it is parsed, and not as fast-check makes it: without a prototype. */
  const json = <T>(made: fc.Arbitrary<T>): fc.Arbitrary<T> =>
    made.map((each) => JSON.parse(JSON.stringify(each)) as T);
  const type = fc.constantFrom('array', 'boolean', 'integer', 'null', 'number', 'object', 'string');
  const small = fc.nat({ max: 3 });
  const schemas = (draft: '7' | '2020'): fc.Arbitrary<unknown> =>
    fc.letrec((tie) => {
      const schema = tie('schema');
      const list = fc.array(schema, { minLength: 1, maxLength: 2 });
      // Ajv passes over an "if" whose branches say nothing, and over a "contains" that everything fits.
      const telling = schema.map((each) => (each === false ? false : { maxProperties: 9, allOf: [each] }));
      const named = fc.dictionary(name, schema, { maxKeys: 2 });
      const names = fc.array(name, { maxLength: 2 });
      const keywords = {
        type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
        const: value,
        enum: fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: (each) => JSON.stringify(each) }),
        minimum: small,
        exclusiveMaximum: small,
        multipleOf: fc.constantFrom(1, 0.5, 2),
        minLength: small,
        maxLength: small,
        pattern: fc.constantFrom('^a', 'b$', '.'),
        properties: named,
        patternProperties: fc.dictionary(fc.constantFrom('^a', 'o'), schema, { maxKeys: 2 }),
        additionalProperties: schema,
        propertyNames: schema,
        required: fc.uniqueArray(name, { maxLength: 2 }),
        minProperties: small,
        minItems: small,
        maxItems: small,
        uniqueItems: fc.boolean(),
        contains: telling,
        not: schema,
        allOf: list,
        anyOf: list,
        oneOf: list,
        if: schema,
        then: telling,
        else: telling,
        $ref: fc.constantFrom('#/definitions/leaf', '#/definitions/other'),
        ...(draft === '7'
          ? {
              items: fc.oneof(schema, list),
              additionalItems: schema,
              dependencies: fc.dictionary(name, fc.oneof(schema, fc.uniqueArray(name, { maxLength: 2 })), {
                maxKeys: 1,
              }),
            }
          : {
              items: schema,
              prefixItems: list,
              minContains: small,
              maxContains: small,
              dependentRequired: fc.dictionary(
                name,
                names.map((all) => [...new Set(all)]),
                { maxKeys: 1 },
              ),
              dependentSchemas: fc.dictionary(name, schema, { maxKeys: 1 }),
              unevaluatedItems: schema,
              unevaluatedProperties: schema,
            }),
      };
      const withBranch = (made: object): object =>
        'if' in made ? { then: { maxProperties: 9 }, ...made } : made;
      const part = fc
        .subarray(Object.keys(keywords), { minLength: 0, maxLength: 4 })
        .chain((chosen) =>
          fc
            .record(Object.fromEntries(chosen.map((key) => [key, keywords[key as keyof typeof keywords]])))
            .map(withBranch),
        );
      return { schema: fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.boolean(), part) };
    }).schema;
  const definitions = {
    leaf: { type: ['integer', 'array'], minimum: 1 },
    other: { properties: { a: { $ref: '#/definitions/leaf' } } },
  };

  it.each(['7', '2020'] as const)('agrees in draft %s', (draft) => {
    const known = draft === '7' ? new Ajv(options) : new Ajv2020(options);
    let valid = 0;
    fc.assert(
      fc.property(
        json(schemas(draft)),
        json(fc.array(value, { minLength: 1, maxLength: 8 })),
        (part, values) => {
          const $schema =
            draft === '7'
              ? 'http://json-schema.org/draft-07/schema#'
              : 'https://json-schema.org/draft/2020-12/schema';
          const schema: Json = { $schema, definitions, allOf: [part] };
          const right = known.compile(schema);
          const ours = compileJsonSchema(schema);
          for (const each of values) {
            const verdict = verdictOf(right, each);
            // It has faults of its own, at which it throws.
            if (verdict === undefined) continue;
            if (verdict) valid += 1;
            expect(ours(each).length === 0, JSON.stringify([part, each])).toBe(verdict);
          }
        },
      ),
      { numRuns: 1000, seed: 22 },
    );
    expect(valid).toBeGreaterThan(500);
  });
});
