import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Unscorable, type Score } from '../../score.js';
import { scoringInput } from '../../testing/index.js';
import { bindScorer, scorerSchema } from '../bind-scorer.js';
import { commonSubsequence } from './common-subsequence.js';

const { signal } = new AbortController();

const value = (spec: unknown, output: string, ...targets: string[]): number =>
  (bindScorer(scorerSchema.parse(spec)).score(scoringInput({ output, targets }), signal) as Score).value;

/**
 * Computed with sacrebleu 2.6.0: `BLEU(effective_order=True)`, `CHRF()`, `CHRF(word_order=2)` and
 * `CHRF(char_order=4, beta=1)`, each `.sentence_score(output, targets).score / 100`.
 */
const SACREBLEU: [string, string[], number, number, number, number][] = [
  [
    'The cat sat on the mat.',
    ['The cat is on the mat.'],
    0.4889230224349009,
    0.6717273492330232,
    0.6943695278069348,
    0.7581364979233388,
  ],
  [
    'the the the the the the the',
    ['the cat is on the mat', 'there is a cat on the mat'],
    0.07809849842300637,
    0.14232426848159646,
    0.1471532900200283,
    0.1955611897656816,
  ],
  [
    "It costs $1,234.50 -- that's 5-10% more, isn't it?",
    ['It costs $1,234.50, i.e. 5-10% more than before.'],
    0.3703014567724628,
    0.5548591006792177,
    0.5097467557814014,
    0.6098580183236675,
  ],
  ['Hello', ['Hello world'], 0.3678794411714425, 0.4069078647589538, 0.43236915640812634, 0.5727433628318584],
  ['a b', ['b a'], 0.7071067811865478, 0.5, 0.5, 0.5],
  [
    'Der schnelle braune Fuchs springt über den faulen Hund',
    [
      'Ein schneller brauner Fuchs sprang über einen faulen Hund',
      'Der flinke braune Fuchs springt über den trägen Hund',
    ],
    0.5307712171072444,
    0.6762670126837387,
    0.666966101916303,
    0.7162960998002778,
  ],
  [
    'x &amp; y &quot;quoted&quot; text here',
    ['x & y "quoted" text there'],
    0.8408964152537145,
    0.39332376258908075,
    0.3485205704875131,
    0.4529874776161359,
  ],
  ['猫が好きです。', ['犬が好きです。'], 0, 0.7345238095238095, 0.6295918367346938, 0.8101190476190476],
  [
    'word (bracket), "end."',
    ['word (bracket) end.'],
    0.35494810560100537,
    0.7922191195945277,
    0.6193134818278493,
    0.8184321589672835,
  ],
];

describe('bleu and chrf', () => {
  it.each(SACREBLEU)(
    'score %j against %j as sacrebleu does',
    (output, targets, bleu, chrf2, chrfPlus, chrf1) => {
      expect(value({ type: 'bleu' }, output, ...targets)).toBeCloseTo(bleu, 12);
      expect(value({ type: 'chrf' }, output, ...targets)).toBeCloseTo(chrf2, 12);
      expect(value({ type: 'chrf', word_order: 2 }, output, ...targets)).toBeCloseTo(chrfPlus, 12);
      expect(value({ type: 'chrf', char_order: 4, beta: 1 }, output, ...targets)).toBeCloseTo(chrf1, 12);
    },
  );
});

describe('rouge', () => {
  // rouge/rouge_scorer_test.py of google-research: testRouge1, testRouge2, testRougeLConsecutive and NonConsecutive.
  it.each<[string, string, object, number]>([
    ['testing', 'testing one two', { type: 'rouge_n' }, 1 / 2],
    ['testing one', 'testing one two', { type: 'rouge_n', n: 2 }, 2 / 3],
    ['testing two', 'testing one two', { type: 'rouge_l' }, 4 / 5],
    ['testing one', 'testing one two', { type: 'rouge_l' }, 4 / 5],
    // The texts of rouge-score's README: 6 of 8 and 9 words are common, 5 of them in order.
    [
      'The quick brown dog jumps on the log.',
      'The quick brown fox jumps over the lazy dog',
      { type: 'rouge_n' },
      12 / 17,
    ],
    [
      'The quick brown dog jumps on the log.',
      'The quick brown fox jumps over the lazy dog',
      { type: 'rouge_l' },
      10 / 17,
    ],
  ])('%j against %j with %j is %d', (output, target, spec, expected) => {
    expect(value(spec, output, target)).toBeCloseTo(expected, 12);
  });

  it('finds the longest common subsequence that the table of all prefixes finds', () => {
    const token = fc.constantFrom('a', 'b', 'c');
    const tokens = fc.array(token, { maxLength: 150 });
    fc.assert(
      fc.property(tokens, tokens, (left, right) => {
        let row = Array<number>(right.length + 1).fill(0);
        for (const a of left) {
          const next = [0];
          right.forEach((b, at) => next.push(a === b ? row[at]! + 1 : Math.max(row[at + 1]!, next[at]!)));
          row = next;
        }
        expect(commonSubsequence(left, right)).toBe(row[right.length]);
      }),
    );
  });
});

