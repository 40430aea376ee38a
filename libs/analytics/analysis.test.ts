import { describe, expect, it } from 'vitest';
import { analyse } from './analysis.js';
import { aRun, binary, group, latency, type EntryFigures } from './testing/index.js';

const PRICED = { pricing: { input_usd_per_mtok: 1, output_usd_per_mtok: 1 } };
const analyseEntries = (...entries: EntryFigures[]) => analyse(aRun(entries), null);

describe('analyse', () => {
  it('names the strongest and weakest category, and whether they differ', () => {
    const { performance_insights, recommendations } = analyseEntries({
      name: 'a',
      rollup: { ...binary(65, 100), perCategory: [group('logic', 45, 50), group('algebra', 20, 50)] },
    });
    expect(performance_insights).toContain(
      'a is strongest in logic, 90.0 % of 50 samples (95 % interval 78.6 to 95.7 %), and weakest in algebra, 40.0 % of 50 samples (95 % interval 27.6 to 53.8 %); the intervals do not overlap.',
    );
    expect(recommendations).toContain(
      'Read the failures of a in algebra: 40.0 % of 50 samples (95 % interval 27.6 to 53.8 %), below its overall 65.0 % (55.3 to 73.6 %).',
    );
  });

  it('compares latency, tokens and cost with their ratio', () => {
    const { performance_insights } = analyseEntries(
      {
        name: 'fast',
        adapter: 'openai',
        settings: PRICED,
        costUsd: 0.06,
        inputTokens: 5000,
        rollup: { ...binary(60, 100), latencyMs: latency(1000) },
      },
      {
        name: 'slow',
        adapter: 'openai',
        settings: PRICED,
        costUsd: 0.1,
        inputTokens: 5000,
        rollup: { ...binary(50, 100), latencyMs: latency(3000) },
      },
    );
    expect(performance_insights).toContain(
      'Median latency: the lowest is 0.900 s, of fast, the highest 2.70 s, of slow (3.0 times).',
    );
    expect(performance_insights).toContain(
      'Cost per correct answer: the lowest is $0.00100, of fast, the highest $0.00200, of slow (2.0 times).',
    );
    expect(performance_insights).toContain('Tokens per answer: 50 for all 2 agents.');
  });

  it('says at how many samples overlapping intervals would part', () => {
    // 60/100: low end 0.502003; 50/100: high end 0.596168. Half-widths 0.097997 + 0.096168 over a gap of 0.1:
    // 100 × 1.94166² = 377.004
    const { recommendations } = analyseEntries(
      { name: 'a', rollup: binary(60, 100) },
      { name: 'b', rollup: binary(50, 100) },
    );
    expect(recommendations).toContain(
      'a and b are 10.0 points apart with overlapping intervals at 100 samples; if their scores stay, the intervals would part at about 378 samples.',
    );
  });

  it('says how many samples a lone score needs', () => {
    // 8/10: half-width (0.943318 − 0.490162) / 2 = 0.226578; 10 × (0.226578 / 0.05)² = 205.35
    expect(analyseEntries({ name: 'a', rollup: binary(8, 10) }).recommendations).toContain(
      'The score of a is known to about ±22.7 points from 10 samples; about 206 samples would bring that to ±5.0 points.',
    );
  });

  it('considers a cheaper agent only where no difference is shown', () => {
    const priced = { adapter: 'openai', settings: PRICED };
    const dear = { name: 'dear', ...priced, costUsd: 6, rollup: binary(60, 100) };
    const near = { name: 'near', ...priced, costUsd: 0.5, rollup: binary(50, 100) };
    const far = { name: 'far', ...priced, costUsd: 0.1, rollup: binary(30, 100) };
    const { recommendations } = analyseEntries(dear, near, far);
    expect(recommendations.filter((sentence) => sentence.startsWith('Consider'))).toEqual([
      'Consider near instead of dear: $0.0100 against $0.100 per correct answer, and no difference is shown between 50.0 % (40.4 to 59.6 %) and 60.0 % (50.2 to 69.1 %).',
    ]);
  });

  it('asks to read errors', () => {
    expect(
      analyseEntries({ name: 'a', agentErrors: 3, infraErrors: 2, rollup: binary(10, 15) }).recommendations,
    ).toContain('Read the errors of a before relying on its score: 5 of 20 trials (25.0 %).');
  });

  it('calls a benchmark saturated only by the lower ends', () => {
    const saturated = (correct: number) =>
      analyseEntries({ name: 'a', rollup: binary(correct, 100) }).recommendations.some((sentence) =>
        sentence.startsWith('Use harder samples'),
      );
    expect(saturated(100)).toBe(true); // 96.3 to 100 %
    expect(saturated(99)).toBe(false); // 94.6 to 99.8 %
  });

  it('reports consistency over epochs, and asks for epochs where there is one', () => {
    const entry = { name: 'a', scored: 300, rollup: { ...binary(60, 100), consistency: 0.95 } };
    const repeated = analyse(aRun([entry], { config: { seed: 0, epochs: 3 } }), null);
    expect(repeated.performance_insights).toContain('Consistency over 3 epochs: 95.0 % for a.');
    expect(repeated.performance_insights.join()).not.toContain('Cost');
    expect(repeated.recommendations.join()).not.toContain('"epochs"');
    expect(analyseEntries({ name: 'a', rollup: binary(6, 10) }).recommendations.at(-1)).toContain('1 epoch');
  });

  it.each<[string, EntryFigures[]]>([
    ['nothing scored', [{ name: 'a', agentErrors: 4 }]],
    ['still running', [{ name: 'a', status: 'processing', trials: 9, rollup: null }]],
    ['one sample', [{ name: 'a', rollup: binary(1, 1) }]],
    [
      'a tie',
      [
        { name: 'a', rollup: binary(5, 9) },
        { name: 'b', rollup: binary(5, 9) },
      ],
    ],
    [
      'all wrong',
      [
        { name: 'a', rollup: { ...binary(0, 9), latencyMs: latency(0) } },
        { name: 'b', rollup: binary(0, 9) },
      ],
    ],
  ])('has a number in every sentence and no broken one: %s', (_, entries) => {
    const { performance_insights, recommendations } = analyseEntries(...entries);
    expect(performance_insights.length).toBeGreaterThan(0);
    for (const sentence of [...performance_insights, ...recommendations]) {
      expect(sentence).toMatch(/\d/);
      expect(sentence).not.toMatch(/NaN|Infinity|undefined|null/);
    }
  });
});
