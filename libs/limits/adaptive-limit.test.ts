import { describe, expect, it } from 'vitest';
import { reported, type LimitRules, type LimitState, type Report, type Share } from './adaptive-limit.js';

const RULES: LimitRules = { start: 20, ceiling: 100, cooldownMs: 15_000, memberTtlMs: 10_000 };

/** A limit of which one member, `a`, reports unless the report says who. Time begins at 1,000,000 ms. */
function limitOf(rules: LimitRules = RULES) {
  let state: LimitState | undefined;
  let now = 1_000_000;
  return {
    report(report: Partial<Report>, afterMs = 0): Share {
      now += afterMs;
      const full = { member: 'a', demand: 1, holding: 0, successes: 0, rateLimited: false, ...report };
      const next = reported(state, now, full, rules);
      state = next.state;
      return next.result;
    },
    get state() {
      return state as LimitState;
    },
  };
}

describe('the limit', () => {
  it('begins at its start, and doubles up to its ceiling each time it was used up without a refusal', () => {
    const limit = limitOf();
    expect(limit.report({}).limit).toBe(20);
    expect(limit.report({ successes: 19 }).limit).toBe(20);
    expect(limit.report({ successes: 1 }).limit).toBe(40);
    expect(limit.report({ successes: 39, member: 'b' }).limit).toBe(40);
    expect(limit.report({ successes: 1 }).limit).toBe(80);
    expect(limit.report({ successes: 500 }).limit).toBe(100);
    expect(limit.report({ successes: 500 }).limit).toBe(100);
  });

  it('is cut once for an episode of refusals, whoever meets them', () => {
    const limit = limitOf();
    expect(limit.report({ rateLimited: true }).limit).toBe(16);
    expect(limit.report({ rateLimited: true, member: 'b' }, 100).limit).toBe(16);
    expect(limit.report({ rateLimited: true }, 14_899).limit).toBe(16);
    expect(limit.report({ rateLimited: true }, 1).limit).toBe(12);
  });

  it('does not grow while it cools down, and then by one for each time it was used up', () => {
    const limit = limitOf();
    limit.report({ rateLimited: true });
    expect(limit.report({ successes: 1000 }, 14_999).limit).toBe(16);
    expect(limit.report({ successes: 15 }, 1).limit).toBe(16);
    expect(limit.report({ successes: 1 }).limit).toBe(17);
    expect(limit.report({ successes: 16 }).limit).toBe(17);
    expect(limit.report({ successes: 1 }).limit).toBe(18);
  });

  it('is at least 1, however often it is cut', () => {
    const limit = limitOf();
    const limits = Array.from({ length: 20 }, () => limit.report({ rateLimited: true }, 15_000).limit);
    expect(limits).toEqual([16, 12, 9, 7, 5, 4, 3, 2, ...Array<number>(12).fill(1)]);
    expect(limit.report({ successes: 1 }, 15_000).limit).toBe(2);
  });

  it('recovers up to a fixed number and not beyond', () => {
    const limit = limitOf({ ...RULES, start: 5, ceiling: 5 });
    expect(limit.report({ successes: 1000 }).limit).toBe(5);
    expect(limit.report({ rateLimited: true }).limit).toBe(4);
    expect(limit.report({ successes: 4 }, 15_000).limit).toBe(5);
    expect(limit.report({ successes: 1000 }).limit).toBe(5);
  });

  it('never begins above the ceiling, and obeys one that was lowered', () => {
    expect(limitOf({ ...RULES, start: 50, ceiling: 30 }).report({}).limit).toBe(30);
    const grown = limitOf();
    grown.report({ successes: 20 });
    const next = reported(
      grown.state,
      1_000_000,
      { member: 'a', demand: 1, holding: 0, successes: 0, rateLimited: false },
      { ...RULES, ceiling: 30 },
    );
    expect(next.result.limit).toBe(30);
  });

  it('is not frozen by a clock that was set back', () => {
    const limit = limitOf();
    limit.report({ rateLimited: true });
    expect(limit.report({ rateLimited: true }, -3_600_000).limit).toBe(12);
  });
});

