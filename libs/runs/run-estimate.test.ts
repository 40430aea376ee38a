import { describe, expect, it } from 'vitest';
import { agentSpec } from '#libs/agents/testing';
import { estimateEntry } from './run-estimate.js';

const priced = (id: string, name = id, usd = 1) =>
  agentSpec({
    ...{ id, name, adapter: 'openai', model: 'm' },
    settings: { pricing: { input_usd_per_mtok: usd, output_usd_per_mtok: 2 * usd } },
  });

/** Of 10 trials with 1000 tokens in and 500 out each, for $0.50 in all. */
const entry = (agent = priced('a'), rest = {}) => ({
  ...{ id: `entry of ${agent.id}`, agent, status: 'completed' as const, trials: 10, priceVersion: 'agent' },
  ...{ scored: 9, agentErrors: 1, infraErrors: 0, unscored: 0 },
  ...{ inputTokens: 10_000, outputTokens: 5000, costUsd: 0.5, ...rest },
});
const run = (...entries: ReturnType<typeof entry>[]) => ({ activeSeconds: 20, importedAt: null, entries });

describe('what an entry will take', () => {
  it('is by its own last trials what they were billed, at their pace', () => {
    const older = { ...run(entry(priced('a'), { costUsd: 9 })), activeSeconds: 90 };
    expect(estimateEntry(priced('a'), 100, [run(entry(priced('b')), entry()), older])).toEqual({
      ...{ costUsd: 5, costFrom: 'same_version', seconds: 200, entryId: 'entry of a' },
    });
  });

  it('is by the tokens of another version, or of another agent, at the price that is its own', () => {
    const runs = [run(entry(priced('other')), entry(priced('a1', 'a', 7)))];
    // (1000 × $1 + 500 × $2) / 1,000,000 for a trial.
    const each = 0.002;
    const versioned = estimateEntry(priced('a2', 'a'), 100, runs);
    expect(versioned).toMatchObject({ costFrom: 'other_version', seconds: 200, entryId: 'entry of a1' });
    expect(versioned.costUsd).toBeCloseTo(100 * each);
    const stranger = estimateEntry(priced('z', 'z', 3), 100, runs);
    expect(stranger).toMatchObject({ costFrom: 'other_agent', seconds: null, entryId: null });
    expect(stranger.costUsd).toBeCloseTo(100 * 3 * each);
  });

  it('is unknown where nothing tells the tokens, or the price', () => {
    const unknown = { costUsd: null, costFrom: null };
    expect(estimateEntry(priced('a'), 100, [])).toEqual({ ...unknown, seconds: null, entryId: null });
    const free = agentSpec({ id: 'free', name: 'free', adapter: 'baseline', model: 'random' });
    const untold = [run(entry(free, { inputTokens: 0, outputTokens: 0, costUsd: 0, priceVersion: null }))];
    expect(estimateEntry(priced('a'), 100, untold)).toMatchObject(unknown);
    const unpriced = agentSpec({ id: 'u', name: 'u', adapter: 'openai', model: 'no-such-model' });
    const told = [run(entry(unpriced, { costUsd: 0, priceVersion: null }))];
    expect(estimateEntry(unpriced, 100, told)).toEqual({ ...unknown, seconds: 200, entryId: 'entry of u' });
  });

  it('is the price of today where its own trials were counted by none', () => {
    const { costUsd, costFrom } = estimateEntry(priced('a'), 100, [
      run(entry(priced('a'), { costUsd: 0, priceVersion: null })),
    ]);
    expect(costUsd).toBeCloseTo(0.2);
    expect(costFrom).toBe('same_version');
  });

  it('is nothing for agents that nobody charges for', () => {
    const free = agentSpec({ id: 'free', name: 'free', adapter: 'baseline', model: 'random' });
    expect(estimateEntry(free, 100, [])).toMatchObject({ costUsd: 0, costFrom: 'free' });
  });

  it('follows from no entry that failed or did nothing, and from no pace of another machine', () => {
    const failed = run(
      entry(priced('a'), { status: 'failed' }),
      entry(priced('b'), { scored: 0, agentErrors: 0 }),
    );
    expect(estimateEntry(priced('a'), 100, [failed])).toMatchObject({ costUsd: null, seconds: null });
    const imported = { ...run(entry()), importedAt: new Date(0) };
    expect(estimateEntry(priced('a'), 100, [imported])).toMatchObject({ costUsd: 5, seconds: null });
  });
});
