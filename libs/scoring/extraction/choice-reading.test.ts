import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChoice } from './choice-reading.js';

const cities = ['London', 'Paris', 'Berlin', 'Rome'];
const pets = ['A dog', 'A cat', 'I am not sure', 'A Dogfish'];
const letter = (text: string, choices?: string[]): string | null => readChoice(text, choices).letter;

describe('readChoice, where the answer is clear', () => {
  it.each([
    'B',
    'b',
    'B.',
    '(B)',
    '[B]',
    '**B**',
    '**(B)**',
    '"B"',
    '`B`',
    ' B\n',
    'B)',
    '$B$',
    String.raw`\boxed{B}`,
    String.raw`$\boxed{\text{B}}$`,
    String.raw`\boxed{\textbf{(B) } Paris}`,
    String.raw`The final answer is $\boxed{B}$.`,
    String.raw`\boxed{Paris}`,
    'Paris',
    'paris.',
    '**Paris**',
    'B) Paris',
    'B. Paris',
    'B: Paris',
    'B - Paris',
    '(B) Paris',
    '**B) Paris**',
    'B. Paris\n\nParis has been the capital of France since 987.',
    'B, because the Eiffel Tower stands there.',
    'The answer is (B)',
    'The answer is B.',
    'the answer is b.',
    'The answer is: B',
    'The answer is **B**.',
    'The answer is **(B) Paris**.',
    'The answer is option B',
    'The answer is option (B), Paris.',
    'The answer is therefore B.',
    'The answer is Paris.',
    'The answer is "Paris".',
    'The answer is Paris, because of the tower.',
    'The answer is Paris because of the tower.',
    'The answer to this question is B.',
    'The correct answer would be B because it says so',
    'The correct option is B',
    'Best choice: (B)',
    'Answer: B',
    'ANSWER: B',
    'Answer - B',
    'Answer:B',
    'Answer: B) Paris',
    'Answer: B Paris',
    'Answer:\n\nB',
    '**Answer:** B',
    '**Answer**: B',
    '### Final Answer\n\n**B**',
    'Final answer: Paris',
    '<answer>B</answer>',
    '<answer>\nParis\n</answer>',
    "I'd go with B.",
    'I would choose (B)',
    'I choose option B, as London is in England.',
    'Option B is correct.',
    '(B) is the correct answer.',
    'B is the most appropriate choice here.',
    'London is in England and Rome in Italy.\n\nB',
    'Let us compare (A) and (C) first.\nNeither fits.\n**B**',
    'I first thought the answer is A. Wait, that is wrong. The answer is B.',
    'Answer: A\n\nOn reflection, the correct answer is (B).',
    'A) London\nB) Paris\nC) Berlin\nD) Rome\n\nThe answer is B.',
    'Of all these only option B fits.',
    'It must be (B), I think.',
    'Comparing (A) with (D) again.\nB) Paris',
    'Thought one.\nThought two.\nParis',
  ])('reads B from %j', (text) => {
    expect(letter(text, cities)).toBe('B');
  });
});

describe('readChoice, where nothing may be guessed', () => {
  it.each([
    '',
    '   \n',
    'A dog barked.',
    'I think it is a hard question.',
    'A capital is a city.',
    'The answer is a matter of taste.',
    'The answer is a "city".',
    'Answer: a city in France.',
    'The answer is unclear.',
    'I am unable to answer.',
    'E',
    'Answer: Z',
    'The answer is B or C.',
    'The answer is (B) or (C).',
    'Answer: B and C',
    'Which is the answer: A, B, C or D?',
    'A) London\nB) Paris\nC) Berlin\nD) Rome',
    'London\nParis',
    'Both (A) and (B) are plausible.',
    'Option A is wrong. Option B is the best-known trap.',
    'B is not correct.',
    'The answer is not B.',
    'The answer is not (B) but (C).',
    'The answer is Paris Hilton.',
    'Vitamin B is important; see plan A.',
    'Parisian',
  ])('reads nothing from %j', (text) => {
    expect(letter(text, cities)).toBeNull();
  });

  it('says which options compete', () => {
    expect(readChoice('Both (C) and (B) are plausible.', cities).how).toBe('several options are named: B, C');
    expect(readChoice('No idea.', cities).how).toBe('no option is named');
  });
});

