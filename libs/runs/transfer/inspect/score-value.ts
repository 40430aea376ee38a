const LETTERS = new Map([
  ['C', 1],
  ['P', 0.5],
  ['I', 0],
  ['N', 0],
]);
const WORDS = new Map([
  ['yes', 1],
  ['true', 1],
  ['no', 0],
  ['false', 0],
]);
const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;

/**
 * What Inspect's value_to_float() (inspect_ai/scorer/_metric.py) makes of the value of a score, where that is in [0, 1].
 * @returns null where the sample was not scored (NaN, which logs write as null), undefined where the value has no place
 * here: lists, maps, other words and other numbers, of which Inspect makes 0 or figures beyond [0, 1].
 */
export function scoreValue(value: unknown): number | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return Number(value);
  const number = typeof value === 'string' ? fromText(value) : value;
  return typeof number === 'number' && number >= 0 && number <= 1 ? number : undefined;
}

function fromText(text: string): number | undefined {
  return LETTERS.get(text) ?? WORDS.get(text.toLowerCase()) ?? (NUMBER.test(text) ? Number(text) : undefined);
}
