import { it } from 'vitest';
import type { SampleJson } from '../../sample.js';
import { expectSolvable } from '../testing/expect-solvable.js';
import { stringsV1 } from './strings-v1.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const quotedText = (input: string): string => /"(.+)"/.exec(input)?.[1] ?? '';
const listed = (input: string): string[] => /: ([a-z, ]+)\./.exec(input)?.[1]?.split(', ') ?? [];

function backwards(text: string): string {
  let result = '';
  for (const letter of text) result = letter + result;
  return result;
}

/** Selection sort by the place of letters in the alphabet. */
function sorted(words: string[]): string[] {
  const isBefore = (a: string, b: string): boolean => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const difference = ALPHABET.indexOf(a.charAt(i)) - ALPHABET.indexOf(b.charAt(i));
      if (difference !== 0) return difference < 0;
    }
    return a.length < b.length;
  };
  const rest = [...words];
  const result: string[] = [];
  while (rest.length > 0) {
    let first = 0;
    rest.forEach((word, i) => {
      if (isBefore(word, rest[first] ?? '')) first = i;
    });
    result.push(...rest.splice(first, 1));
  }
  return result;
}

function follow(step: string, words: string[]): string[] {
  const [, from = '', to = ''] = /^replace every (\w) by (\w+)$/.exec(step) ?? [];
  if (from !== '') return words.map((word) => word.split(from).join(to));
  if (step.startsWith('sort')) return sorted(words);
  if (step.includes('opposite order')) return words.map((_, i) => words[words.length - 1 - i] ?? '');
  if (step.includes('backwards')) return words.map(backwards);
  if (step.startsWith('move')) return words.map((word) => word.replace(/^(.)(.*)$/, '$2$1'));
  if (step.startsWith('leave out')) return words.map((word) => word.replace(/.$/, ''));
  const result = [...words];
  result[0] = words.at(-1) ?? '';
  result[words.length - 1] = words[0] ?? '';
  return result;
}

const length = ({ input }: SampleJson): number => input.length;

it('every question has the answer that doing it letter by letter gives', () => {
  expectSolvable(
    stringsV1,
    {
      count_letter(input) {
        const letter = /letter (\w) in/.exec(input)?.[1];
        return String(Array.from(quotedText(input)).filter((other) => other === letter).length);
      },
      pick_letters(input) {
        const place = ['first', 'second', 'third', 'fourth'].findIndex((word) =>
          input.includes(`the ${word} letter`),
        );
        let result = '';
        for (const word of listed(input)) result += Array.from(word)[place];
        return result;
      },
      reverse: (input) => backwards(quotedText(input)),
      sort(input) {
        const words = sorted(listed(input));
        return (input.includes('from z to a') ? words.reverse() : words).join(', ');
      },
      cipher(input) {
        const by = Number(/comes (\d+) place/.exec(input)?.[1]);
        return Array.from(quotedText(input), (letter) =>
          letter === '-' ? '-' : ALPHABET.repeat(2).charAt(ALPHABET.indexOf(letter) + by),
        ).join('');
      },
      recipe(input) {
        const steps = (/before: (.+)\. Which/.exec(input)?.[1] ?? '')
          .split('; ')
          .map((step) => step.slice(4));
        return steps.reduce((words, step) => follow(step, words), quotedText(input).split(' ')).join(' ');
      },
    },
    {
      count_letter: length,
      pick_letters: length,
      reverse: length,
      sort: length,
      cipher: length,
      recipe: length,
    },
  );
});
