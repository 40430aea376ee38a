import { it } from 'vitest';
import { expectOnlyTargets } from '../testing/expect-only-targets.js';

const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);
const upTo = (n: number): number[] => Array.from({ length: n + 1 }, (_, i) => i);

/** The one number up to 1,000 that fits. */
function search(fits: (candidate: number) => boolean): (choice: string) => boolean {
  const found = upTo(1_000).filter(fits);
  return (choice) => found.length === 1 && Number(choice) === found[0];
}

const is = (value: number) => (choice: string) => Number(choice) === value;

it('every problem has exactly one right choice, found by search and simulation', () => {
  expectOnlyTargets('mathematics', {
    linear_equation(input) {
      const [a = 0, b = 0, c = 0, d = 0] = numbers(input);
      return search((x) => a * x + b === c * x + d);
    },
    two_prices(input) {
      const [p1 = 0, b1 = 0, t1 = 0, p2 = 0, b2 = 0, t2 = 0] = numbers(input);
      return search((book) =>
        upTo(200).some((pen) => p1 * pen + b1 * book === t1 && p2 * pen + b2 * book === t2),
      );
    },
    power_remainder(input) {
      const [base = 0, exponent = 0, modulus = 0] = numbers(input);
      return is(Number(BigInt(base) ** BigInt(exponent) % BigInt(modulus)));
    },
    least_common_multiple(input) {
      const [a = 0, b = 0] = numbers(input);
      return is(upTo(a * b).find((t) => t > 0 && t % a === 0 && t % b === 0) ?? 0);
    },
    series_sum(input) {
      const [rows = 0, first = 0, more = 0] = numbers(input);
      let [seats, row] = [0, first];
      for (let i = 0; i < rows; i++, row += more) seats += row;
      return is(seats);
    },
    committees(input) {
      const [women = 0, men = 0, fromWomen = 0, fromMen = 0] = numbers(input);
      const ones = (bits: number): number => (bits === 0 ? 0 : (bits & 1) + ones(bits >> 1));
      const committees = upTo(2 ** (women + men) - 1).filter(
        (bits) => ones(bits % 2 ** women) === fromWomen && ones(bits >> women) === fromMen,
      );
      return is(committees.length);
    },
    two_draws(input) {
      const [red = 0, blue = 0] = numbers(input);
      const bag = upTo(red + blue - 1);
      const draws = bag.flatMap((first) =>
        bag.filter((second) => second !== first).map((second) => [first, second]),
      );
      const both = draws.filter((draw) => draw.every((marble) => marble < red)).length;
      return (choice) => {
        const [numerator = 0, denominator = 1] = choice.split('/').map(Number);
        return numerator * draws.length === both * denominator;
      };
    },
    successive_percentages(input) {
      const [start = 0, up = 0, down = 0] = numbers(input);
      const higher = start + (start / 100) * up;
      return is(Math.round((higher - (higher / 100) * down) * 1e6) / 1e6);
    },
    missing_number(input) {
      const [count = 0, average = 0, ...values] = numbers(input);
      return search((x) => [...values, x].reduce((sum, value) => sum + value) / count === average);
    },
    right_triangle(input) {
      const [ladder = 0, foot = 0] = numbers(input);
      return search((height) => height ** 2 === ladder ** 2 - foot ** 2);
    },
    joint_work(input) {
      const [one = 0, other = 0] = numbers(input);
      return search((minutes) => minutes * other + minutes * one === one * other);
    },
  });
});
