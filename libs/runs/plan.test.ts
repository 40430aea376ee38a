import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plannedTrial, trialCount, type Plan } from './plan.js';

const trials = (plan: Plan) => Array.from({ length: trialCount(plan) }, (_, i) => plannedTrial(plan, i));

describe('plannedTrial', () => {
  it('goes through every sample of an epoch before the next epoch, in dataset order without a limit', () => {
    const plan = { seed: 1, population: 3, sampleCount: 3, epochs: 2 };
    expect(trials(plan).map(({ ordinal, epoch }) => [ordinal, epoch])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  it('is the same for the same plan and differs by seed', () => {
    const plan = { seed: 7, population: 1000, sampleCount: 50, epochs: 1 };
    expect(trials(plan)).toEqual(trials({ ...plan }));
    expect(trials(plan)).not.toEqual(trials({ ...plan, seed: 8 }));
  });

  it('takes a sample without replacement, the same in every epoch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.nat(2 ** 31 - 1),
        fc.nat(1000),
        (population, seed, cut) => {
          const sampleCount = 1 + (cut % population);
          const planned = trials({ seed, population, sampleCount, epochs: 2 });
          const first = planned.slice(0, sampleCount).map((trial) => trial.ordinal);
          expect(new Set(first).size).toBe(sampleCount);
          expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...first)).toBeLessThan(population);
          expect(planned.slice(sampleCount).map((trial) => trial.ordinal)).toEqual(first);
        },
      ),
    );
  });

  it('takes of selected samples alone, each with the seed that it has in a run over all', () => {
    const selected = Int32Array.from([2, 3, 5, 7, 11, 13, 17, 19]);
    const all = new Map(
      trials({ seed: 4, population: 20, sampleCount: 20, epochs: 1 }).map((t) => [t.ordinal, t]),
    );
    const plan = { seed: 4, population: 8, selected, sampleCount: 8, epochs: 1 };
    expect(trials(plan)).toEqual([...selected].map((ordinal) => all.get(ordinal)));
    const some = trials({ ...plan, sampleCount: 3 }).map(({ ordinal }) => ordinal);
    expect(new Set(some).size).toBe(3);
    expect([...selected]).toEqual(expect.arrayContaining(some));
  });

  it('chooses each sample about equally often over many seeds', () => {
    const counts = new Array<number>(20).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      for (const { ordinal } of trials({ seed, population: 20, sampleCount: 5, epochs: 1 })) {
        counts[ordinal] = (counts[ordinal] ?? 0) + 1;
      }
    }
    // 1,000 expected each, standard deviation 27: six of them either way.
    expect(Math.min(...counts)).toBeGreaterThan(840);
    expect(Math.max(...counts)).toBeLessThan(1160);
  });

  it('gives every trial a seed of its own', () => {
    const seeds = trials({ seed: 3, population: 500, sampleCount: 500, epochs: 4 }).map(
      (trial) => trial.seed,
    );
    expect(new Set(seeds).size).toBe(2000);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true);
  });
});
