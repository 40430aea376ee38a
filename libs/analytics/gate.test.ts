import { describe, expect, it } from 'vitest';
import { escapeXml, toJUnit, toMarkdown } from './gate-report.js';
import { judgeGate, type GateMeasures, type GateRule } from './gate.js';
import { differenceInterval } from './statistics/index.js';

const measures = (n: number, change: Partial<GateMeasures> = {}): GateMeasures => ({
  sampleIds: Array.from({ length: n }, (_, i) => `s${i}`),
  scores: Array.from({ length: n }, (_, i) => Number(i % 2 === 0)),
  costs: Array.from({ length: n }, (_, i) => (i + 1) / 1000),
  errors: Array.from({ length: n }, () => 0),
  latencies: Array.from({ length: n }, (_, i) => 10 * (i + 1)),
  ...change,
});
const decide = (rule: GateRule, candidate: GateMeasures, baseline: GateMeasures | null = null) =>
  judgeGate([rule], candidate, baseline).rules[0]!;

describe('differenceInterval', () => {
  it('adds the distances to the ends of both intervals as Zou & Donner do', () => {
    // 10 ± 3, 4 and 5 ± 4, 3: 5 − √(3² + 3²) … 5 + √(4² + 4²)
    const interval = differenceInterval(
      { value: 10, interval: { low: 7, high: 14 } },
      { value: 5, interval: { low: 1, high: 8 } },
    );
    expect(interval?.low).toBeCloseTo(5 - Math.sqrt(18), 12);
    expect(interval?.high).toBeCloseTo(5 + Math.sqrt(32), 12);
  });

  it('is none where either has none', () => {
    const sure = { value: 1, interval: { low: 0, high: 2 } };
    expect(differenceInterval(sure, { value: 1, interval: null })).toBeNull();
    expect(differenceInterval({ value: 1, interval: null }, sure)).toBeNull();
  });
});

describe('judgeGate', () => {
  it('judges a 95th percentile by the intervals of both', () => {
    const slow = measures(1000, { latencies: measures(1000).latencies.map((latency) => latency + 5000) });
    const rule = (tolerance: number): GateRule => ({ metric: 'latency_p95_ms', tolerance });
    const failed = decide(rule(1000), slow, measures(1000));
    // 10 · (1 + 999 · 0.95) and 5,000 more; scipy 1.17.1: binom.ppf([.025, .975], 1000, .95) = 936, 963
    expect(failed).toMatchObject({ decision: 'fail', candidate: 14500.5, baseline: 9500.5, n: 1000 });
    expect(failed.interval?.low).toBeCloseTo(5000 - Math.hypot(9500.5 - 9360, 9640 - 9500.5), 9);
    expect(failed.interval?.high).toBeCloseTo(5000 + Math.hypot(9500.5 - 9360, 9640 - 9500.5), 9);
    expect(decide(rule(6000), slow, measures(1000)).decision).toBe('pass');
    expect(decide(rule(5000), slow, measures(1000)).decision).toBe('inconclusive');
  });

  it('is inconclusive where nothing is known, and where too little is', () => {
    const unpriced = measures(50, { costs: Array.from({ length: 50 }, () => null) });
    expect(decide({ metric: 'cost_per_trial_usd', limit: 1 }, unpriced)).toMatchObject({
      decision: 'inconclusive',
      candidate: null,
      n: 0,
      text: expect.stringContaining('not known'),
    });
    const few = decide({ metric: 'latency_p95_ms', limit: 10_000 }, measures(71));
    expect([few.decision, few.interval]).toEqual(['inconclusive', null]);
    expect(decide({ metric: 'latency_p95_ms', limit: 10_000 }, measures(72)).decision).toBe('pass');
  });

  it('fails if a rule does, and else is inconclusive if one is', () => {
    const pass: GateRule = { metric: 'score', limit: 0.2 };
    const fail: GateRule = { metric: 'score', limit: 0.9 };
    const open: GateRule = { metric: 'score', limit: 0.5 };
    const of = (...rules: GateRule[]) => judgeGate(rules, measures(40), null).decision;
    expect([of(pass), of(pass, open), of(pass, open, fail)]).toEqual(['pass', 'inconclusive', 'fail']);
  });
});

describe('reports of a gate', () => {
  const result = judgeGate([{ metric: 'score', limit: 0.9 }], measures(40), null);

  it('escape what users named', () => {
    expect(escapeXml(`<a href="x">&'\u0000\u0008\uD800`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;&amp;&apos;\uFFFD\uFFFD\uFFFD',
    );
    const xml = toJUnit(result, 'a"/><failure & b');
    expect(xml).toContain('<testsuite name="a&quot;/&gt;&lt;failure &amp; b" tests="1" failures="1"');
    expect(toMarkdown(result, 'a|b\n# <img>')).toContain('\na\\|b \\# \\<img\\>\n');
  });
});
