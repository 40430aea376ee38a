import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import type { CallLimit } from './call-limit.js';
import type { Permit } from './permit.js';
import { startProcesses, type Processes } from './testing/processes.js';

const never = new AbortController().signal;
setMaxListeners(0, never);
const ONE = { tokens: 1 };

/** Lets everything happen that waits for no timer. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('acquire, abort and done in any order', () => {
  let processes: Processes;
  beforeEach(async () => void (processes = await startProcesses(1, {})));
  afterEach(() => processes.close());

  const stepArbitrary = fc.record({
    do: fc.constantFrom('acquire', 'acquire', 'abort', 'done', 'settle'),
    which: fc.nat(20),
  });
  const specArbitrary = fc.constantFrom({}, { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000 });

  it('lose no permit', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary, fc.array(stepArbitrary, { maxLength: 60 }), async (budgets, steps) => {
        const limit = processes.limiters[0]!.limit({ key: newId(), label: 'x', fixed: 3, ...budgets });
        const controllers: AbortController[] = [];
        const permits: Permit[] = [];
        const ended: Promise<'permit' | 'aborted'>[] = [];
        for (const { do: what, which } of steps) {
          if (what === 'acquire') {
            const controller = new AbortController();
            controllers.push(controller);
            ended.push(
              limit.acquire(ONE, controller.signal).then(
                (permit) => {
                  permits.push(permit);
                  return 'permit' as const;
                },
                (error: unknown) => {
                  expect(error).toBe(controller.signal.reason);
                  return 'aborted' as const;
                },
              ),
            );
          }
          if (what === 'abort') controllers[which % controllers.length]?.abort();
          if (what === 'done')
            permits.splice(which % Math.max(1, permits.length), 1)[0]?.done({ kind: 'neutral' });
          if (what === 'settle') await settle();
          expect(limit.snapshot().inFlight).toBeLessThanOrEqual(3);
        }
        for (const controller of controllers) controller.abort();
        const results = await Promise.all(ended);
        // One may have been aborted while it paid.
        await settle();
        expect(limit.snapshot()).toMatchObject({ waiting: 0, inFlight: permits.length });
        for (const permit of permits) permit.done({ kind: 'neutral' });
        expect(limit.snapshot().inFlight).toBe(0);
        expect(results).toHaveLength(ended.length);
        const all = await Promise.all([1, 2, 3].map(() => limit.acquire(ONE, never)));
        all.forEach((permit) => permit.done({ kind: 'neutral' }));
      }),
      { numRuns: 60 },
    );
  });

  it('takes a permit back once, however often it is done', async () => {
    const limit = processes.limiters[0]!.limit({ key: newId(), label: 'x', fixed: 2 });
    const [first, second] = await Promise.all([limit.acquire(ONE, never), limit.acquire(ONE, never)]);
    first.done({ kind: 'success' });
    first.done({ kind: 'success' });
    expect(limit.snapshot().inFlight).toBe(1);
    second.done({ kind: 'success' });
    expect(limit.snapshot().inFlight).toBe(0);
  });

  it('refuses whoever comes aborted', async () => {
    const limit = processes.limiters[0]!.limit({ key: newId(), label: 'x' });
    const reason = new Error('cancelled');
    await expect(limit.acquire(ONE, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(limit.snapshot()).toMatchObject({ inFlight: 0, waiting: 0 });
  });
});

describe('reports', () => {
  let processes: Processes;
  let limit: CallLimit;
  let updates: ReturnType<typeof vi.spyOn>;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
    processes = await startProcesses(1, {});
    updates = vi.spyOn(processes.state, 'update');
    limit = processes.limiters[0]!.limit({ key: newId(), label: 'x', fixed: 2 });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await processes.close();
  });

  it('are made at the first call, each second while there are calls, and then not at all', async () => {
    const permit = await limit.acquire(ONE, never);
    expect(updates).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(updates).toHaveBeenCalledTimes(11);
    permit.done({ kind: 'success' });
    // One more says how the call ended, and one that there was none since: then this process is no member any more.
    await vi.advanceTimersByTimeAsync(2500);
    expect(updates).toHaveBeenCalledTimes(13);
    expect(limit.snapshot().allotment).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    (await limit.acquire(ONE, never)).done({ kind: 'success' });
    expect(updates).toHaveBeenCalledTimes(14);
  });

  it('do not become more by more calls', async () => {
    for (let i = 0; i < 1000; i++) {
      const calls = [limit.acquire(ONE, never), limit.acquire(ONE, never)];
      await vi.advanceTimersByTimeAsync(1);
      for (const permit of await Promise.all(calls)) permit.done({ kind: 'success' });
    }
    expect(updates).toHaveBeenCalledTimes(2);
  });

  it('ask for more at once, and less and less often while there is no more', async () => {
    const permits = await Promise.all([limit.acquire(ONE, never), limit.acquire(ONE, never)]);
    expect(updates).toHaveBeenCalledTimes(1);
    const waiting = limit.acquire(ONE, never);
    await vi.advanceTimersByTimeAsync(100);
    expect(updates).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(900);
    expect(updates).toHaveBeenCalledTimes(4);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(updates).toHaveBeenCalledTimes(14);
    permits.forEach((permit) => permit.done({ kind: 'success' }));
    (await waiting).done({ kind: 'success' });
  });

  it('of a refusal are made at once', async () => {
    const permit = await limit.acquire(ONE, never);
    await vi.advanceTimersByTimeAsync(500);
    permit.done({ kind: 'rate_limited' });
    await settle();
    expect(updates).toHaveBeenCalledTimes(2);
    expect(limit.snapshot().limit).toBe(1);
  });
});
