import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#libs/common';
import { trendOf, type TrendPoint } from './trend.js';

const START = Date.UTC(2026, 0, 1);
const series = (n: number, valueAt: (i: number) => Partial<TrendPoint>): TrendPoint[] =>
  Array.from({ length: n }, (_, i) => ({
    at: new Date(START + i * 86_400_000),
    score: 0.8 + noise(i),
    latency: 1000 + 1000 * noise(i + 7),
    cost: null,
    ...valueAt(i),
  }));
/** Fixed, within ± 0.005. */
const noise = (i: number): number => (new SeededRandom('trend', i).next() - 0.5) / 100;

describe('trendOf', () => {
  it('shows where a mean jumped, and no drift there', () => {
    const { changes, drifts, anomalies, text } = trendOf(
      series(20, (i) => ({ score: (i < 12 ? 0.8 : 0.7) + noise(i) })),
    );
    expect(changes).toEqual([
      { metric: 'score', place: 12, before: expect.closeTo(0.8, 2), after: expect.closeTo(0.7, 2) },
    ]);
    expect(drifts.map(({ metric }) => metric)).toEqual(['latency']);
    expect(anomalies).toEqual([]);
    expect(text).toEqual([
      expect.stringMatching(
        /^The score fell from (79|80)\.\d % to (69|70)\.\d % with the entry of 2026-01-13, and stayed there\.$/,
      ),
    ]);
  });

  it('shows a slow drift by its slope a day', () => {
    const { drifts, text } = trendOf(series(9, (i) => ({ latency: 1000 + 5 * i + 1000 * noise(i) })));
    const found = drifts.find(({ metric }) => metric === 'latency')!;
    expect(found.interval.low).toBeLessThan(5);
    expect(found.interval.high).toBeGreaterThan(5);
    expect(found.pValue).toBeLessThan(0.05);
    expect(text).toEqual([expect.stringMatching(/^The median latency rises by 0\.00\d+ s a day \(p/)]);
  });

  it('shows a single value that is far from the others', () => {
    const { changes, anomalies, text } = trendOf(series(15, (i) => (i === 9 ? { score: 0.5 } : {})));
    expect(changes).toEqual([]);
    expect(anomalies).toEqual([
      {
        metric: 'score',
        place: 9,
        value: 0.5,
        usual: expect.closeTo(0.78, 1),
        deviations: expect.any(Number),
      },
    ]);
    expect(anomalies[0]!.deviations).toBeLessThan(-3.5);
    expect(text[0]).toMatch(
      /^The score of 2026-01-10 is unusual: 50\.0 %, where about 7\d\.\d % is usual\.$/,
    );
  });

  it('says that nothing is shown, or too little is there', () => {
    expect(trendOf(series(20, () => ({}))).text).toEqual([
      'No change shown in score, median latency, and cost per trial over 20 points.',
    ]);
    expect(trendOf(series(2, () => ({}))).text).toEqual(['Too few to show a trend: 2 points.']);
    expect(trendOf([])).toEqual({
      changes: [],
      drifts: [],
      anomalies: [],
      text: ['Too few to show a trend: 0 points.'],
    });
  });

  it('leaves out the points where a metric is not known', () => {
    const { changes } = trendOf(
      series(20, (i) => ({
        cost: i % 2 === 0 ? null : i < 10 ? 0.01 + noise(i) / 100 : 0.02 + noise(i) / 100,
      })),
    );
    expect(changes).toMatchObject([{ metric: 'cost', place: 11 }]);
  });
});
