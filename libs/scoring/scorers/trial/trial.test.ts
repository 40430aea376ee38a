import { describe, expect, it } from 'vitest';
import { Unscorable, type Score, type TrialFacts } from '../../score.js';
import { compileTargetProblems } from '../../target-problems.js';
import { scoringSpecSchema } from '../../scoring-spec.js';
import { scoringInput } from '../../testing/index.js';
import { bindScorer, scorerSchema } from '../bind-scorer.js';

const { signal } = new AbortController();

const value = (spec: unknown, facts: Partial<TrialFacts>, metadata?: Record<string, unknown>): number => {
  const trial = { ...scoringInput({}).trial, ...facts };
  return (bindScorer(scorerSchema.parse(spec)).score(scoringInput({ metadata, trial }), signal) as Score)
    .value;
};

describe('latency, cost and tokens', () => {
  it.each<[object, Partial<TrialFacts>, number]>([
    [{ type: 'latency', max: 500 }, { latencyMs: 500 }, 1],
    [{ type: 'latency', max: 500 }, { latencyMs: 501 }, 0],
    [{ type: 'latency', of: 'first_token', max: 500 }, { latencyMs: 501, ttftMs: 90 }, 1],
    [{ type: 'latency', best: 100, worst: 300 }, { latencyMs: 50 }, 1],
    [{ type: 'latency', best: 100, worst: 300 }, { latencyMs: 150 }, 0.75],
    [{ type: 'latency', best: 100, worst: 300 }, { latencyMs: 400 }, 0],
    [{ type: 'cost', max: 0 }, { costUsd: 0 }, 1],
    [{ type: 'tokens', max: 15 }, { inputTokens: 10, outputTokens: 5 }, 1],
    [{ type: 'tokens', of: 'input', max: 9 }, { inputTokens: 10, outputTokens: 5 }, 0],
  ])('%j of %j is %d', (spec, facts, expected) => {
    expect(value(spec, facts)).toBe(expected);
  });

  it.each<[object, Partial<TrialFacts>]>([
    [{ type: 'latency', of: 'first_token', max: 500 }, { ttftMs: null }],
    [{ type: 'cost', max: 1 }, { costUsd: null }],
    [{ type: 'tokens', max: 1 }, { inputTokens: null }],
    [{ type: 'tokens', of: 'output', best: 1, worst: 2 }, { outputTokens: null }],
  ])('%j of %j is not known', (spec, facts) => {
    expect(() => value(spec, facts)).toThrow(Unscorable);
  });

  it.each([{}, { best: 1 }, { best: 2, worst: 1 }, { max: 1, best: 1, worst: 2 }])('refuses %j', (bounds) => {
    expect(scorerSchema.safeParse({ type: 'cost', ...bounds }).success).toBe(false);
  });
});

const call = (name: string, args = '{}') => ({ name, arguments: args });

describe('tool_calls', () => {
  const search = { name: 'search', arguments: { q: 'Paris' } };
  const open = { name: 'open' };
  it.each<[object, TrialFacts['toolCalls'], number]>([
    [{ expected: [search] }, [call('search', '{"q": "Paris", "n": 5}')], 1],
    [{ expected: [search], arguments: 'exact' }, [call('search', '{"q": "Paris", "n": 5}')], 0],
    [{ expected: [search], arguments: 'ignore' }, [call('search', 'broken')], 1],
    [{ expected: [search] }, [call('search', 'broken')], 0],
    [{ expected: [open] }, [call('open', '')], 1],
    [{ expected: [search, open] }, [call('open'), call('search', '{"q": "Paris"}')], 1],
    [{ expected: [search, open], order: 'exact' }, [call('open'), call('search', '{"q": "Paris"}')], 1 / 2],
    [{ expected: [open] }, [call('open'), call('close')], 2 / 3],
    [{ expected: [open], order: 'subset' }, [call('open'), call('close')], 1],
    [{ expected: [open, open] }, [call('open')], 2 / 3],
    [{ expected: [] }, [], 1],
    [{ expected: [] }, [call('open')], 0],
    // A greedy pairing would give the first expected call the only one that fits the second.
    [{ expected: [open, { ...open, arguments: { a: 1 } }] }, [call('open', '{"a": 1}'), call('open')], 1],
  ])('%j of %j is %d', (options, toolCalls, expected) => {
    expect(value({ type: 'tool_calls', ...options }, { toolCalls })).toBeCloseTo(expected, 12);
  });

  it('reads what is expected from the sample, and says at import that it is not there', () => {
    const spec = { type: 'tool_calls' };
    expect(value(spec, { toolCalls: [call('open')] }, { tool_calls: [open] })).toBe(1);
    expect(() => value(spec, { toolCalls: [] }, { tool_calls: 'open' })).toThrow(Unscorable);
    const problems = compileTargetProblems(scoringSpecSchema.parse({ scorers: [spec] }));
    expect(problems({ targets: ['x'], metadata: {} })).toEqual([expect.stringContaining('no "tool_calls"')]);
    expect(problems({ targets: ['x'], metadata: { tool_calls: [] } })).toEqual([]);
  });
});

describe('trajectory', () => {
  // By the definitions of Vertex AI's trajectory_exact_match, _in_order_match, _any_order_match, _precision, _recall.
  it.each<[string, string, number, number, number, number, number]>([
    ['a b', 'a b', 1, 1, 1, 1, 1],
    ['a c b', 'a b', 0, 1, 1, 2 / 3, 1],
    ['b a', 'a b', 0, 0, 1, 1, 1],
    ['a', 'a b', 0, 0, 0, 1, 1 / 2],
    ['a', 'a a', 0, 0, 0, 1, 1],
    ['', 'a', 0, 0, 0, 0, 0],
  ])('%j against %j', (made, expected, exact, inOrder, anyOrder, precision, recall) => {
    const toolCalls = made
      .split(' ')
      .filter(Boolean)
      .map((name) => call(name));
    const of = (match: string) =>
      value({ type: 'trajectory', match, expected: expected.split(' ') }, { toolCalls });
    expect(['exact', 'in_order', 'any_order', 'precision', 'recall'].map(of)).toEqual([
      exact,
      inOrder,
      anyOrder,
      precision,
      recall,
    ]);
  });
});
