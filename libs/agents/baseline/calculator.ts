import { evaluateAt } from './expression.js';
import { tokenize, type Token } from './tokens.js';
import { solveWordProblem } from './word-problem.js';

/** A problem is at the end of its prompt; reading no further back bounds the time that hostile text can take. */
const MAX_CHARACTERS = 4000;

/**
 * The result of the arithmetic that a prompt asks for: an expression in symbols or words, or a word problem of a
 * known shape. Reads the last paragraph with arithmetic, so that worked examples before it do not matter.
 * @returns null when it cannot compute that; never throws and never guesses.
 */
export function calculate(prompt: string): number | null {
  const tokens = paragraphs(prompt).map(tokenize).findLast(isProblem);
  if (!tokens) return null;
  const value = solveExpression(tokens) ?? solveWordProblem(tokens);
  return value !== null && Number.isFinite(value) && Math.abs(value) < 1e15 ? value : null;
}

/** A number as people write it: no exponent, no digits that come from binary fractions. */
export function formatNumber(value: number): string {
  const rounded = Number(value.toPrecision(12));
  return Number.isInteger(rounded) ? String(rounded) : rounded.toFixed(10).replace(/0+$/, '');
}

/** Of the text after the last "Question:", without the choices and the answer that follow it. */
function paragraphs(prompt: string): string[] {
  const text = prompt.slice(-MAX_CHARACTERS);
  const question = text.split(/^[ \t]*(?:question|problem|q)[ \t]*:/im).at(-1) ?? text;
  const [withoutAnswer = ''] = question.split(
    /^[ \t]*(?:answer|a|choices|options)[ \t]*:|^[ \t]*\(?A[).][ \t]/im,
  );
  return withoutAnswer.split(/\n[ \t]*\n/);
}

/** Words that make a problem of a single number. */
const OF_ONE_NUMBER = new Set(['half', 'twice', 'double', 'triple', 'root', 'squared', 'cubed']);

function isProblem(tokens: Token[]): boolean {
  const numbers = tokens.filter(({ kind }) => kind === 'number').length;
  return (
    numbers > 1 ||
    (numbers === 1 && tokens.some((token) => token.kind === 'word' && OF_ONE_NUMBER.has(token.text)))
  );
}

/** The one expression of the text. There is none where numbers remain outside it: then it is only part of a problem. */
function solveExpression(tokens: Token[]): number | null {
  for (let at = 0; at < tokens.length; at++) {
    const found = evaluateAt(tokens, at);
    if (found === null || found.operations === 0) {
      if (tokens[at]?.kind === 'number') return null;
      continue;
    }
    const before = tokens[at - 1];
    const isUnbalanced = before?.kind === 'symbol' && before.text === '(';
    const rest = tokens.slice(at + found.length);
    return isUnbalanced || rest.some(({ kind }) => kind === 'number') ? null : found.value;
  }
  return null;
}
