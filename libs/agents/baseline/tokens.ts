import { digitsForWords } from './number-words.js';

/** A piece of a problem's text; words are lower-case, and the symbol `.` stands for every end of a sentence. */
export type Token = { kind: 'number'; value: number } | { kind: 'symbol' | 'word'; text: string };

const PIECE =
  /\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|\p{L}+(?:['’]\p{L}+)?|[^\s\p{L}\d]/gu;

const SAME_SYMBOL: Record<string, string> = {
  '−': '-',
  '–': '-',
  '×': '*',
  '·': '*',
  '÷': '/',
  '?': '.',
  '!': '.',
  ';': '.',
  '[': '(',
  ']': ')',
};

/** Cuts a text into tokens; numbers may be in digits, with thousands separators, or in English words. */
export function tokenize(text: string): Token[] {
  return (digitsForWords(text).match(PIECE) ?? []).map((piece) => {
    if (/\d/.test(piece)) return { kind: 'number', value: Number(piece.replaceAll(',', '')) };
    if (/^\p{L}/u.test(piece)) return { kind: 'word', text: piece.toLowerCase() };
    return { kind: 'symbol', text: SAME_SYMBOL[piece] ?? piece };
  });
}
