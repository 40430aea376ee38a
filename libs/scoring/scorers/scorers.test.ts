import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoringInput, Score } from '../score.js';
import { scoringInput } from '../testing/index.js';
import { bindScorer, scorerSchema, scorerVersion } from './bind-scorer.js';

const { signal } = new AbortController();

const score = (spec: unknown, input: Partial<ScoringInput>): Score =>
  bindScorer(scorerSchema.parse(spec)).score(scoringInput(input), signal) as Score;

const value = (spec: unknown, output: string, ...targets: string[]): number =>
  score(spec, { output, targets }).value;

describe('exact', () => {
  it.each<[string, string, object, number]>([
    ['Paris', 'Paris', {}, 1],
    [' Paris\n', 'Paris', {}, 1],
    ['paris', 'Paris', {}, 0],
    ['paris', 'Paris', { ignore_case: true }, 1],
    ['Paris.', 'Paris', {}, 0],
    ['«Paris».', 'Paris', { ignore_punctuation: true }, 1],
    ['1.5', '15', { ignore_punctuation: true }, 0],
    ['-5', '5', { ignore_punctuation: true }, 0],
    ['(5)', '5', { ignore_punctuation: true }, 1],
    ['New York', 'NewYork', {}, 0],
    ['(1, 2)', '(1,2)', { ignore_whitespace: true }, 1],
    ['caf\u0065\u0301', 'café', {}, 1],
    ['Paris, France', 'Paris', {}, 0],
    ['', 'Paris', {}, 0],
    ['$1,234.', 'so\n#### 1234', { regexes_to_ignore: [',', '\\$', '(?s).*#### ', '\\.$'] }, 1],
    ['The cat', 'cat', { ignore_case: true, regexes_to_ignore: ['the '] }, 0],
  ])('%j against %j with %j is %d', (output, target, options, expected) => {
    expect(value({ type: 'exact', ...options }, output, target)).toBe(expected);
  });

  it('accepts any of the targets', () => {
    expect(value({ type: 'exact' }, 'USA', 'United States', 'USA')).toBe(1);
  });
});

describe('includes', () => {
  it.each<[string, string, object, number]>([
    ['The capital is PARIS!', 'Paris', {}, 1],
    ['The capital is PARIS!', 'Paris', { ignore_case: false }, 0],
    ['The capital is Rome.', 'Paris', {}, 0],
    ['anything', '', {}, 0],
  ])('%j with %j and %j is %d', (output, target, options, expected) => {
    expect(value({ type: 'includes', ...options }, output, target)).toBe(expected);
  });
});

describe('regex', () => {
  it('judges by the pattern of its options', () => {
    expect(score({ type: 'regex', pattern: '^\\{.*\\}$', flags: 's' }, { output: '{"a":\n1}' })).toEqual({
      value: 1,
      answer: '{"a":\n1}',
      explanation: '"{"a":\n1}" matches /^\\{.*\\}$/.',
    });
    expect(value({ type: 'regex', pattern: '^\\{' }, 'no object')).toBe(0);
  });

  it('takes the targets for patterns otherwise, and passes over those that do not compile', () => {
    expect(value({ type: 'regex', flags: 'i' }, 'Grey', 'gr[ea]y')).toBe(1);
    expect(value({ type: 'regex' }, 'Grey', '(', 'Gr.y')).toBe(1);
    expect(value({ type: 'regex' }, 'Grey', '(')).toBe(0);
  });

  it('stays right when it has seen more targets than it keeps', () => {
    const { score: judge } = bindScorer(scorerSchema.parse({ type: 'regex' }));
    for (let i = 0; i < 2100; i++)
      expect(judge(scoringInput({ output: `n${i}`, targets: [`^n${i}$`] }), signal)).toMatchObject({
        value: 1,
      });
  });
});

