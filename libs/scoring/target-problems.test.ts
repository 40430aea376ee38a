import { describe, expect, it } from 'vitest';
import { scoringSpecSchema } from './scoring-spec.js';
import { compileTargetProblems } from './target-problems.js';

const problems = (scorers: unknown[], targets: string[], choices?: string[]): string =>
  compileTargetProblems(scoringSpecSchema.parse({ scorers }))({ targets, choices }).join('\n');

const choices = ['London', 'Paris', 'paris.'];

describe('compileTargetProblems', () => {
  it.each<[string, unknown, string[], string[] | undefined]>([
    ['exact', { type: 'exact' }, ['Paris'], undefined],
    ['includes', { type: 'includes' }, ['Paris'], undefined],
    ['regex', { type: 'regex' }, ['gr[ea]y'], undefined],
    ['regex with its own pattern', { type: 'regex', pattern: 'x' }, ['('], undefined],
    ['numeric', { type: 'numeric' }, ['$1,200', '50%'], undefined],
    ['multiple_choice by letter', { type: 'multiple_choice' }, ['A', 'b'], choices],
    ['multiple_choice by text', { type: 'multiple_choice' }, ['London'], choices],
    ['multiple_choice, letter and text alike', { type: 'multiple_choice' }, ['A'], ['A', 'B']],
  ])('finds none in what fits %s', (_what, scorer, targets, options) => {
    expect(problems([scorer], targets, options)).toBe('');
  });

  it.each<[string, unknown, string[], string[] | undefined, string]>([
    ['no target', { type: 'exact' }, [], undefined, 'no target'],
    ['an empty target', { type: 'exact' }, [' '], undefined, 'empty once normalized'],
    [
      'a target of punctuation',
      { type: 'exact', ignore_punctuation: true },
      ['?!'],
      undefined,
      '"?!" is empty',
    ],
    ['a target in every output', { type: 'includes' }, [''], undefined, 'every output contains'],
    ['a broken pattern', { type: 'regex' }, ['('], undefined, 'The pattern /(/ does not compile'],
    ['words for a number', { type: 'numeric' }, ['18', 'eighteen'], undefined, '"eighteen" is not a number'],
    ['a fraction', { type: 'numeric' }, ['1/2'], undefined, '"1/2" is not a number'],
    ['no choices', { type: 'multiple_choice' }, ['A'], undefined, 'fewer than two choices'],
    ['too many choices', { type: 'multiple_choice' }, ['A'], Array(27).fill('x'), '27 choices'],
    ['a letter too far', { type: 'multiple_choice' }, ['D'], choices, 'neither a letter from A to C'],
    ['a text of no choice', { type: 'multiple_choice' }, ['Rome'], choices, '"Rome" is neither'],
    ['a text of two choices', { type: 'multiple_choice' }, ['Paris'], choices, 'exactly one choice'],
    ['a letter that is another text', { type: 'multiple_choice' }, ['A'], ['O', 'A'], 'the text of another'],
  ])('finds %s', (_what, scorer, targets, options, message) => {
    expect(problems([scorer], targets, options)).toContain(message);
  });

  it('names each scorer that cannot judge, once', () => {
    expect(problems([{ type: 'numeric', name: 'amount' }, { type: 'exact' }], ['x', 'x'])).toBe(
      'The scorer "amount" cannot judge this sample: the target "x" is not a number; write it bare, such as 1234.5.',
    );
  });
});
