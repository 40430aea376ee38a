import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import { reported, type LimitState } from '../adaptive-limit.js';
import { CallDelayed } from '../call-delayed.js';
import type { CallLimit, CallLimitSpec } from '../call-limit.js';
import type { LimitOptions } from '../limit-options.js';
import type { Permit } from '../permit.js';
import { OPTIONS, startProcesses, storedLimit, type Processes } from './processes.js';

const never = new AbortController().signal;
setMaxListeners(0, never);
const acquire = (limit: CallLimit, tokens = 1): Promise<Permit> => limit.acquire({ tokens }, never);
const success = { kind: 'success' } as const;

/** How limits behave in many processes; the same with Redis and, in one process, without. */
export function callLimiterSuite(name: string, redis?: { url: string; prefix: string }): void {
  describe(`CallLimiter: ${name}`, () => {
    let processes: Processes;
    afterEach(() => processes.close());

    /** The same limit in some processes. */
    const limits = async (
      count: number,
      spec: Partial<CallLimitSpec>,
      options: Partial<LimitOptions> = {},
    ): Promise<[CallLimit, CallLimit, CallLimit]> => {
      processes = await startProcesses(count, options, redis);
      const whole = { key: newId(), label: 'openai gpt-5-mini', ...spec };
      return processes.limiters.map((limiter) => limiter.limit(whole)) as [CallLimit, CallLimit, CallLimit];
    };

    it('holds the limit at every instant, and serves everybody', async () => {
      const all = await limits(3, { fixed: 7 });
      let inFlight = 0;
      let most = 0;
      const served = [0, 0, 0];
      const call = async (who: number): Promise<void> => {
        await sleep(Math.random() * 100);
        const permit = await acquire(all[who]!);
        most = Math.max(most, ++inFlight);
        await sleep(Math.random() * 20);
        inFlight--;
        served[who]!++;
        permit.done(Math.random() < 0.1 ? { kind: 'failure' } : success);
      };
      await Promise.all(Array.from({ length: 450 }, (_, index) => call(index % 3)));
      expect(most).toBeLessThanOrEqual(7);
      expect(most).toBeGreaterThan(1);
      expect(served).toEqual([150, 150, 150]);
    });

    it('serves in order', async () => {
      const [limit] = await limits(1, { fixed: 1 });
      const order: number[] = [];
      const calls = [1, 2, 3, 4].map(async (n) => {
        const permit = await acquire(limit);
        order.push(n);
        permit.done(success);
      });
      await Promise.all(calls);
      expect(order).toEqual([1, 2, 3, 4]);
    });

    it('grows by successes, for all', async () => {
      const [a, b] = await limits(2, { start: 4, ceiling: 16 });
      await vi.waitFor(
        async () => {
          const permits = await Promise.all([acquire(a), acquire(a), acquire(b), acquire(b)]);
          permits.forEach((permit) => permit.done(success));
          expect([a.snapshot().limit, b.snapshot().limit]).toEqual([16, 16]);
        },
        { timeout: 20_000, interval: 20 },
      );
    });

    it('is cut once for an episode of refusals, for all', async () => {
      const spec = { key: newId(), start: 10 };
      const all = await limits(3, spec);
      const refuse = async (): Promise<void> => {
        const permits = await Promise.all(all.map((limit) => acquire(limit)));
        permits.forEach((permit) => permit.done({ kind: 'rate_limited' }));
      };
      await refuse();
      await vi.waitFor(() => expect(all.map((limit) => limit.snapshot().limit)).toEqual([8, 8, 8]), 10_000);
      await refuse();
      const { now } = await storedLimit(processes.state, spec.key);
      await vi.waitFor(async () => {
        const { limit } = await storedLimit(processes.state, spec.key);
        // Everybody has reported its second refusal.
        const seen = Object.values(limit!.members).map((member) => member.seen);
        expect(Math.min(...seen)).toBeGreaterThan(now + 100);
      }, 10_000);
      expect(all.map((limit) => limit.snapshot().limit)).toEqual([8, 8, 8]);
    });

    it('is not changed by failures', async () => {
      const spec = { key: newId(), start: 10 };
      const [limit] = await limits(1, spec);
      for (let i = 0; i < 15; i++) (await acquire(limit)).done({ kind: 'failure' });
      const { now } = await storedLimit(processes.state, spec.key);
      await vi.waitFor(async () => {
        (await acquire(limit)).done({ kind: 'neutral' });
        const stored = await storedLimit(processes.state, spec.key);
        expect(Object.values(stored.limit!.members)[0]?.seen).toBeGreaterThan(now);
        expect(stored.limit).toMatchObject({ limit: 10, successes: 0, cut: null });
      }, 10_000);
    });

    it('gives the share of a process that died to the others', async () => {
      const spec = { key: newId(), fixed: 3 };
      const [limit] = await limits(1, spec, { memberTtlMs: 300 });
      await processes.state.update(`limit:${spec.key}`, 60, (state: LimitState | undefined, now) =>
        reported(
          state,
          now,
          { member: 'dead', demand: 9, holding: 0, successes: 0, rateLimited: false },
          { ...OPTIONS, start: 3, ceiling: 3 },
        ),
      );
      const permits = await Promise.all([acquire(limit), acquire(limit), acquire(limit)]);
      permits.forEach((permit) => permit.done(success));
      expect(limit.snapshot()).toMatchObject({ limit: 3, allotment: 3 });
    });

    it('gives the share of a process that ends to the others at once', async () => {
      const [ending, limit] = await limits(2, { fixed: 3 }, { memberTtlMs: 3_600_000 });
      const all = await Promise.all([acquire(ending), acquire(ending), acquire(ending)]);
      all.forEach((permit) => permit.done(success));
      expect(ending.snapshot().allotment).toBe(3);
      await ending.leave();
      const permits = await Promise.all([acquire(limit), acquire(limit), acquire(limit)]);
      permits.forEach((permit) => permit.done(success));
      expect(ending.snapshot().allotment).toBe(0);
    });

    it('refuses everybody who waits, and who comes, for as long as a provider asks to wait', async () => {
      const [a, b] = await limits(2, { fixed: 1 });
      const permit = await acquire(a);
      const waiting = [acquire(a), acquire(b), acquire(b)].map((call) =>
        call.catch((error: unknown) => error),
      );
      permit.done({ kind: 'rate_limited', retryAfterMs: 60_000 });
      for (const error of (await Promise.all(waiting)) as CallDelayed[]) {
        expect(error).toBeInstanceOf(CallDelayed);
        expect(error).toMatchObject({ kind: 'unavailable', code: 'rate_limited' });
        expect(error.message).toMatch(
          /^No call to openai gpt-5-mini starts for \d+ s, because its rate limit is /,
        );
        expect(error.delayMs).toBeGreaterThan(5000);
        expect(error.delayMs).toBeLessThanOrEqual(60_000);
      }
      for (const limit of [a, b]) {
        await expect(acquire(limit)).rejects.toMatchObject({ code: 'rate_limited' });
        expect(limit.snapshot()).toMatchObject({ inFlight: 0, waiting: 0 });
        expect(limit.snapshot().blockedUntilMs).toBeGreaterThan(Date.now());
      }
    });

    it('waits where it is not for long', async () => {
      const [limit] = await limits(1, { fixed: 2 });
      const before = performance.now();
      (await acquire(limit)).done({ kind: 'rate_limited', retryAfterMs: 300 });
      (await acquire(limit)).done(success);
      expect(performance.now() - before).toBeGreaterThanOrEqual(300);
      expect(limit.snapshot().blockedUntilMs).toBeNull();
    });

    it('starts no call for anybody while the circuit is open', async () => {
      const [a, b] = await limits(2, { fixed: 9 }, { circuitFailures: 3, circuitPausesMs: [20_000] });
      (await acquire(b)).done(success);
      for (let i = 0; i < 3; i++) (await acquire(a)).done({ kind: 'failure' });
      for (const limit of [a, b]) {
        await vi.waitFor(async () => {
          const call = acquire(limit).then((permit) => permit.done(success));
          await expect(call).rejects.toMatchObject({ code: 'circuit_open' });
        }, 10_000);
      }
      expect([a.snapshot().circuit, b.snapshot().circuit]).toEqual(['open', 'closed']);
      await expect(acquire(a)).rejects.toThrow(/^No call to openai gpt-5-mini .* its last calls all failed/);
    });

    it('lets one call through a circuit that has been open, and the others after its success', async () => {
      const [limit] = await limits(1, { fixed: 9 }, { circuitFailures: 2, circuitPausesMs: [200] });
      for (const permit of await Promise.all([acquire(limit), acquire(limit)]))
        permit.done({ kind: 'failure' });
      await vi.waitFor(() => expect(limit.snapshot().circuit).toBe('open'), 10_000);
      const granted: Permit[] = [];
      const calls = [1, 2, 3].map(async () => granted.push(await acquire(limit)));
      await Promise.race(calls);
      expect(limit.snapshot()).toMatchObject({ circuit: 'half_open', inFlight: 1, waiting: 2 });
      granted[0]!.done(success);
      await Promise.all(calls);
      expect(limit.snapshot()).toMatchObject({ circuit: 'closed', inFlight: 2, waiting: 0 });
      granted.forEach((permit) => permit.done(success));
      expect(limit.snapshot().inFlight).toBe(0);
    });

    it('makes as many requests a minute as there may be, together', async () => {
      const [a, b] = await limits(2, { requestsPerMinute: 5 });
      for (const limit of [a, b, a, b, a]) (await acquire(limit)).done(success);
      for (const limit of [a, b])
        await expect(acquire(limit)).rejects.toMatchObject({
          code: 'rate_limited',
          delayMs: expect.any(Number),
        });
      expect(a.snapshot().inFlight).toBe(0);
    });

    it('takes nothing for a call that was aborted while it paid', async () => {
      const [limit] = await limits(1, { requestsPerMinute: 2, tokensPerMinute: 2 });
      (await acquire(limit)).done(success);
      const controller = new AbortController();
      const aborted = limit.acquire({ tokens: 1 }, controller.signal);
      controller.abort();
      await expect(aborted).rejects.toBe(controller.signal.reason);
      (await acquire(limit)).done(success);
      await expect(acquire(limit)).rejects.toMatchObject({ code: 'rate_limited' });
      expect(limit.snapshot()).toMatchObject({ inFlight: 0, waiting: 0 });
    });

    it('waits for the next window where it begins soon, in order', async () => {
      const [limit] = await limits(1, { requestsPerMinute: 2 }, { windowSeconds: 1 });
      const order: number[] = [];
      const calls = [1, 2, 3, 4, 5].map(async (n) => {
        const permit = await acquire(limit);
        order.push(n);
        permit.done(success);
      });
      await Promise.all(calls);
      expect(order).toEqual([1, 2, 3, 4, 5]);
    });

    it('spends as many tokens a minute as there may be, counting what calls have really used', async () => {
      const [a, b] = await limits(2, { tokensPerMinute: 100 });
      (await acquire(a, 60)).done({ kind: 'success', tokens: 10 });
      // The correction is not waited for.
      await vi.waitFor(async () => (await acquire(b, 80)).done({ kind: 'success', tokens: 100 }), 10_000);
      await vi.waitFor(() => expect(acquire(b)).rejects.toMatchObject({ code: 'rate_limited' }), 10_000);
      await expect(acquire(a)).rejects.toMatchObject({ code: 'rate_limited' });
    });

    it('gives a call that is larger than the whole budget a window to itself', async () => {
      const [limit] = await limits(1, { tokensPerMinute: 100 }, { windowSeconds: 1 });
      (await acquire(limit, 1)).done({ kind: 'success', tokens: 1 });
      (await acquire(limit, 5000)).done({ kind: 'success', tokens: 5000 });
      (await acquire(limit, 1)).done({ kind: 'success', tokens: 1 });
      expect(limit.snapshot()).toMatchObject({ inFlight: 0, waiting: 0 });
    });
  });
}