describe('the shares', () => {
  it('come from what nobody holds: a newcomer waits until others have given back', () => {
    const limit = limitOf();
    expect(limit.report({ member: 'a', demand: 50 }).allotment).toBe(20);
    expect(limit.report({ member: 'b', demand: 50 }).allotment).toBe(0);
    // a may have 20 in flight until it hears this.
    expect(limit.report({ member: 'a', demand: 50, holding: 20 }).allotment).toBe(10);
    expect(limit.report({ member: 'b', demand: 50 }).allotment).toBe(0);
    // It has heard, and 13 calls that began before are still in flight.
    expect(limit.report({ member: 'a', demand: 50, holding: 13 }).allotment).toBe(10);
    expect(limit.report({ member: 'b', demand: 50 }).allotment).toBe(7);
    limit.report({ member: 'a', demand: 50, holding: 10 });
    expect(limit.report({ member: 'b', demand: 50, holding: 7 }).allotment).toBe(10);
  });

  it('shrink after a cut, for those first who report first', () => {
    const limit = limitOf();
    limit.report({ member: 'a', demand: 10 });
    limit.report({ member: 'b', demand: 10 });
    limit.report({ member: 'a', demand: 10, holding: 20 });
    limit.report({ member: 'a', demand: 10, holding: 10 });
    expect(limit.report({ member: 'b', demand: 10 }).allotment).toBe(10);
    expect(limit.report({ member: 'a', demand: 10, holding: 10, rateLimited: true })).toMatchObject({
      limit: 16,
      allotment: 6,
    });
    limit.report({ member: 'a', demand: 10, holding: 6 });
    expect(limit.report({ member: 'b', demand: 10, holding: 10 }).allotment).toBe(8);
  });

  it('of a member that leaves, or is silent for its time to live, go to the others', () => {
    const limit = limitOf();
    limit.report({ member: 'a', demand: 50 });
    limit.report({ member: 'a', demand: 0 });
    expect(limit.state.members).toEqual({});
    expect(limit.report({ member: 'b', demand: 50 }).allotment).toBe(20);
    expect(limit.report({ member: 'c', demand: 50 }, 10_000).allotment).toBe(0);
    expect(limit.report({ member: 'c', demand: 50 }, 1).allotment).toBe(20);
    expect(Object.keys(limit.state.members)).toEqual(['c']);
  });

  it('of the dead are free again after a clock was set back', () => {
    const limit = limitOf();
    limit.report({ member: 'dead', demand: 50 });
    expect(limit.report({ member: 'a', demand: 50 }, -3_600_000).allotment).toBe(20);
  });
});

describe('a block', () => {
  it('is told to all until it ends', () => {
    const limit = limitOf();
    expect(limit.report({}).block).toBeUndefined();
    limit.report({ block: { ms: 4000, by: 'rate_limited' } });
    expect(limit.report({ member: 'b' }, 1000).block).toEqual({ ms: 3000, by: 'rate_limited' });
    expect(limit.report({ member: 'b' }, 3000).block).toBeUndefined();
    expect(limit.state.block).toBeNull();
  });

  it('is the one that ends last', () => {
    const limit = limitOf();
    limit.report({ block: { ms: 4000, by: 'rate_limited' } });
    expect(limit.report({ block: { ms: 3000, by: 'circuit_open' } }).block).toEqual({
      ms: 4000,
      by: 'rate_limited',
    });
    expect(limit.report({ block: { ms: 8000, by: 'circuit_open' } }, 1000).block).toEqual({
      ms: 8000,
      by: 'circuit_open',
    });
  });

  it('lasts ten minutes at most, whatever a provider or a clock says', () => {
    const limit = limitOf();
    limit.report({ block: { ms: 86_400_000, by: 'rate_limited' } });
    expect(limit.report({}).block?.ms).toBe(600_000);
    expect(limit.report({}, -3_600_000).block?.ms).toBe(600_000);
  });
});
