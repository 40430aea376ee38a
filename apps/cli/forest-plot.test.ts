import { describe, expect, it } from 'vitest';
import type { GateRule } from './api/types.js';
import { forestSvg, forestText, rowsOfGate } from './forest-plot.js';

const RULE: GateRule = {
  metric: 'score',
  tolerance: 0.02,
  relative_tolerance: null,
  limit: null,
  decision: 'pass',
  candidate: 0.85,
  baseline: 0.8,
  ci_low: 0.01,
  ci_high: 0.09,
  n: 200,
  text: '',
};

describe('a forest plot', () => {
  it('has the loss that is tolerated to the left of no difference, and a gain to its right', () => {
    const [line = ''] = forestText(rowsOfGate([RULE]), 120);
    expect(line).toMatch(/^score +┊ +│ *├─+●─+┤ +\+5\.0 \[\+1\.0, \+9\.0\] points$/);
  });

  it('turns metrics of which less is better', () => {
    const slower = {
      ...RULE,
      metric: 'latency_p95_ms' as const,
      tolerance: null,
      limit: 4000,
      candidate: 5000,
    };
    const [row] = rowsOfGate([{ ...slower, ci_low: 4500, ci_high: 5600 }]);
    expect(row).toMatchObject({ point: -1000, low: -1600, high: -500, tolerated: null });
    expect(row?.value).toBe('5.0 s [4.5 s, 5.6 s]');
  });

  it('shows a relative tolerance as shares of the baseline', () => {
    const relative = {
      ...RULE,
      metric: 'cost_per_trial_usd' as const,
      tolerance: null,
      relative_tolerance: 0.1,
    };
    const [row] = rowsOfGate([{ ...relative, candidate: 1.2, baseline: 1, ci_low: 0.1, ci_high: 0.3 }]);
    expect(row?.point).toBeCloseTo(-0.2);
    expect(row).toMatchObject({
      low: -0.3,
      high: -0.1,
      tolerated: -0.1,
      value: '+20.0 % [+10.0 %, +30.0 %]',
    });
  });

  it('leaves out rules without an interval', () => {
    expect(rowsOfGate([{ ...RULE, ci_low: null, ci_high: null }])).toEqual([]);
  });

  it('is a picture in which names are text', () => {
    const svg = forestSvg(rowsOfGate([RULE]), '<script>&"');
    expect(svg).toContain('&lt;script&gt;&amp;&quot;');
    expect(svg).not.toMatch(/NaN|undefined|<script/);
  });
});
