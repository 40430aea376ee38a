import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Score } from '../../score.js';
import { scoringSpecSchema } from '../../scoring-spec.js';
import { compileTargetProblems } from '../../target-problems.js';
import { scoringInput } from '../../testing/index.js';
import { bindScorer, scorerSchema } from '../bind-scorer.js';
import { isWithin } from './bounds.js';
import { IFEVAL_VECTORS } from './ifeval-vectors.js';
import { countSentences, countWords, isLowerCase, isUpperCase } from './text-measures.js';

const { signal } = new AbortController();

const score = (constraints: object[], output: string, options: object = {}): Score =>
  bindScorer(scorerSchema.parse({ type: 'constraints', constraints, ...options })).score(
    scoringInput({ output }),
    signal,
  ) as Score;
const keeps = (constraint: object, output: string): boolean => score([constraint], output).value === 1;

describe('a constraint', () => {
  it.each(IFEVAL_VECTORS)('%j is judged of %j as IFEval judges it: %j', (constraint, response, kept) => {
    expect(keeps(constraint, response)).toBe(kept);
  });

  it.each<[object, string, boolean]>([
    [{ type: 'json_only' }, '```JSON\n{"a": 1}\n```', true],
    [{ type: 'json_only' }, '{"a": 1}', true],
    [{ type: 'json_only' }, 'Here: {"a": 1}', false],
    [{ type: 'word_count', at_least: 2, at_most: 3 }, 'Ünïcödé words 漢字', true],
    [{ type: 'paragraph_count', exactly: 2 }, 'One.\nStill one.\n\n\n\nTwo.', true],
    [{ type: 'keywords_absent', keywords: ['art'] }, 'The party starts.', true],
    [{ type: 'keywords_absent', keywords: ['C++', '(x)'] }, 'I like c++ and (y).', false],
    [{ type: 'keyword_count', keyword: 'a.c', exactly: 1 }, 'abc a.c', true],
    [{ type: 'capital_word_count', exactly: 2 }, "WELL-KNOWN facts, I DON't think", true],
    [{ type: 'upper_case' }, '123 !', false],
  ])('%j of %j is %j', (constraint, response, kept) => {
    expect(keeps(constraint, response)).toBe(kept);
  });

  it.each<[string, number]>([
    ['Mr. Smith met Dr. J. Watson, e.g. at 5.30. They talked.', 2],
    ['"Is it?" she asked. (It was.) Then …', 4],
    ['1. Wash it.\n2. Dry it.\n3. Done', 3],
    ['你好。你是谁？', 2],
    ['No end', 1],
    ['...', 0],
  ])('%j has %d sentences', (text, sentences) => {
    expect(countSentences(text)).toBe(sentences);
  });

  it.each([
    { type: 'word_count' },
    { type: 'word_count', exactly: 3, at_most: 3 },
    { type: 'word_count', at_least: 4, at_most: 3 },
    { type: 'letter_count', letter: 'ab', exactly: 1 },
    { type: 'keywords_present', keywords: [] },
    { type: 'keywords_present', keywords: [' '] },
    { type: 'title', of: 'contents' },
    { type: 'language', language: 'de' },
  ])('cannot be %j', (constraint) => {
    expect(scorerSchema.safeParse({ type: 'constraints', constraints: [constraint] }).success).toBe(false);
  });

  const lowerWords = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 40 });

  it('counts the words that were joined, and the sentences', () => {
    fc.assert(
      fc.property(lowerWords, fc.constantFrom(' ', ', ', '\n', '; '), (words, glue) => {
        expect(countWords(words.join(glue))).toBe(words.length);
        const sentences = words.map((word) => `x${word}qq ends.`);
        expect(countSentences(sentences.join(' '))).toBe(words.length);
      }),
    );
  });

  it('of case is kept by a text in that case', () => {
    fc.assert(
      fc.property(lowerWords, (words) => {
        const text = words.join(' ');
        expect([isLowerCase(text), isUpperCase(text)]).toEqual([true, false]);
        expect([isLowerCase(text.toUpperCase()), isUpperCase(text.toUpperCase())]).toEqual([false, true]);
      }),
    );
  });

  it('with bounds is kept by exactly one of less, this and more', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.integer({ min: 1, max: 20 }), (counted, count) => {
        const bounds = [{ at_most: count - 1 }, { exactly: count }, { at_least: count + 1 }];
        expect(bounds.filter((bound) => isWithin(counted, bound)).length).toBe(1);
        expect(isWithin(counted, { at_least: count, at_most: count })).toBe(counted === count);
      }),
    );
  });
});

describe('constraints', () => {
  const three = [
    { type: 'no_commas' },
    { type: 'word_count', at_least: 4 },
    { type: 'ends_with', text: 'Goodbye.' },
  ];

  it('are worth the share of them that is kept, or nothing but all', () => {
    expect(score(three, 'Well, that is all. Goodbye.')).toMatchObject({
      value: 2 / 3,
      explanation: '2 of 3 constraints are kept; not: no_commas (1 commas).',
    });
    expect(score(three, 'Hello, you.', { mode: 'all' })).toMatchObject({
      value: 0,
      explanation:
        '0 of 3 constraints are kept; not: no_commas (1 commas); word_count (2 words, not at least 4); ' +
        'ends_with (it ends "Hello, you.").',
    });
    expect(score(three, 'That was all of it. Goodbye.', { mode: 'all' }).value).toBe(1);
  });

  it('are not kept by a blank output, whatever they ask for', () => {
    expect(score([{ type: 'no_commas' }, { type: 'word_count', at_most: 5 }], ' \n')).toMatchObject({
      value: 0,
      explanation: expect.stringContaining('no_commas (the output is blank)') as unknown,
    });
  });

  it('are looked for loosely without the first line, the last and asterisks', () => {
    const json = [{ type: 'json_only' }];
    const chatty = 'Sure, here it is:\n{"a": 1}\nHope this helps!';
    expect(score(json, chatty).value).toBe(0);
    expect(score(json, chatty, { loose: true }).value).toBe(1);
    const start = [{ type: 'starts_with', text: 'Dear' }, { type: 'no_commas' }];
    expect(score(start, '**Dear** all,', { loose: true }).value).toBe(1 / 2);
  });

  it('never come to less loosely than strictly', () => {
    const text = fc.array(fc.constantFrom('a, b', '*c*', '', 'Dear D.', '"e"'), { minLength: 1 });
    fc.assert(
      fc.property(text, (lines) => {
        const output = lines.join('\n');
        const some = [...three, { type: 'quoted' }, { type: 'highlight_count', at_least: 1 }];
        expect(score(some, output, { loose: true }).value).toBeGreaterThanOrEqual(score(some, output).value);
      }),
    );
  });

  it('may come from the sample, and are then checked with it', () => {
    const spec = scoringSpecSchema.parse({ scorers: [{ type: 'constraints' }] });
    const problems = compileTargetProblems(spec);
    const sample = (constraints?: unknown) => ({ targets: ['-'], metadata: { constraints } });
    expect(problems(sample(three))).toEqual([]);
    expect(problems(sample())).toEqual([
      'The scorer "constraints" cannot judge this sample: its metadata has no "constraints" that constraints could expect.',
    ]);
    expect(problems(sample([{ type: 'word_count', at_least: 'many' }]))[0]).toContain(
      'constraints.0.at_least: Invalid input: expected number',
    );
    const { score: judge } = bindScorer(scorerSchema.parse({ type: 'constraints' }));
    const input = scoringInput({ output: 'That was it. Goodbye.', metadata: { constraints: three } });
    expect((judge(input, signal) as Score).value).toBe(1);
  });
});
