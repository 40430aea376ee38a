import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExtraction, extractionSchema } from './extraction-steps.js';

const extract = (steps: unknown[], output: string, choices?: string[]): string | null =>
  compileExtraction(extractionSchema.parse(steps))(output, choices);

const problems = (steps: unknown): string[] =>
  extractionSchema
    .safeParse(steps)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('extraction', () => {
  it.each<[string, unknown[], string, string | null]>([
    ['the group, where there is one', [{ type: 'regex', pattern: 'is (\\d+)' }], 'a is 1, b is 2', '2'],
    [
      'the whole match, where there is none',
      [{ type: 'regex', pattern: 'is \\d+' }],
      'a is 1, b is 2',
      'is 2',
    ],
    ['the first match', [{ type: 'regex', pattern: 'is (\\d+)', take: 'first' }], 'a is 1, b is 2', '1'],
    ['another group', [{ type: 'regex', pattern: '(\\d+) (kg|m)', group: 2 }], '5 kg, 7 m', 'm'],
    ['the whole match, by group 0', [{ type: 'regex', pattern: '(\\d+) kg', group: 0 }], '5 kg', '5 kg'],
    ['no match', [{ type: 'regex', pattern: '\\d+' }], 'none', null],
    ['a group outside the match', [{ type: 'regex', pattern: 'a|(b)' }], 'a', null],
    ['ignoring case', [{ type: 'regex', pattern: 'ANSWER: (.*)', flags: 'i' }], 'Answer: x', 'x'],
    ['dot without newlines', [{ type: 'regex', pattern: '<(.*)>' }], '<a\nb>', null],
    ['dot with newlines', [{ type: 'regex', pattern: '<(.*)>', flags: 's' }], '<a\nb>', 'a\nb'],
    ['lines', [{ type: 'regex', pattern: '^#### (.*)$', flags: 'm' }], 'x\n#### 5\ny', '5'],
    ['behind the last marker', [{ type: 'after', marker: 'A:' }], 'A: 1\nA: 2', ' 2'],
    ['behind the first marker', [{ type: 'after', marker: 'A:', take: 'first' }], 'A: 1\nA: 2', ' 1\nA: 2'],
    ['no marker', [{ type: 'after', marker: '####' }], 'It is 5', null],
    ['nothing behind the marker', [{ type: 'after', marker: '####' }], 'It is 5 ####  \n', null],
    ['the last number', [{ type: 'last_number' }], 'from $1,200.50 to $1,300.00.', '1300'],
    ['no number', [{ type: 'last_number' }], 'none', null],
    ['a letter', [{ type: 'choice' }], 'The answer is (C).', 'C'],
    ['no letter', [{ type: 'choice' }], 'A dog barked.', null],
    ['trimmed', [{ type: 'trim' }], '  a b \n', 'a b'],
    ['lower case', [{ type: 'lowercase' }], 'ÀB', 'àb'],
    ['the first line', [{ type: 'first_line' }], '\n \r\n one \r\ntwo', ' one '],
    ['the last line', [{ type: 'last_line' }], 'one\n two\n\n  ', ' two'],
    ['only blanks', [{ type: 'first_line' }], ' \n ', null],
    [
      'step by step',
      [{ type: 'after', marker: 'Answer:' }, { type: 'first_line' }, { type: 'trim' }, { type: 'lowercase' }],
      'Answer: Paris \nIt is in France.',
      'paris',
    ],
  ])('takes %s', (_what, steps, output, expected) => {
    expect(extract(steps, output)).toBe(expected);
  });

  it('knows the options of the sample', () => {
    expect(extract([{ type: 'choice' }], 'The answer is Paris.', ['London', 'Paris'])).toBe('B');
  });

  it.each<[string, unknown, string]>([
    ['no steps', [], 'Too small'],
    ['an unknown step', [{ type: 'guess' }], '0.type: Invalid'],
    ['a misspelt option', [{ type: 'after', marker: 'A:', takes: 'last' }], 'Unrecognized key: "takes"'],
    ['a broken pattern', [{ type: 'regex', pattern: '(a' }], '/(a/ does not compile: missing closing )'],
    ['look-ahead', [{ type: 'regex', pattern: '(?=a)' }], 'RE2 syntax'],
    [
      'a group that is not there',
      [{ type: 'regex', pattern: '(a)', group: 2 }],
      '0.group: Group 2 does not exist',
    ],
    ['an unknown flag', [{ type: 'regex', pattern: 'a', flags: 'g' }], 'Flags are any of i'],
    ['a pattern that unfolds', [{ type: 'regex', pattern: '(\\w{30}){30}(\\w{30}){30}' }], 'too large'],
    ['an empty marker', [{ type: 'after', marker: '' }], '0.marker: Too small'],
  ])('refuses %s', (_what, steps, message) => {
    expect(problems(steps).join('\n')).toContain(message);
  });

  it.each(['trim', 'lowercase', 'first_line', 'last_line', 'last_number', 'choice'])(
    '%s is idempotent',
    (type) => {
      const step = compileExtraction(extractionSchema.parse([{ type }]));
      fc.assert(
        fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.lorem({ mode: 'sentences' })), (text) => {
          const once = step(text);
          return once === null || step(once) === once;
        }),
      );
    },
  );
});
