import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#libs/common';
import { clusteredMean } from './clustered-mean.js';
import { comparePairs } from './comparison/compare-pairs.js';
import type { Interval } from './interval.js';
import { meanEstimate } from './mean-estimate.js';
import { bradleyTerry } from './ranking/bradley-terry.js';
import { segmentsOf } from './trend/change-points.js';
import { wilsonInterval } from './wilson-interval.js';

const SIMULATIONS = 2_000;

const normal = (random: SeededRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

const list = (length: number, value: (i: number) => number): number[] =>
  Array.from({ length }, (_, i) => value(i));

/** The share of simulations of which the outcome is true. */
function share(name: string, outcome: (random: SeededRandom) => boolean): number {
  const random = new SeededRandom('coverage', name);
  let count = 0;
  for (let i = 0; i < SIMULATIONS; i++) if (outcome(random)) count++;
  return count / SIMULATIONS;
}

const covers = (interval: Interval | null, truth: number): boolean =>
  interval !== null && interval.low <= truth && truth <= interval.high;

const expectBetween = (value: number, low: number, high: number): void => {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
};

describe('intervals of 95 %', () => {
  it("by Wilson's cover a proportion", () => {
    const covered = share('wilson', (random) =>
      covers(
        wilsonInterval(list(200, () => (random.next() < 0.63 ? 1 : 0)).filter(Boolean).length, 200),
        0.63,
      ),
    );
    expectBetween(covered, 0.94, 0.96);
  });

  it("by Student's cover a mean of few normal values", () => {
    const covered = share('t', (random) =>
      covers(meanEstimate(list(12, () => 5 + 2 * normal(random)))!.interval, 5),
    );
    expectBetween(covered, 0.94, 0.96);
  });

  it('that allow for clusters cover where clusters are alike, and plain ones do not', () => {
    const draw = (random: SeededRandom): { values: number[]; clusters: number[] } => {
      const shared = list(60, () => normal(random));
      const clusters = list(300, (i) => i % 60);
      return { clusters, values: clusters.map((cluster) => (shared[cluster] as number) + normal(random)) };
    };
    const robust = share('clusters', (random) => {
      const { values, clusters } = draw(random);
      return covers(clusteredMean(values, clusters)!.interval, 0);
    });
    const plain = share('clusters', (random) => covers(meanEstimate(draw(random).values)!.interval, 0));
    expectBetween(robust, 0.94, 0.96);
    expect(plain).toBeLessThan(0.85);
  });

  it('cover a paired difference', () => {
    const covered = share('paired', (random) => {
      const difficulty = list(80, () => random.next());
      const candidate = difficulty.map((value) => value + 0.1 + 0.3 * random.next());
      const baseline = difficulty.map((value) => value + 0.3 * random.next());
      return covers(comparePairs(candidate, baseline)!.interval, 0.1);
    });
    expectBetween(covered, 0.94, 0.96);
  });
});

describe('intervals of Bradley–Terry strengths', () => {
  it('cover where agents answer the same samples, of which most are ties', () => {
    const covered = share('strengths', (random) => {
      const easy = list(200, () => Number(random.next() < 0.5));
      const answers = (onEasy: number, onHard: number): number[] =>
        easy.map((isEasy) => (random.next() < (isEasy === 1 ? onEasy : onHard) ? 1 : 0));
      const strengths = bradleyTerry([answers(0.95, 0.35), answers(0.9, 0.2)])!;
      // A wins as often as its accuracy is higher by twice: (1 + 0.65 − 0.55) / 2 = 0.55.
      return covers(strengths[0]!.interval, Math.log(0.55 / 0.45) / 2);
    });
    expectBetween(covered, 0.94, 0.96);
  });
});

describe('under no difference', () => {
  it('the paired comparison of scores sees one in 5 %', () => {
    const positives = share('null scores', (random) => {
      const difficulty = list(80, () => random.next());
      const once = (): number[] => difficulty.map((value) => value + 0.3 * random.next());
      return comparePairs(once(), once())!.pValue! < 0.05;
    });
    expectBetween(positives, 0.04, 0.06);
  });

  it('the comparison that allows for clusters sees one in 5 %', () => {
    const positives = share('null clusters', (random) => {
      const clusters = list(240, (i) => i % 60);
      const once = (): number[] => {
        const shared = list(60, () => normal(random));
        return clusters.map((cluster) => (shared[cluster] as number) + normal(random));
      };
      return comparePairs(once(), once(), { clusters })!.pValue! < 0.05;
    });
    expectBetween(positives, 0.04, 0.06);
  });

  it("McNemar's exact test sees one in at most 5 %, being conservative", () => {
    const positives = share('null right and wrong', (random) => {
      const once = (): number[] => list(120, () => (random.next() < 0.6 ? 1 : 0));
      return comparePairs(once(), once())!.pValue! < 0.05;
    });
    expectBetween(positives, 0.01, 0.05);
  });

  it('change points are seen in fewer than 5 % of series of 50', () => {
    const positives = share('no change', (random) => segmentsOf(list(50, () => normal(random))).length > 1);
    expect(positives).toBeLessThan(0.05);
  });
});