describe('numeric', () => {
  it.each<[string, string, number]>([
    ['She makes 9 * 2 = $18 a day.\n#### 18', '18', 1],
    ['The total is **$1,234.50**.', '1234.5', 1],
    ['1.0', '1', 1],
    ['42.', '42', 1],
    ['It is −7 °C outside', '-7', 1],
    ['7', '-7', 0],
    ['It grew by 12%', '12%', 1],
    ['2.5e3 apples', '2,500', 1],
    ['The answer is 42, not 43', '42', 0],
    [String.raw`So $x = \boxed{42}$, found in 3 steps.`, '42', 1],
    [String.raw`\boxed{} stays empty; the answer is 5`, '5', 1],
    [String.raw`\boxed{\text{about } 1{,}200 \text{ km}}`, '1200', 1],
    ['98765432109876543210', '98765432109876543211', 0],
    ['98,765,432,109,876,543,211', '98765432109876543211', 1],
    ['0.30000000000000004', '0.3', 0],
    ['forty-two', '42', 0],
    ['5', 'five', 0],
    ['', '0', 0],
  ])('%j against %j is %d', (output, target, expected) => {
    expect(value({ type: 'numeric' }, output, target)).toBe(expected);
  });

  it.each<[string, string, object, number]>([
    ['0.4', '0.3', { tolerance: 0.1 }, 1],
    ['0.41', '0.3', { tolerance: 0.1 }, 0],
    ['3.14', '3.14159', { tolerance: 0.01 }, 1],
    ['101', '100', { relative_tolerance: 0.01 }, 1],
    ['-101', '-100', { relative_tolerance: 0.01 }, 1],
    ['102', '100', { relative_tolerance: 0.01 }, 0],
    ['102', '100', { relative_tolerance: 0.01, tolerance: 2 }, 1],
    ['0.001', '0', { relative_tolerance: 1 }, 0],
    ['5 of 9', '5', { take: 'first' }, 1],
  ])('%j against %j with %j is %d', (output, target, options, expected) => {
    expect(value({ type: 'numeric', ...options }, output, target)).toBe(expected);
  });

  it('says what it read', () => {
    expect(score({ type: 'numeric' }, { output: 'I get 1,200', targets: ['1300', '1400'] })).toEqual({
      value: 0,
      answer: '1200',
      explanation: '1200 is not "1300" or "1400".',
    });
    expect(score({ type: 'numeric' }, { output: 'none', targets: ['1'] }).explanation).toBe(
      'The output has no number.',
    );
    expect(score({ type: 'numeric' }, { output: '1'.repeat(300), targets: ['1'] }).explanation).toContain(
      '300 characters',
    );
  });
});

describe('multiple_choice', () => {
  const choices = ['London', 'Paris', 'Berlin', 'Rome'];
  const spec = { type: 'multiple_choice' };

  it.each<[string, string[], number]>([
    ['The answer is (B).', ['B'], 1],
    ['The answer is (B).', ['b'], 1],
    ['The answer is (B).', ['Paris'], 1],
    ['Paris', ['B'], 1],
    ['The answer is (C).', ['B'], 0],
    ['The answer is (C).', ['B', 'C'], 1],
    ['(A) or (B)', ['B'], 0],
    ['Paris', ['Madrid'], 0],
  ])('%j against %j is %d', (output, targets, expected) => {
    expect(score(spec, { output, targets, choices }).value).toBe(expected);
  });

  it('says why there is no answer', () => {
    expect(score(spec, { output: '(A) or (B)', targets: ['B'], choices })).toEqual({
      value: 0,
      answer: null,
      explanation: 'The output settles on no option: several options are named: A, B.',
    });
    expect(score(spec, { output: 'Answer: C', targets: ['B'], choices }).explanation).toBe(
      'C, the last explicit statement, is not B.',
    );
  });
});

const COUNTED = ['word_count', 'sentence_count', 'capital_word_count', 'placeholder_count'];
const EVERY_CONSTRAINT = [
  ...[...COUNTED, 'bullet_count', 'highlight_count'].map((type) => ({ type, at_least: 1, at_most: 5 })),
  { type: 'paragraph_count', exactly: 1 },
  { type: 'paragraph_count', separator: '***', exactly: 1 },
  { type: 'keyword_count', keyword: 'aa', at_most: 3 },
  { type: 'letter_count', letter: 'A', exactly: 2 },
  { type: 'section_count', marker: 'a', at_least: 1 },
  { type: 'keywords_present', keywords: ['aaaa', '𝟙'] },
  { type: 'keywords_absent', keywords: ['aaaa', '11'] },
  { type: 'one_of', options: ['a', '(('] },
  { type: 'starts_with', text: 'A' },
  { type: 'ends_with', text: 'a' },
  { type: 'repeats_prompt', prompt: 'a question' },
  { type: 'postscript', marker: 'P.S.' },
  { type: 'paragraph_start', paragraphs: 1, nth: 1, word: 'a' },
  ...['quoted', 'json_only', 'title', 'upper_case', 'lower_case', 'no_commas', 'two_responses'].map(
    (type) => ({
      type,
    }),
  ),
];