describe('fuzzy_match', () => {
  // By hand from evals/elsuite/utils.py: `normalize`, then whether one holds the other.
  it.each<[string, string, number]>([
    ['The answer is Paris!', 'paris', 1],
    ['Paris', 'Paris, the capital of France', 1],
    ['a Paris', 'the Paris', 1],
    ['new  york', 'New\nYork', 1],
    ['U.S.A.', 'usa', 1],
    ['London', 'Paris', 0],
    ['Par', 'Paris', 1],
    ['the', 'Paris', 0],
    ['', 'Paris', 0],
  ])('%j against %j is %d', (output, target, expected) => {
    expect(value({ type: 'fuzzy_match' }, output, target)).toBe(expected);
  });

  it('takes any target', () => {
    expect(value({ type: 'fuzzy_match' }, 'It is Rome.', 'Paris', 'Rome')).toBe(1);
  });
});

describe('levenshtein with max_edits', () => {
  it.each<[string, string[], number, number]>([
    ['kitten', ['sitting'], 3, 1],
    ['kitten', ['sitting'], 2, 0],
    ['kitten', ['sitting', 'kittens'], 1, 1],
    [' same ', ['same'], 0, 1],
    ['𝟙𝟚', ['𝟙𝟛'], 1, 1],
  ])('%j against %j within %d is %d', (output, targets, max_edits, expected) => {
    expect(value({ type: 'levenshtein', max_edits }, output, ...targets)).toBe(expected);
  });
});

describe('f1', () => {
  // By the formulas of SQuAD's evaluate-v1.1.py: 2 × common / (words of both).
  it.each<[string, string, number]>([
    ['The Normans', 'normans', 1],
    ['in the 10th century', '10th century', 4 / 5],
    ['Paris, France!', 'the city of Paris', 2 / 5],
    ['a an the', 'Paris', 0],
    ['Rome', 'Paris', 0],
  ])('%j against %j is %d', (output, target, expected) => {
    expect(value({ type: 'f1' }, output, target)).toBeCloseTo(expected, 12);
  });
});

describe('f1 of published examples', () => {
  it.each<[string, string[], number]>([
    // The metric card of `squad` of Hugging Face's evaluate (metrics/squad/README.md).
    ['1976', ['1976'], 1],
    ['1999', ['1976'], 0],
    ['Beyonce', ['Beyoncé and Bruno Mars'], 0],
    ['climate change', ['climate change'], 1],
    // The test of allennlp-models' SquadEmAndF1, which runs the official script.
    ['this is the best span', ['this is a good span', 'something irrelevant'], 3 / 4],
  ])('%j against %j is %d', (output, targets, expected) => {
    expect(value({ type: 'f1' }, output, ...targets)).toBeCloseTo(expected, 12);
  });
});

describe('levenshtein', () => {
  // RapidFuzz, tests/distance/test_Levenshtein.py: the distances, and the numbers of edit operations.
  it.each<[string, string, number]>([
    ['aaaa', 'aaaa', 0],
    ['ÁÄ', 'ABCD', 4],
    ['0', '101', 2],
    ['00', '0', 1],
    ['0', '00', 1],
    ['qabxcd', 'abycdf', 3],
    ['Lorem ipsum.', 'XYZLorem ABC iPsum', 9],
  ])('of %j and %j comes from %d edits', (one, other, edits) => {
    const expected = 1 - edits / Math.max(one.length, other.length);
    expect(value({ type: 'levenshtein' }, one, other)).toBeCloseTo(expected, 12);
    expect(value({ type: 'levenshtein' }, other, one)).toBeCloseTo(expected, 12);
  });

  it.each<[string, string, object, number]>([
    // The distances of "kitten" to "sitting" (3) and "Saturday" to "Sunday" (3) are Wagner and Fischer's examples.
    ['kitten', 'sitting', {}, 1 - 3 / 7],
    ['Sunday', 'Saturday', {}, 1 - 3 / 8],
    ['😀', '😁', {}, 0],
    ['PARIS', 'paris', { ignore_case: true }, 1],
    ['', 'paris', {}, 0],
  ])('%j against %j with %j is %d', (output, target, options, expected) => {
    expect(value({ type: 'levenshtein', ...options }, output, target)).toBeCloseTo(expected, 12);
  });

  it('does not compare what would take too long', () => {
    expect(() => value({ type: 'levenshtein' }, 'a'.repeat(100_000), 'b'.repeat(100_000))).toThrow(
      Unscorable,
    );
  });
});

describe('every measure of overlap', () => {
  const specs = ['f1', 'bleu', 'rouge_n', 'rouge_l', 'chrf', 'levenshtein'].map((type) => ({ type }));
  const sentence = fc
    .array(fc.constantFrom('Paris', 'is', 'big', 'old', '42'), { minLength: 1 })
    .map((w) => w.join(' '));

  it.each(specs)('gives 1 to the target itself, and most to the nearest target: %j', (spec) => {
    fc.assert(
      fc.property(sentence, sentence, (one, other) => {
        expect(value(spec, one, one)).toBe(1);
        expect(value(spec, one, other, one)).toBe(1);
        expect(value(spec, one, other)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each(['f1', 'rouge_n', 'rouge_l', 'levenshtein'])('%s is symmetric', (type) => {
    fc.assert(
      fc.property(
        sentence,
        sentence,
        (one, other) => value({ type }, one, other) === value({ type }, other, one),
      ),
    );
  });
});
