import { describe, expect, it } from 'vitest';
import { parseRules, ruleBody, ruleText } from './rules.js';

const TEXT = 'score:0.02,cost_per_trial_usd:10%,score>=0.8,latency_p95_ms<=4000';

describe('the rules of a gate in an address', () => {
  it('are those of the command line, there and back', () => {
    expect(parseRules(TEXT).map(ruleText).join(',')).toBe(TEXT);
  });

  it('become what the API takes', () => {
    expect(parseRules(TEXT).map(ruleBody)).toEqual([
      { metric: 'score', tolerance: 0.02 },
      { metric: 'cost_per_trial_usd', relative_tolerance: 0.1 },
      { metric: 'score', limit: 0.8 },
      { metric: 'latency_p95_ms', limit: 4000 },
    ]);
  });

  it('leave out what is no rule', () => {
    expect(parseRules('fame:1,score,score:,score:0.1')).toEqual([
      { metric: 'score', kind: 'tolerance', value: 0.1 },
    ]);
  });
});
