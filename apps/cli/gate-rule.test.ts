import { describe, expect, it } from 'vitest';
import { parseRule } from './gate-rule.js';

describe('a rule on the command line', () => {
  it.each([
    ['score:0.02', { metric: 'score', tolerance: 0.02 }],
    ['cost_per_trial_usd:10%', { metric: 'cost_per_trial_usd', relative_tolerance: 0.1 }],
    ['score>=0.8', { metric: 'score', limit: 0.8 }],
    ['latency_p95_ms <= 4000', { metric: 'latency_p95_ms', limit: 4000 }],
  ])('%s', (text, rule) => {
    expect(parseRule(text)).toEqual(rule);
  });

  it.each([
    ['', 'Metrics are'],
    ['accuracy:1', 'Metrics are'],
    ['score:-1', 'Metrics are'],
    ['score<=0.8', 'written score>=<number>'],
    ['latency_p95_ms>=1', 'written latency_p95_ms<=<number>'],
    ['error_rate:5%', 'no relative tolerance'],
  ])('%j is refused', (text, words) => {
    expect(() => parseRule(text)).toThrow(words);
  });
});
