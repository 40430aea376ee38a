import { expect, it } from 'vitest';
import { expectSolvable } from '../testing/expect-solvable.js';
import { needleV1 } from './needle-v1.js';

const SEEDS = [1, 2, 3];
const DEPTHS = [0, 25, 50, 75, 100];

/** Looks through the text sentence by sentence for what the question names. */
function look(input: string): string {
  const question = input.slice(input.lastIndexOf('What'));
  const asked = [...question.matchAll(/the (\w+ \w+)(?=,| and|\?)/g)].map(([, name]) => name!);
  const sentences = input.split(/(?<=\.)\s+/);
  return asked
    .map((name) => {
      const about = sentences.filter((sentence) => sentence.startsWith(`The code of the ${name} is `));
      expect(about.length, name).toBe(1);
      return /\d+/.exec(about[0]!)?.[0];
    })
    .join(', ');
}

it('every code asked for stands in the text once', () => {
  const depths = DEPTHS.map((depth) => `depth_${depth}`);
  expectSolvable(
    needleV1,
    Object.fromEntries(depths.map((depth) => [depth, look])),
    Object.fromEntries(depths.map((depth) => [depth, ({ input }) => input.length])),
    SEEDS,
  );
});

it.each([
  ['easy', 4_000],
  ['medium', 32_000],
  ['hard', 128_000],
] as const)(
  'has texts of the length that %s promises, and the first code at its depth',
  (difficulty, length) => {
    for (const { input, category, target } of needleV1.generate(7, difficulty)) {
      expect(input.length).toBeGreaterThan(length);
      expect(input.length).toBeLessThan(length + 2_500);
      const depth = Number(String(category).replace('depth_', '')) / 100;
      const [code = ''] = String(target).split(', ');
      expect(Math.abs(input.indexOf(` ${code}.`) / input.length - depth)).toBeLessThan(0.06);
    }
  },
);
