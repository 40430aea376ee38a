import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Unscorable, type Score } from '../../score.js';
import { scoringInput } from '../../testing/index.js';
import { bindScorer, scorerSchema } from '../bind-scorer.js';

const { signal } = new AbortController();

const score = (spec: unknown, output: string, ...targets: string[]): Score =>
  bindScorer(scorerSchema.parse(spec)).score(scoringInput({ output, targets }), signal) as Score;

const problem = (schema: unknown): string =>
  scorerSchema.safeParse({ type: 'json_schema', schema }).error?.issues[0]?.message ?? '';

describe('json_valid', () => {
  it.each<[string, object, number]>([
    ['{"a": [1, null, "x"]}', {}, 1],
    [' 42\n', {}, 1],
    ['{"a": 1,}', {}, 0],
    ['{} and more', {}, 0],
    ['', {}, 0],
    ['NaN', {}, 0],
    ['```json\n{}\n```', {}, 0],
    ['```json\n{}\n```', { allow_fence: true }, 1],
    ['Here: ```json\n{}\n```', { allow_fence: true }, 0],
    ['['.repeat(100) + ']'.repeat(100), {}, 0],
    ['['.repeat(50_000) + ']'.repeat(50_000), {}, 0],
  ])('%j with %j is %d', (output, options, expected) => {
    expect(score({ type: 'json_valid', ...options }, output).value).toBe(expected);
  });
});

describe('json_schema', () => {
  const judge = (schema: unknown, value: unknown): number =>
    score({ type: 'json_schema', schema }, JSON.stringify(value)).value;

  it('judges by draft 2020-12', () => {
    const schema = { type: 'array', prefixItems: [{ type: 'string' }], unevaluatedItems: false };
    expect(judge(schema, ['a'])).toBe(1);
    expect(judge(schema, ['a', 'b'])).toBe(0);
  });

  it('matches patterns in time that is linear in the output', () => {
    const started = performance.now();
    expect(judge({ pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`)).toBe(0);
    expect(judge({ patternProperties: { '^(a+)+$': false } }, { [`${'a'.repeat(50_000)}!`]: 1 })).toBe(1);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('tells patterns apart', () => {
    const schema = { properties: { a: { pattern: '^x$' }, b: { pattern: '^y$' } } };
    expect(judge(schema, { a: 'x', b: 'y' })).toBe(1);
    expect(judge(schema, { a: 'x', b: 'x' })).toBe(0);
  });

  it('follows references, and gives up where they multiply', () => {
    const tree = { properties: { next: { $ref: '#' } }, required: ['v'] };
    expect(judge(tree, { v: 1, next: { v: 2 } })).toBe(1);
    expect(judge(tree, { v: 1, next: {} })).toBe(0);
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `d${i}`,
        i === 39 ? {} : { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
      ]),
    );
    expect(() => judge({ $defs, $ref: '#/$defs/d0' }, 1)).toThrow(Unscorable);
    expect(() => judge({ $ref: '#' }, 1)).toThrow(Unscorable);
  });

  it.each<[string, unknown, string]>([
    ['an unknown type', { type: 'text' }, 'cannot be used'],
    ['look-ahead', { pattern: '(?=a)' }, 'RE2 syntax'],
    ['a reference to elsewhere', { $ref: 'https://example.com/schema.json' }, 'cannot be used'],
    ['another draft', { $schema: 'http://json-schema.org/draft-04/schema#' }, '2020-12'],
    ['too much', { enum: ['x'.repeat(20_000)] }, '20000 characters'],
    ['too deep', JSON.parse('{"not":'.repeat(40) + '{}' + '}'.repeat(40)), 'deeper than 32'],
  ])('refuses %s', (_what, schema, message) => {
    expect(problem(schema)).toContain(message);
  });
});

describe('json_equal', () => {
  it.each<[string, string, object, number, string]>([
    ['{"b": 2, "a": 1}', '{"a": 1, "b": 2}', {}, 1, 'It is the target.'],
    ['{"a": 1, "c": 3}', '{"a": 1, "b": 2}', {}, 0, '/b is missing; /c is extra.'],
    ['{"a": 1, "c": 3}', '{"a": 1}', { ignore_extra: true }, 1, 'It is the target.'],
    ['[1, 2]', '[2, 1]', {}, 0, '/0 is 1, not 2; /1 is 2, not 1.'],
    ['[1, 2]', '[1]', { ignore_extra: true }, 0, '/1 is extra.'],
    ['0.4', '0.3', { tolerance: 0.1 }, 1, 'It is the target.'],
    ['0.41', '0.3', { tolerance: 0.1 }, 0, 'the value is 0.41, not 0.3.'],
    ['{"a": {"b": 1}, "c": 2}', '{"a": {"b": 1}, "c": 3}', { paths: ['/a/b', '/c'] }, 0.5, '/c is 2, not 3.'],
    ['{"a/b": 1}', '{"a/b": 2}', { paths: ['/a~1b'] }, 0, '/a~1b is 1, not 2.'],
    ['{}', '{"a": null}', { paths: ['/a'] }, 0, '/a is missing.'],
    ['{"toString": 1}', '{}', {}, 0, '/toString is extra.'],
    ['{}', '{"__proto__": 1}', {}, 0, '/__proto__ is missing.'],
    ['[]', '{}', {}, 0, 'the value is [], not {}.'],
  ])('%s against %s with %j is %d', (output, target, options, value, explanation) => {
    expect(score({ type: 'json_equal', ...options }, output, target)).toMatchObject({ value, explanation });
  });

  it('compares the state that tools left, whatever the output is, and is unscored without one', () => {
    const scorer = bindScorer(scorerSchema.parse({ type: 'json_equal', of: 'state', paths: ['/a', '/b'] }));
    const judged = (state?: Record<string, unknown>): Score => {
      const input = scoringInput({ output: 'All is done.', targets: ['{"a": 1, "b": [2]}'] });
      return scorer.score({ ...input, trial: { ...input.trial, state } }, signal) as Score;
    };
    expect(judged({ a: 1, b: [2], c: 3 })).toMatchObject({ value: 1 });
    expect(judged({ a: 1, b: [] })).toMatchObject({ value: 0.5, answer: '{"a":1,"b":[]}' });
    expect(() => judged()).toThrow(expect.objectContaining({ code: 'no_state' }));
  });

  it('is 1 for any value and itself, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(
          score({ type: 'json_equal' }, JSON.stringify(value, null, 3), JSON.stringify(value)).value,
        ).toBe(1);
      }),
    );
  });
});
