import { expect } from 'vitest';
import type { SampleJson } from '../../sample.js';
import type { Difficulty, SuiteGenerator } from '../suite.js';

/** Finds the answer from what a reader sees, by another route than the generator's. */
type Solver = (input: string) => string;

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const LADDER: readonly Difficulty[] = ['easy', 'medium', 'hard'];

export const numbersIn = (text: string): number[] => (text.match(/\d+(\.\d+)?/g) ?? []).map(Number);
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Every question of many editions has the target that the solver of its category finds, and what `measure` says of the
 * questions of a category grows with the difficulty.
 */
export function expectSolvable(
  suite: SuiteGenerator,
  solvers: Record<string, Solver>,
  measures: Record<string, (sample: SampleJson) => number>,
  seeds = SEEDS,
): void {
  const grades = LADDER.map((difficulty) => seeds.flatMap((seed) => suite.generate(seed, difficulty)));
  const all = [...seeds.flatMap((seed) => suite.generate(seed, 'mixed')), ...grades.flat()];
  for (const sample of all) {
    const found = solvers[String(sample.category)]?.(sample.input);
    expect(found, `${sample.id}: ${sample.input}`).toBe(sample.target);
  }
  const categories = [...new Set(all.map(({ category }) => String(category)))].sort();
  expect(Object.keys(solvers).sort()).toEqual(categories);
  expect(Object.keys(measures).sort()).toEqual(categories);
  for (const [category, measure] of Object.entries(measures)) {
    const [easy = 0, medium = 0, hard = 0] = grades.map((samples) =>
      mean(samples.filter((sample) => sample.category === category).map(measure)),
    );
    expect(medium, `${category}: medium against easy`).toBeGreaterThan(easy);
    expect(hard, `${category}: hard against medium`).toBeGreaterThan(medium);
  }
}