describe('readChoice, where texts look like letters or like each other', () => {
  it.each([
    ['A cat', 'B'],
    ['Answer: A cat', 'B'],
    ['The answer is A dog.', 'A'],
    ['The answer is a dog.', 'A'],
    ['The answer is A', 'A'],
    ['The answer is A because dogs bark', 'A'],
    ['A', 'A'],
    ['I am not sure', 'C'],
    ['I am sure that it barks', null],
    ['A) A dog', 'A'],
    ['Answer: A Dogfish', 'D'],
    ['A whale', null],
  ])('reads %j among pets as %j', (text, expected) => {
    expect(letter(text, pets)).toBe(expected);
  });

  it('takes the longest option that the text spells out', () => {
    const numbers = ['4', '42', '4.2', '-4'];
    expect(letter('The answer is 42.', numbers)).toBe('B');
    expect(letter('The answer is 4.2', numbers)).toBe('C');
    expect(letter('The answer is 4.', numbers)).toBe('A');
    expect(letter('Answer: -4', numbers)).toBe('D');
    expect(letter('The answer is 43.', numbers)).toBeNull();
    expect(letter('The answer is Paris, Texas.', ['Paris', 'Paris, Texas'])).toBe('B');
    expect(letter('The answer is Paris, in France.', ['Paris', 'Paris, Texas'])).toBe('A');
    expect(letter('Answer: 4.7', numbers)).toBeNull();
  });

  it('does not choose between two options with the same text', () => {
    expect(letter('Paris', ['Paris', 'paris.', 'Rome'])).toBeNull();
    expect(letter('Rome', ['Paris', 'paris.', 'Rome'])).toBe('C');
  });

  it('is ambiguous where a letter is the text of another option', () => {
    const groups = ['O', 'A', 'B', 'AB'];
    expect(readChoice('A', groups)).toEqual({
      letter: null,
      how: 'what it states is the letter of one option and the text of another',
    });
    expect(letter('The answer is B.', groups)).toBeNull();
    expect(letter('AB', groups)).toBe('D');
    expect(letter('D', groups)).toBe('D');
  });

  it('reads the letter I only where there are nine options', () => {
    const nine = Array.from({ length: 9 }, (_, index) => `option number ${index}`);
    expect(letter('The answer is I.', nine)).toBe('I');
    expect(letter('The answer is I think so', nine)).toBeNull();
    expect(letter('The answer is I.', cities)).toBeNull();
  });

  it('reads letters alone when it does not know the options', () => {
    expect(letter('The answer is (C).')).toBe('C');
    expect(letter('Answer: J')).toBe('J');
    expect(letter('Paris')).toBeNull();
  });
});

describe('readChoice on any text', () => {
  it('never throws and gives a letter of an option, or none', () => {
    const words = [
      'answer is ',
      'A',
      'B)',
      '(C) ',
      '\n',
      ' ',
      'option ',
      '\\boxed{',
      '}',
      'Paris',
      '**',
      ':',
      'I',
    ];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.constantFrom(...words)).map((w) => w.join('')),
        ),
        (text) => {
          const found = letter(text, cities);
          return found === null || 'ABCD'.includes(found);
        },
      ),
    );
  });

  it('reads back every letter in every usual form', () => {
    const forms = [
      '{}',
      '({})',
      '**{}**',
      'Answer: {}',
      'The answer is ({}).',
      '\\boxed{{}}',
      '{} is correct.',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...'ABCD'),
        fc.constantFrom(...forms),
        (wanted, form) =>
          letter(`Let me think about a city.\n${form.replace('{}', wanted)}`, cities) === wanted,
      ),
    );
  });

  it.each([
    'answer ',
    'answer is ',
    'answer: ',
    '\n',
    ' ',
    '(',
    '**',
    'A ',
    '(A) ',
    '\\text{',
    '\\boxed{',
    'option A ',
    'A.',
    '"',
    'A is ',
  ])('reads 100,000 characters of %j in linear time', (unit) => {
    const text = unit.repeat(100_000 / unit.length);
    const started = performance.now();
    readChoice(`${text}x`, cities);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
