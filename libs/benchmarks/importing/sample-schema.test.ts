import { describe, expect, it } from 'vitest';
import { compileSampleSchema } from './sample-schema.js';

const sample = {
  id: 'a',
  input: 'i',
  target: 'yes',
  metadata: {
    year: '1999',
    labels: [
      { b: 1, a: 2 },
      { a: 2, b: 1 },
    ],
  },
};

const problems = (schema: Record<string, unknown>): string[] =>
  compileSampleSchema(schema)(sample).map(({ message }) => message);

describe('compileSampleSchema', () => {
  it('finds every problem, with its path', () => {
    const schema = {
      required: ['category'],
      properties: {
        target: { enum: ['no', 'never'] },
        metadata: { properties: { year: { type: 'integer' } }, additionalProperties: false },
      },
    };
    expect(compileSampleSchema(schema)(sample)).toEqual([
      { message: "schema: the sample must have required property 'category'" },
      { message: 'schema: target must be equal to one of the allowed values: "no", "never"', path: 'target' },
      { message: 'schema: metadata.year must be integer', path: 'metadata.year' },
      { message: 'schema: metadata must NOT have additional properties: labels', path: 'metadata' },
    ]);
    expect(problems({ type: 'object', required: ['id'] })).toEqual([]);
  });

  it('follows references, drafts and formats', () => {
    const year = { $defs: { year: { type: 'string', pattern: '^\\d{4}$' } } };
    const at = (schema: unknown) => ({ properties: { metadata: { properties: { year: schema } } } });
    expect(problems({ ...year, ...at({ $ref: '#/$defs/year' }) })).toEqual([]);
    expect(problems(at({ format: 'date' }))).toEqual(['schema: metadata.year must match format "date"']);
    const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#' };
    expect(problems({ ...draft7, ...at({ const: '2000' }) })).toEqual([
      'schema: metadata.year must be equal to constant',
    ]);
  });

  it('matches patterns in time that grows with the text alone', () => {
    const schema = { properties: { input: { pattern: '^(a+)+$' } } };
    expect(compileSampleSchema(schema)({ input: `${'a'.repeat(50_000)}!` })).toHaveLength(1);
    expect(() => compileSampleSchema({ properties: { input: { pattern: '(?=a)' } } })).toThrow(/RE2/);
  });

  it('compares entries by content, and not each with each', () => {
    const labels = { uniqueItems: true };
    expect(problems({ properties: { metadata: { properties: { labels } } } })).toEqual([
      'schema: metadata.labels must not have the same entry twice',
    ]);
    const entries = Array.from({ length: 100_000 }, (_, i) => ({ i }));
    expect(compileSampleSchema({ properties: { input: labels } })({ input: entries })).toEqual([]);
  });

  it.each([
    ['a type that there is none of', { type: 'text' }, /type/],
    ['a keyword that there is none of', { requierd: ['id'] }, /requierd/],
    [
      'a reference elsewhere',
      { $ref: 'https://example.com/schema.json' },
      /no reference into the schema itself/,
    ],
    ['a reference to nowhere', { $ref: '#/$defs/none' }, /leads nowhere/],
    ['a reference that moves', { $dynamicRef: '#meta' }, /not taken/],
  ])('refuses %s', (_what, schema, reason) => {
    expect(() => compileSampleSchema(schema)).toThrow(reason);
  });

  it('says of a sample that it takes too long, where references multiply', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `d${i}`,
        i === 39 ? {} : { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
      ]),
    );
    expect(problems({ $defs, $ref: '#/$defs/d0' })).toEqual(['schema: Following the schema takes too long.']);
  });
});
