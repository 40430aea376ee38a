import { describe, expect, it } from 'vitest';
import { toShortResults } from './short-results.js';
import { aRun, binary, group, latency } from './testing/index.js';

describe('toShortResults', () => {
  it('maps a run to the short API, accuracies in percent and latencies in seconds', () => {
    const run = aRun(
      [
        {
          name: 'gpt',
          adapter: 'replay',
          infraErrors: 1,
          unscored: 1,
          inputTokens: 1000,
          outputTokens: 100,
          rollup: {
            ...binary(6, 10),
            perCategory: [group('algebra', 1, 4), group('geometry', 5, 6)],
            latencyMs: latency(1200),
            consistency: 0.9,
          },
        },
      ],
      { config: { seed: 0, epochs: 1 } },
    );
    const results = toShortResults(run);
    expect(results).toMatchObject({ run_id: run.id, benchmark: 'gsm8k', summary: { top_performer: 'gpt' } });
    const [agent] = results.agents;
    expect(agent).toMatchObject({
      id: 'gpt',
      metrics: {
        accuracy: 60,
        correct: 6,
        n: 10,
        trials: 12,
        scored: 10,
        agent_errors: 0,
        infra_errors: 1,
        unscored: 1,
        accuracy_worst_case: 50,
        latency_avg: 1.2,
        latency_p95: 2.4,
        ttft_avg: null,
        tokens_avg: 100,
        cost_usd: 0,
        consistency: 0.9,
      },
      category_scores: { algebra: 25 },
    });
    expect(agent!.metrics.accuracy_best_case).toBeCloseTo(100 * (8 / 12));
    expect(agent!.category_scores.geometry).toBeCloseTo(100 * (5 / 6));
    expect(results.summary.critical_observations[1]).toBe(
      'gpt: of 12 trials, 1 failed by provider or infrastructure and 1 answered but not scored, counted apart. With 2 trials without a score counted as wrong the score would be 50.0 %, counted as right 66.7 %.',
    );
  });

  it('tells of entries that ended early, with the reason and what they came to', () => {
    const { summary } = toShortResults(
      aRun([
        {
          name: 'broken',
          status: 'failed',
          error: 'The key was refused.',
          trials: 50,
          scored: 4,
          rollup: binary(2, 4),
        },
        { name: 'stopped', status: 'cancelled', trials: 50 },
        { name: 'running', status: 'processing', trials: 50, scored: 20, rollup: null },
      ]),
    );
    expect(summary.top_performer).toBeNull();
    expect(summary.critical_observations).toEqual([
      '0 of 3 agents completed with a score.',
      'broken failed with 4 of 50 trials done and a score of 50.0 % of 4 samples (95 % interval 15.0 to 85.0 %), and is not ranked: The key was refused.',
      'stopped was cancelled with 0 of 50 trials done and no score, and is not ranked.',
      'running is still running with 20 of 50 trials done and no score, and is not ranked.',
    ]);
  });

  it('keeps hostile names as data', () => {
    const run = aRun([
      { name: '__proto__', rollup: { ...binary(1, 1), perCategory: [group('__proto__', 1, 1)] } },
    ]);
    const [agent] = (JSON.parse(JSON.stringify(toShortResults(run))) as ReturnType<typeof toShortResults>)
      .agents;
    expect(agent!.id).toBe('__proto__');
    expect(Object.entries(agent!.category_scores)).toEqual([['__proto__', 100]]);
  });
});
