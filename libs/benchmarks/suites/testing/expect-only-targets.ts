import { expect } from 'vitest';
import { reasoningV1 } from '../reasoning/reasoning-v1.js';

/** Reads a question and says, without the generator's help, whether a choice answers it. */
export type Solver = (input: string) => (choice: string) => boolean;

const EDITIONS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Every question of the category, in several editions, has one right choice: the target. */
export function expectOnlyTargets(category: string, solvers: Record<string, Solver>): void {
  const kinds = new Set<string>();
  for (const sample of EDITIONS.flatMap((seed) => reasoningV1.generate(seed, 'mixed'))) {
    if (sample.category !== category) continue;
    const kind = String(sample.metadata?.kind);
    kinds.add(kind);
    const isRight = solvers[kind]?.(sample.input);
    const right = (sample.choices ?? []).map((choice, i) => (isRight?.(choice) ? 'ABCD'[i] : '')).join('');
    expect(right, `${kind}: ${sample.input} ${sample.choices?.join(' | ')}`).toBe(sample.target);
  }
  expect([...kinds].sort()).toEqual(Object.keys(solvers).sort());
}
