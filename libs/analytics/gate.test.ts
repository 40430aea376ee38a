import { describe, expect, it } from 'vitest';
import type { ClusterOf } from './compare.js';
import { escapeXml, toJUnit, toMarkdown } from './gate-report.js';
import { judgeGate, type GateMeasures, type GateRule } from './gate.js';
import { differenceInterval, ratioInterval } from './statistics/index.js';

const measures = (n: number, change: Partial<GateMeasures> = {}): GateMeasures => ({
  sampleIds: Array.from({ length: n }, (_, i) => `s${i}`),
  scores: Array.from({ length: n }, (_, i) => Number(i % 2 === 0)),
  costs: Array.from({ length: n }, (_, i) => (i + 1) / 1000),
  errors: Array.from({ length: n }, () => 0),
  latencies: Array.from({ length: n }, (_, i) => 10 * (i + 1)),
  ...change,
});
const decide = (rule: GateRule, candidate: GateMeasures, baseline: GateMeasures | null = null) =>
  judgeGate([rule], candidate, baseline, null).rules[0]!;
const clustersOf = (clusters: string[]): ClusterOf =>
  new Map(clusters.map((cluster, i) => [`s${i}`, cluster]));

describe('differenceInterval', () => {
  it('adds the distances to the ends of both intervals as Zou & Donner do', () => {
    // 10 ± 3, 4 and 5 ± 4, 3: 5 − √(3² + 3²) … 5 + √(4² + 4²), as mover((10, 7, 14), (5, 1, 8))
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

describe('ratioInterval', () => {
  const candidate = { value: 100, interval: { low: 90, high: 120 } };

  it('is where an end of the interval of the difference is 0', () => {
    // mover_r((100, 90, 120), (80, 70, 95)) and of (80, 70, 200) by test/conformance/reference/statistics.py, scipy.optimize.brentq
    const interval = ratioInterval(candidate, { value: 80, interval: { low: 70, high: 95 } });
    expect(interval?.low).toBeCloseTo(1.02131669276314, 12);
    expect(interval?.high).toBeCloseTo(1.5676454450681543, 12);
    // A baseline whose interval reaches beyond twice its value
    expect(ratioInterval(candidate, { value: 80, interval: { low: 70, high: 200 } })?.low).toBeCloseTo(
      0.4958275301651591,
      12,
    );
  });

  it('is none where either has none, and where the baseline may be 0', () => {
    expect(ratioInterval(candidate, { value: 80, interval: null })).toBeNull();
    expect(ratioInterval({ value: 1, interval: null }, candidate)).toBeNull();
    expect(ratioInterval(candidate, { value: 80, interval: { low: 0, high: 95 } })).toBeNull();
    expect(ratioInterval({ value: 0, interval: { low: 0, high: 0 } }, candidate)).toEqual({
      low: 0,
      high: 0,
    });
  });
});

describe('judgeGate', () => {
  it('decides a relative tolerance by the interval of the ratio', () => {
    const [x, y] = [
      [1.1, 2.3, 2.9, 4.4, 5.2, 6.1, 7.7, 8.2],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ];
    const clusters = clustersOf(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']);
    const [candidate, baseline] = [measures(8, { costs: x }), measures(8, { costs: y })];
    const cost = (relative_tolerance: number, clusterOf: ClusterOf | null = null) =>
      judgeGate([{ metric: 'cost_per_trial_usd', relative_tolerance }], candidate, baseline, clusterOf)
        .rules[0]!;
    // scipy 1.17.1: the θ at which |mean(x − θy)| = t.ppf(0.975, 7)·std(x − θy, ddof=1)/√8; then of the sums of categories
    const found = cost(0.11);
    expect(found).toMatchObject({ decision: 'pass', n: 8, text: expect.stringContaining('11.0 % worse') });
    expect(found.interval?.low).toBeCloseTo(0.0099456483624023, 10);
    expect(found.interval?.high).toBeCloseTo(0.1039012797137027, 10);
    expect([cost(0.1).decision, cost(0.005).decision]).toEqual(['inconclusive', 'fail']);
    const clustered = cost(0.11, clusters);
    expect(clustered.decision).toBe('inconclusive');
    expect(clustered.interval?.low).toBeCloseTo(0.0048934126271756, 10);
    expect(clustered.interval?.high).toBeCloseTo(0.253708703869462, 10);
    // Half the score: −50 % surely, as all samples say.
    const half = measures(8, { scores: [0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0] });
    const score = decide({ metric: 'score', relative_tolerance: 0.4 }, half, measures(8));
    expect([score.decision, score.interval]).toEqual(['fail', { low: -0.5, high: -0.5 }]);
    const slow = measures(1000, { latencies: measures(1000).latencies.map((latency) => latency * 1.3) });
    const p95 = (relative_tolerance: number) =>
      decide({ metric: 'latency_p95_ms', relative_tolerance }, slow, measures(1000)).decision;
    expect([p95(0.4), p95(0.3), p95(0.2)]).toEqual(['pass', 'inconclusive', 'fail']);
  });

  it('has no ratio to a baseline that is 0', () => {
    const free = measures(8, { costs: Array<number>(8).fill(0) });
    expect(
      decide({ metric: 'cost_per_trial_usd', relative_tolerance: 0.1 }, measures(8), free),
    ).toMatchObject({
      decision: 'inconclusive',
      interval: null,
    });
  });

  it('widens intervals where samples come in clusters', () => {
    // Clusters of ten samples each that are all right or all wrong.
    const names = Array.from({ length: 40 }, (_, i) => `c${Math.floor(i / 10)}`);
    const clusters = clustersOf(names);
    const scores = names.map((name) => Number(name < 'c2'));
    const alone = (clusterOf: ClusterOf | null) =>
      judgeGate([{ metric: 'score', limit: 0.3 }], measures(40, { scores }), null, clusterOf);
    expect([alone(null).decision, alone(clusters).decision]).toEqual(['pass', 'inconclusive']);
    const against = (clusterOf: ClusterOf | null) =>
      judgeGate(
        [{ metric: 'score', tolerance: 0.9 }],
        measures(40, { scores: scores.map((score) => 1 - score) }),
        measures(40, { scores }),
        clusterOf,
      ).decision;
    expect([against(null), against(clusters)]).toEqual(['pass', 'inconclusive']);
  });

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
    const of = (...rules: GateRule[]) => judgeGate(rules, measures(40), null, null).decision;
    expect([of(pass), of(pass, open), of(pass, open, fail)]).toEqual(['pass', 'inconclusive', 'fail']);
  });
});

describe('reports of a gate', () => {
  const result = judgeGate([{ metric: 'score', limit: 0.9 }], measures(40), null, null);

  it('escape what users named', () => {
    expect(escapeXml(`<a href="x">&'\u0000\u0008\uD800`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;&amp;&apos;\uFFFD\uFFFD\uFFFD',
    );
    const xml = toJUnit(result, 'a"/><failure & b');
    expect(xml).toContain('<testsuite name="a&quot;/&gt;&lt;failure &amp; b" tests="1" failures="1"');
    expect(toMarkdown(result, 'a|b\n# <img>')).toContain('\na\\|b \\# \\<img\\>\n');
  });
});