describe('every scorer', () => {
  const specs = [
    { type: 'exact', ignore_case: true, ignore_punctuation: true, ignore_whitespace: true },
    { type: 'includes' },
    { type: 'regex' },
    { type: 'regex', pattern: '(a|b)*c' },
    { type: 'numeric', tolerance: 1, relative_tolerance: 0.1 },
    { type: 'multiple_choice' },
    { type: 'contains_any' },
    { type: 'contains_all', values: ['a', '1'] },
    { type: 'starts_with' },
    { type: 'is_refusal' },
    { type: 'constraints', loose: true, constraints: EVERY_CONSTRAINT },
    { type: 'f1' },
    { type: 'fuzzy_match' },
    { type: 'bleu' },
    { type: 'rouge_n', n: 2 },
    { type: 'rouge_l' },
    { type: 'chrf', word_order: 2 },
    { type: 'levenshtein' },
    { type: 'levenshtein', max_edits: 2 },
    { type: 'json_valid', allow_fence: true },
    { type: 'json_schema', schema: { type: 'string', pattern: '(a+)+$' } },
    { type: 'json_equal', allow_fence: true, paths: ['', '/a'] },
    { type: 'latency', max: 100 },
    { type: 'cost', best: 0, worst: 1 },
    { type: 'tokens', of: 'output', max: 4 },
    { type: 'tool_calls', expected: [{ name: 'search' }] },
    { type: 'trajectory', expected: ['search'] },
    { type: 'not', scorer: { type: 'f1' } },
    { type: 'all_of', scorers: [{ type: 'f1' }, { type: 'exact' }], threshold: 0.5 },
    { type: 'any_of', scorers: [{ type: 'not', scorer: { type: 'exact' } }, { type: 'rouge_l' }] },
    { type: 'weighted', scorers: [{ weight: 2, scorer: { type: 'f1' } }, { scorer: { type: 'exact' } }] },
    { type: 'assertions' },
    { type: 'assertions', value: 'mean' },
  ];
  const metadata = {
    assertions: [{ scorer: { type: 'f1' } }, { scorer: { type: 'regex', pattern: '(a+)+$' } }],
  };

  it.each(specs)('gives a storable score in [0, 1] to any output: %j', (spec) => {
    const anyText = fc.string({ unit: 'binary', maxLength: 500 });
    const scorer = bindScorer(scorerSchema.parse(spec));
    return fc.assert(
      fc.asyncProperty(
        anyText,
        fc.array(anyText, { minLength: 1 }),
        fc.option(fc.array(anyText), { nil: undefined }),
        async (output, targets, choices) => {
          const input = scoringInput({ output, targets, choices, metadata });
          const { value: number, answer, explanation } = await scorer.score(input, signal);
          expect(number).toBeGreaterThanOrEqual(0);
          expect(number).toBeLessThanOrEqual(1);
          expect(explanation).not.toBe('');
          expect(`${answer}${explanation}`).not.toMatch(/[\0\p{Surrogate}]/u);
          expect(Array.from(answer ?? '').length).toBeLessThanOrEqual(200);
        },
      ),
    );
  });

  it.each(specs)('finishes on 100,000 characters: %j', async (spec) => {
    const scorer = bindScorer(scorerSchema.parse(spec));
    for (const unit of ['a', '1', ' ', '\n', '(', 'answer: ', '𝟙', '\ud800', '[', '<<', '*', 'P.']) {
      const output = unit.repeat(100_000 / unit.length);
      const started = performance.now();
      const { value: number } = await scorer.score(
        scoringInput({
          output,
          targets: ['(a+)+$!', output],
          choices: [output, 'b'],
          metadata,
        }),
        signal,
      );
      expect(number).toBeGreaterThanOrEqual(0);
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });

  it.each(specs)('has a version: %j', (spec) => {
    expect(scorerVersion(scorerSchema.parse(spec))).toBeGreaterThanOrEqual(1);
  });
});
