import type { Kind, Question } from '../suite.js';
import { decimal } from './exact.js';

const compute = (expression: string, answer: number | string): Question => ({
  input: `Compute ${expression}.`,
  answer: String(answer),
});

/** Digits of numbers by level: 1 to 2, 3, 4. */
const upTo = (level: number): number => 10 ** (level + 1) - 1;

export const additionSubtraction: Record<string, Kind<Question>> = {
  sum(random, level) {
    const [a, b] = [random.int(10, upTo(level)), random.int(10, upTo(level))];
    return compute(`${a} + ${b}`, a + b);
  },
  difference(random, level) {
    const [a, b] = [random.int(10, upTo(level)), random.int(10, upTo(level))];
    return compute(`${a} - ${b}`, a - b);
  },
  chain(random, level) {
    const [a, b, c, d] = [0, 0, 0, 0].map(() => random.int(10, upTo(level))) as [
      number,
      number,
      number,
      number,
    ];
    return compute(`${a} - ${b} + ${c} - ${d}`, a - b + c - d);
  },
  decimals(random, level) {
    const [a, b] = [random.int(100, 10 * upTo(level)), random.int(100, 10 * upTo(level))];
    const isSum = random.int(0, 1) === 1;
    const result = decimal(isSum ? a + b : a - b, 2);
    return compute(`${decimal(a, 2)} ${isSum ? '+' : '-'} ${decimal(b, 2)}`, result);
  },
  missing(random, level) {
    const [a, b] = [random.int(10, upTo(level)), random.int(10, upTo(level))];
    return { input: `Which number must be added to ${a} to make ${a + b}?`, answer: String(b) };
  },
};

export const multiplicationDivision: Record<string, Kind<Question>> = {
  product(random, level) {
    const [a, b] = [random.int(6, upTo(level)), random.int(6, upTo(1))];
    return compute(`${a} * ${b}`, a * b);
  },
  quotient(random, level) {
    const [a, b] = [random.int(6, upTo(level)), random.int(3, 99)];
    return compute(`${a * b} / ${b}`, a);
  },
  decimal_product(random, level) {
    const [a, b] = [random.int(11, upTo(level)), random.int(11, 99)];
    return compute(`${decimal(a, 1)} * ${decimal(b, 1)}`, decimal(a * b, 2));
  },
  remainder(random, level) {
    const [a, b] = [random.int(100, 10 * upTo(level)), random.int(7, 60)];
    return { input: `What is the remainder when ${a} is divided by ${b}?`, answer: String(a % b) };
  },
  powers(random, level) {
    const [a, b, exponent] = [random.int(6, 60), random.int(6, 60), level === 3 ? 3 : 2];
    const isSum = random.int(0, 1) === 1;
    const [x, y] = [a ** exponent, level === 1 ? b : b ** 2];
    return compute(
      `${a}^${exponent} ${isSum ? '+' : '-'} ${level === 1 ? b : `${b}^2`}`,
      isSum ? x + y : x - y,
    );
  },
};

export const multiStep: Record<string, Kind<Question>> = {
  product_of_sum(random, level) {
    const [a, b, c] = [random.int(3, 30 * level), random.int(3, 60 * level), random.int(3, 60 * level)];
    return compute(`${a} * (${b} + ${c})`, a * (b + c));
  },
  precedence(random, level) {
    const [a, b, c, d] = [
      random.int(10, 90 * level),
      random.int(3, 12 * level),
      random.int(3, 12),
      random.int(2, 90),
    ];
    return compute(`${a} + ${b} * ${c} - ${d}`, a + b * c - d);
  },
  difference_of_products(random, level) {
    const [a, b, c, d] = [0, 0, 0, 0].map(() => random.int(4, 15 * level)) as [
      number,
      number,
      number,
      number,
    ];
    return compute(`${a} * ${b} - ${c} * ${d}`, a * b - c * d);
  },
  quotient_of_sum(random, level) {
    const [quotient, b] = [random.int(5, 60 * level), random.int(3, 12 * level)];
    const part = random.int(2, quotient * b - 2);
    return compute(`(${quotient * b - part} + ${part}) / ${b}`, quotient);
  },
  nested(random, level) {
    const [a, b, c, d, e] = [0, 0, 0, 0, 0].map(() => random.int(2, 9 * level)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return compute(`(${a} + ${b} * (${c} - ${d})) * ${e}`, (a + b * (c - d)) * e);
  },
};

export const fractionsPercentages: Record<string, Kind<Question>> = {
  percentage(random, level) {
    const [percent, whole] = [
      random.int(1, 33 * level),
      random.int(2, 100 * level) * (level === 1 ? 100 : 10),
    ];
    return { input: `What is ${percent} % of ${whole}?`, answer: decimal(percent * whole, 2) };
  },
  fraction_of(random, level) {
    const denominator = random.int(3, 6 + 3 * level);
    const [numerator, unit] = [random.int(2, denominator - 1), random.int(4, 40 * level)];
    return {
      input: `What is ${numerator}/${denominator} of ${unit * denominator}?`,
      answer: String(numerator * unit),
    };
  },
  as_decimal(random, level) {
    const denominator = random.pick([4, 5, 8, 16, 20, 25, 40, 50, 80, 125].slice(0, 4 + 3 * (level - 1)));
    const numerator = random.int(1, 300 * level);
    const places = 4;
    const answer = decimal((numerator * 10 ** places) / denominator, places);
    return { input: `Write ${numerator}/${denominator} as a decimal number.`, answer };
  },
  change(random, level) {
    const [start, percent] = [100 * random.int(1, 50 * level), random.int(2, 20 * level)];
    const isRise = random.int(0, 1) === 1;
    const answer = (start * (100 + (isRise ? percent : -percent))) / 100;
    const verb = isRise ? 'rises' : 'falls';
    return {
      input: `A price of ${start} ${verb} by ${percent} %. What is the new price?`,
      answer: String(answer),
    };
  },
  which_percentage(random, level) {
    const [percent, hundreds] = [random.int(3, 97), random.int(1, 15 * level)];
    const input = `What percentage of ${hundreds * 100} is ${hundreds * percent}? Give the number without the % sign.`;
    return { input, answer: String(percent) };
  },
};
