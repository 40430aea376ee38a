import { describe, expect, it } from 'vitest';
import type { Run } from './api/types.js';
import { exitCodeOf, remarksOn } from './watched-run.js';

const runWith = (status: Run['status'], ...thresholds: unknown[]): Run =>
  ({
    id: 'r1',
    status,
    error: null,
    pause: { message: 'The budget of $5.00 would be exceeded.' },
    entries: thresholds.map((result, i) => ({
      agent: { name: `agent${i}` },
      error: null,
      summary: { threshold_result: result, pass_threshold: 0.8 },
    })),
  }) as unknown as Run;

describe('the exit code of a run', () => {
  it.each([
    ['completed', [null], 0],
    ['completed', ['passed', null], 0],
    ['completed', ['passed', 'inconclusive'], 3],
    ['completed', ['inconclusive', 'failed'], 1],
    ['failed', [null], 1],
    ['paused', ['failed'], 3],
    ['cancelled', [null], 3],
  ] as const)('of one that is %s with thresholds %j is %i', (status, thresholds, code) => {
    expect(exitCodeOf(runWith(status, ...thresholds))).toBe(code);
  });

  it('comes with words', () => {
    expect(remarksOn(runWith('paused', null)).join('\n')).toMatch(/budget of \$5\.00[^]*aibench resume r1/);
    expect(remarksOn(runWith('completed', 'failed', null))).toEqual([
      "agent0: failed the benchmark's threshold of 80 %",
    ]);
  });
});
