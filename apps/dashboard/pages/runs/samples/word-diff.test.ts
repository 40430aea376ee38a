import { describe, expect, it } from 'vitest';
import { wordDiff, type Piece } from './word-diff.js';

const textOf = (pieces: Piece[], without: Piece['kind']): string =>
  pieces
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join('');

describe('wordDiff', () => {
  it('tells words that differ from those that do not', () => {
    expect(wordDiff('the answer is 12.', 'the right answer is 13.')).toEqual([
      { kind: 'same', text: 'the ' },
      { kind: 'added', text: 'right ' },
      { kind: 'same', text: 'answer is ' },
      { kind: 'removed', text: '12' },
      { kind: 'added', text: '13' },
      { kind: 'same', text: '.' },
    ]);
  });

  it.each([
    ['', ''],
    ['', 'all new'],
    ['all gone', ''],
    ['one\ntwo\n', 'two\nthree'],
    ['a a a b', 'b a a'],
    ['Grüße 👋🏽', 'Grüsse 👋'],
    ['x'.repeat(10) + ' same '.repeat(50), 'same '.repeat(40) + 'y'],
  ])('gives back both texts of %j and %j', (before, after) => {
    const pieces = wordDiff(before, after);
    expect(textOf(pieces, 'added')).toBe(before);
    expect(textOf(pieces, 'removed')).toBe(after);
  });

  it('goes by lines where there are too many words, and by the whole where there are too many lines', () => {
    const words = (seed: number) =>
      Array.from({ length: 30 }, (_, line) => `kept ${line}\n${`${seed}w${line} `.repeat(100)}\n`).join('');
    const [before, after] = [words(1), words(2)];
    const pieces = wordDiff(before, after);
    expect(pieces[0]).toEqual({ kind: 'same', text: 'kept 0\n' });
    expect(textOf(pieces, 'added')).toBe(before);

    const lines = (seed: number) => Array.from({ length: 2100 }, (_, line) => `${seed}.${line}\n`).join('');
    expect(wordDiff(lines(1), lines(2)).map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});
