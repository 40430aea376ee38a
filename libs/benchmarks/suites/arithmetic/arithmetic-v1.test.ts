import { describe, expect, it } from 'vitest';
import { arithmeticV1 } from './arithmetic-v1.js';

/** Exact fractions, so that nothing here rounds as the generators might. */
interface Rational {
  n: bigint;
  d: bigint;
}

function rational(text: string): Rational {
  const [whole = '', fraction = ''] = text.split('.');
  return { n: BigInt(whole + fraction), d: 10n ** BigInt(fraction.length) };
}

const OPERATORS: Record<string, (a: Rational, b: Rational) => Rational> = {
  '+': (a, b) => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d }),
  '-': (a, b) => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d }),
  '*': (a, b) => ({ n: a.n * b.n, d: a.d * b.d }),
  '/': (a, b) => ({ n: a.n * b.d, d: a.d * b.n }),
  '^': (a, b) => ({ n: a.n ** b.n, d: a.d ** b.n }),
};

/** The value of an expression by precedence climbing. */
function evaluate(expression: string): Rational {
  const tokens = expression.match(/\d+(?:\.\d+)?|[-+*/^()]/g) ?? [];
  const level = (depth: number): Rational => {
    if (depth === 3) {
      const token = tokens.shift() ?? '';
      if (token !== '(') return rational(token);
      const inner = level(0);
      tokens.shift();
      return inner;
    }
    let left = level(depth + 1);
    while (['+-', '*/', '^'][depth]?.includes(tokens[0] ?? 'none')) {
      const operator = OPERATORS[tokens.shift() ?? ''];
      const right = level(depth + 1);
      if (operator) left = operator(left, right);
    }
    return left;
  };
  return level(0);
}

const plain = ({ input }: { input: string }) => /^Compute (.+)\.$/.exec(input)?.[1];

/** A question's numbers in order, as one expression. */
const FORMULAS: Record<string, (n: string[]) => string> = {
  missing: ([a, sum]) => `${sum} - ${a}`,
  percentage: ([percent, whole]) => `${whole} / 100 * ${percent}`,
  fraction_of: ([numerator, denominator, whole]) => `${whole} / ${denominator} * ${numerator}`,
  as_decimal: ([numerator, denominator]) => `${numerator} / ${denominator}`,
  which_percentage: ([whole, part]) => `100 * ${part} / ${whole}`,
  giving: ([start, gift, found]) => `${start} + ${found} - ${gift}`,
  boxes: ([boxes, each, loose]) => `${loose} + ${each} * ${boxes}`,
  shopping: ([count, price, other, paid]) => `${paid} - ${other} - ${count} * ${price}`,
  journey: ([h1, s1, h2, s2]) => `${s1} * ${h1} + ${s2} * ${h2}`,
  comparison: ([first, factor, more]) => `${first} * (1 + ${factor}) + ${more}`,
  age: ([now, apart, years]) => `${now} + ${apart} + ${years}`,
  wages: ([rate, hours, extra]) => `${rate} * ${hours} + 2 * ${rate} * ${extra}`,
  tank: ([start, inflow, outflow, minutes]) => `${start} + ${minutes} * ${inflow} - ${minutes} * ${outflow}`,
  saving: ([price, saved, weekly]) => `(${price} - ${saved}) / ${weekly}`,
  fence: ([length, width, price]) => `(${length} + ${width} + ${length} + ${width}) * ${price}`,
  recipe: ([portions, flour, wanted]) => `${flour} * ${wanted} / ${portions}`,
  stages: ([pages]) => `${pages} / 2 * 2 / 3`,
  discount: ([price, count, percent]) => `${price} * ${count} - ${price} * ${count} * ${percent} / 100`,
};

/** Questions that a formula does not cover are worked out step by step. */
const SIMULATIONS: Record<string, (numbers: number[], input: string) => number> = {
  remainder([dividend = 0, divisor = 1]) {
    while (dividend >= divisor) dividend -= divisor;
    return dividend;
  },
  sharing([goods = 0, children = 1]) {
    while (goods >= children) goods -= children;
    return goods;
  },
  change: ([start = 0, percent = 0], input) =>
    start + (input.includes('rises') ? 1 : -1) * (start / 100) * percent,
};

describe('arithmetic-v1', () => {
  const samples = [1, 2, 3].flatMap((seed) => arithmeticV1.generate(seed, 'mixed'));

  it('has targets that an independent calculation finds, exactly', () => {
    for (const sample of samples) {
      const kind = String(sample.metadata?.kind);
      const numbers: string[] = sample.input.match(/\d+(?:\.\d+)?/g) ?? [];
      const expression = plain(sample) ?? FORMULAS[kind]?.(numbers);
      const value = expression
        ? evaluate(expression)
        : { n: BigInt(SIMULATIONS[kind]?.(numbers.map(Number), sample.input) ?? NaN), d: 1n };
      const target = rational(String(sample.target));
      expect(value.n * target.d === target.n * value.d, `${sample.input} ${String(sample.target)}`).toBe(
        true,
      );
    }
  });

  it('writes answers in the shortest form', () => {
    for (const { target } of samples) expect(target).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
  });

  it('leaves much to a plain calculator and much that needs reading', () => {
    const calculable = samples.filter((sample) => plain(sample) !== undefined).length;
    expect(calculable / samples.length).toBeGreaterThan(0.3);
    expect(calculable / samples.length).toBeLessThan(0.6);
  });
});
