/** A number as found in text. */
export interface ParsedNumber {
  /** Plain decimal notation, exact at any length: "-1234.5", no separators, no superfluous zeros. */
  text: string;
  /** The nearest double; always finite. */
  value: number;
}

const SIGN = '[-+−–－]';
/** 1,234 and 1'234 and 1_234, the no-break spaces of typeset text, and LaTeX's 1{,}234 and 1\,234. */
const SEPARATOR = String.raw`(?:,|\{,\}|\\,|[\u00a0\u2009\u202f'’_])`;
const INTEGER = String.raw`\d{1,3}(?:${SEPARATOR}\d{3})+(?!\d)|\d+`;
const DIGITS = String.raw`(?:(?<integer>${INTEGER})(?:\.(?<fraction>\d+))?|(?<![\p{L}\p{N}])\.(?<bare>\d+))`;
const POWER = [
  String.raw`[eE](?<e>[-+]?\d+)(?![\p{L}\p{N}])`,
  String.raw`\s?(?:[×xX*·]|\\times|\\cdot)\s?10(?:\^\{?(?<power>${SIGN}?\d+)\}?|(?<raised>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))`,
].join('|');
/** A minus after a digit or a closing bracket subtracts or joins a range: "16-3", "5%-10%". */
const PREFIX = String.raw`(?<sign>(?<![\p{L}\p{N})\]}%])${SIGN})?(?:\\?\p{Sc}\s?)?(?<inner>(?<=\p{Sc}\s?)${SIGN})?`;
/** What makes digits part of a name or an exponent, and no number of their own: "CO2", "GPT-4", "m^2". */
const GLUE = String.raw`(?<glue>(?:[\p{Script=Latin}\p{Script=Greek}_]-?|\^[{(]?${SIGN}?)(?=\d))`;

const NUMBER = String.raw`(?:${GLUE}|${PREFIX})${DIGITS}(?:${POWER})?`;
const ALL_NUMBERS = new RegExp(NUMBER, 'gu');
const WHOLE_NUMBER = new RegExp(`^(?:${NUMBER})\\s?(?:\\\\?%|\\p{Sc})?$`, 'u');

/**
 * Every number in the text, in order. The comma separates thousands, the point decimals. Currency signs, percent
 * signs, units and markup around a number are ignored: "$1,200.00" is 1200 and "50 %" is 50.
 */
export function* findNumbers(text: string): Generator<ParsedNumber> {
  for (const match of text.matchAll(ALL_NUMBERS)) {
    const number = fromMatch(match);
    if (number) yield number;
  }
}

/** The number that the whole text is, with at most a currency or percent sign; null when it is anything else. */
export function parseNumber(text: string): ParsedNumber | null {
  const match = WHOLE_NUMBER.exec(text.trim());
  return match && fromMatch(match);
}

/** The first or last number in the text, or null. */
export function takeNumber(text: string, take: 'first' | 'last'): ParsedNumber | null {
  let taken: ParsedNumber | null = null;
  for (const number of findNumbers(text)) {
    taken = number;
    if (take === 'first') break;
  }
  return taken;
}

function fromMatch({ groups = {} }: RegExpMatchArray | RegExpExecArray): ParsedNumber | null {
  if (groups.glue !== undefined) return null;
  const integer = (groups.integer ?? '').replace(/\D/g, '');
  const fraction = groups.fraction ?? groups.bare ?? '';
  const exponent = Number(asciiInteger(groups.e ?? groups.power ?? groups.raised ?? '0'));
  const negative = isMinus(groups.sign) || isMinus(groups.inner);

  const magnitude = Number(`${integer}.${fraction}e${exponent}`);
  if (!Number.isFinite(magnitude)) return null;
  const text = magnitude === 0 ? '0' : plainDecimal(integer, fraction, exponent);
  return { text: negative && text !== '0' ? `-${text}` : text, value: negative ? -magnitude : magnitude };
}

const isMinus = (sign: string | undefined): boolean => sign !== undefined && sign !== '+';

function asciiInteger(text: string): string {
  return text
    .replace(/[−–－⁻]/g, '-')
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) => String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)));
}

/** Digits with the point moved by `exponent` places; the caller made sure that the value is finite and not zero. */
function plainDecimal(integer: string, fraction: string, exponent: number): string {
  const point = integer.length + exponent;
  const digits = (integer + fraction).padEnd(point, '0');
  const whole = digits.slice(0, Math.max(point, 0)).replace(/^0+/, '') || '0';
  const rest = '0'.repeat(Math.max(-point, 0)) + digits.slice(Math.max(point, 0));
  let end = rest.length;
  while (rest[end - 1] === '0') end -= 1;
  return end > 0 ? `${whole}.${rest.slice(0, end)}` : whole;
}
