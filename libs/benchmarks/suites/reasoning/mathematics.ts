import type { SeededRandom } from '#libs/common';
import type { Kind } from '../suite.js';
import { numberQuestion, type ChoiceQuestion } from './choice-question.js';

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

function powerModulo(base: number, exponent: number, modulus: number): number {
  if (exponent === 0) return 1 % modulus;
  const half = powerModulo(base, Math.floor(exponent / 2), modulus);
  return (half * half * (exponent % 2 === 0 ? 1 : base)) % modulus;
}

/** Starts at `start`, each later one `step` further. */
const series = (start: number, step: number, length: number): number[] =>
  Array.from({ length }, (_, i) => start + i * step);

export const mathematics: Record<string, Kind<ChoiceQuestion>> = {
  linear_equation(random, level) {
    const x = random.int(2, 9 * level);
    const [a, c] = [random.int(4, 6 + 3 * level), random.int(2, 3)];
    const rest = random.int(5, 40);
    const [b, d] = [rest + c * x, rest + a * x];
    const input = `Solve for x: ${a}x + ${b} = ${c}x + ${d}.`;
    return numberQuestion(random, input, x, [
      x + a - c,
      x + c,
      Math.abs(x - c),
      Math.round((d + b) / (a - c)),
    ]);
  },

  two_prices(random, level) {
    const [pen, book] = [random.int(2, 4 + 3 * level), random.int(6, 12 + 4 * level)];
    const [p1, b1] = [random.int(2, 6), random.int(1, 4)];
    const [p2, b2] = [p1 + random.int(1, 3), b1];
    const total = (pens: number, books: number) => pens * pen + books * book;
    const input =
      `At a stall, ${p1} pens and ${b1} notebooks cost ${total(p1, b1)} crowns, ` +
      `while ${p2} pens and ${b2} notebooks cost ${total(p2, b2)} crowns. ` +
      'All pens cost the same and all notebooks cost the same. How many crowns does one notebook cost?';
    return numberQuestion(random, input, book, [pen, book + pen, total(p2, b2) - total(p1, b1), book - pen]);
  },

  power_remainder(random, level) {
    const base = random.int(2, 4 + 5 * level);
    const exponent = random.int(5 * level, 15 * level);
    const modulus = random.pick([7, 9, 11, 13, 17].slice(0, 2 + level));
    const answer = powerModulo(base, exponent, modulus);
    const input = `What is the remainder when ${base}^${exponent} is divided by ${modulus}?`;
    const mistakes = [
      (base * exponent) % modulus,
      powerModulo(base, exponent - 1, modulus),
      modulus - answer,
    ];
    return numberQuestion(random, input, answer, mistakes);
  },

  least_common_multiple(random, level) {
    const a = random.int(4, 12 + 8 * level);
    const b = a + random.int(1, 12 + 8 * level);
    const answer = (a / gcd(a, b)) * b;
    const input =
      `One lighthouse flashes every ${a} seconds and another every ${b} seconds. They have just flashed together. ` +
      'After how many seconds do they next flash together?';
    return numberQuestion(random, input, answer, [a * b, a + b, gcd(a, b), 2 * answer]);
  },

  series_sum(random, level) {
    const [start, step, length] = [random.int(2, 20), random.int(2, 4 + level), random.int(6, 10 * level)];
    const answer = (length * (2 * start + (length - 1) * step)) / 2;
    const input =
      `A theatre has ${length} rows. The first row has ${start} seats, and every later row has ${step} seats more ` +
      'than the row before it. How many seats does the theatre have?';
    const last = start + (length - 1) * step;
    return numberQuestion(random, input, answer, [
      answer + last + step,
      length * last,
      answer - last,
      length * start,
    ]);
  },

  committees(random, level) {
    const [women, men] = [random.int(3, 4 + level), random.int(3, 4 + level)];
    const [fromWomen, fromMen] = [random.int(1, 2), random.int(1, 2)];
    const answer = choose(women, fromWomen) * choose(men, fromMen);
    const input =
      `A club has ${women} women and ${men} men. In how many ways can it choose a committee of exactly ` +
      `${fromWomen} of the women and ${fromMen} of the men?`;
    const mistakes = [
      choose(women, fromWomen) + choose(men, fromMen),
      choose(women + men, fromWomen + fromMen),
      women ** fromWomen * men ** fromMen,
    ];
    return numberQuestion(random, input, answer, mistakes);
  },

  two_draws(random, level) {
    const [red, blue] = [random.int(2, 4 + 2 * level), random.int(2, 4 + 2 * level)];
    const all = red + blue;
    const input =
      `A bag holds ${red} red and ${blue} blue marbles. Two marbles are drawn one after the other without putting ` +
      'the first one back. What is the probability that both are red?';
    const answer = fraction(red * (red - 1), all * (all - 1));
    const mistakes = [
      fraction(red * red, all * all),
      fraction(red, all),
      fraction(red * (red - 1), all * all),
      fraction(red * blue, all * (all - 1)),
      fraction(1, all),
      fraction(red - 1, all - 1),
    ];
    return { input, answer, distractors: [...new Set(mistakes)].filter((mistake) => mistake !== answer) };
  },

  successive_percentages(random, level) {
    const [up, down] = [10 * random.int(1, 3 + level), 10 * random.int(1, 4)];
    const start = 100 * random.int(2, 20 * level);
    const answer = (start * (100 + up) * (100 - down)) / 10_000;
    const input =
      `A machine makes ${start} parts a day. Output rises by ${up} %, and the new output then falls by ${down} %. ` +
      'How many parts a day does the machine make in the end?';
    const mistakes = [
      (start * (100 + up - down)) / 100,
      (start * (100 + up)) / 100,
      (start * (100 - down)) / 100,
    ];
    return numberQuestion(random, input, answer, mistakes);
  },

  missing_number(random, level) {
    const values = series(0, 0, 3 + level).map(() => random.int(10, 60));
    const sum = values.reduce((total, value) => total + value, 0);
    const count = values.length + 1;
    const average = Math.ceil(sum / count) + random.int(3, 9);
    const answer = average * count - sum;
    const input =
      `The average of ${count} numbers is ${average}. All but one of them are ${values.join(', ')}. ` +
      'What is the remaining number?';
    return numberQuestion(random, input, answer, [average, average * values.length - sum, answer + average]);
  },

  right_triangle(random, level) {
    const [m, n] = euclid(random, level);
    const scale = random.int(1, 2 + level);
    const [a, b, c] = [m * m - n * n, 2 * m * n, m * m + n * n].map((side) => side * scale) as [
      number,
      number,
      number,
    ];
    const input =
      `A ladder that is ${c} dm long leans against a wall. Its foot stands ${Math.min(a, b)} dm from the wall on level ` +
      'ground. How high up the wall, in dm, does the ladder reach?';
    const answer = Math.max(a, b);
    return numberQuestion(random, input, answer, [
      c - Math.min(a, b),
      c + Math.min(a, b),
      Math.min(a, b),
      answer + scale,
    ]);
  },

  joint_work(random, level) {
    const together = random.int(2, 4 + 3 * level);
    const extra = random.pick(divisors(together * together));
    const [fast, slow] = [together + extra, together + (together * together) / extra];
    const input =
      `One pump alone empties a tank in ${fast} minutes and another alone in ${slow} minutes. ` +
      'How many minutes do both need together?';
    return numberQuestion(random, input, together, [
      (fast + slow) / 2,
      Math.abs(fast - slow),
      fast + slow,
      together + 1,
    ]);
  },
};

function euclid(random: SeededRandom, level: number): [number, number] {
  const n = random.int(1, 1 + level);
  return [n + random.int(1, 2 + level), n];
}

const divisors = (n: number): number[] => series(1, 1, n).filter((d) => n % d === 0);

function fraction(numerator: number, denominator: number): string {
  const common = gcd(numerator, denominator);
  return `${numerator / common}/${denominator / common}`;
}
