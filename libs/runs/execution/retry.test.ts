import { describe, expect, it } from 'vitest';
import { AgentError, type AgentErrorKind } from '#libs/agents';
import { retryDelayMs, withRetries } from './retry.js';

const error = (kind: AgentErrorKind, retryAfterMs?: number) =>
  new AgentError(kind, 'code', 'message', { retryAfterMs });

describe('retryDelayMs', () => {
  it('doubles from half a second to half a minute, times the jitter', () => {
    const delays = [1, 2, 3, 7, 20].map((attempt) => retryDelayMs(error('retryable'), attempt, 100, 0.5));
    expect(delays).toEqual([250, 500, 1000, 15_000, 15_000]);
  });

  it('waits as long as the provider says, but never longer than ten minutes', () => {
    expect(retryDelayMs(error('rate_limited', 1234), 1, 5, 0.9)).toBe(1234);
    expect(retryDelayMs(error('rate_limited', 9e9), 1, 5, 0.9)).toBe(600_000);
  });

  it('does not try again after the last attempt, nor what another try cannot mend', () => {
    expect(retryDelayMs(error('retryable'), 5, 5, 0)).toBeNull();
    expect(retryDelayMs(error('agent_fault'), 1, 5, 0)).toBeNull();
    expect(retryDelayMs(error('configuration'), 1, 5, 0)).toBeNull();
    expect(retryDelayMs(error('blocked'), 1, 5, 0)).toBeNull();
  });
});

describe('withRetries', () => {
  const never = new AbortController().signal;

  it('gives the first success and counts its attempt', async () => {
    const result = await withRetries(
      async (attempt) => {
        if (attempt < 3) throw error('rate_limited', 1);
        return attempt;
      },
      0,
      5,
      never,
    );
    expect(result).toBe(3);
  });

  it('throws the last error once the attempts are used up', async () => {
    let calls = 0;
    const failing = withRetries(
      async () => {
        calls++;
        throw error('retryable', 1);
      },
      0,
      3,
      never,
    );
    await expect(failing).rejects.toMatchObject({ kind: 'retryable' });
    expect(calls).toBe(3);
  });

  it('does not try again what is no AgentError', async () => {
    let calls = 0;
    const failing = withRetries(
      async () => {
        calls++;
        throw new TypeError('bug');
      },
      0,
      3,
      never,
    );
    await expect(failing).rejects.toThrow('bug');
    expect(calls).toBe(1);
  });

  it('stops waiting when aborted, with the reason of the signal', async () => {
    const controller = new AbortController();
    const waiting = withRetries(() => Promise.reject(error('rate_limited', 3000)), 0, 3, controller.signal);
    setTimeout(() => controller.abort(new Error('cancelled')), 10);
    await expect(waiting).rejects.toThrow('cancelled');
  });

  it('hands a long wait back instead of sitting it out, and goes on counting where an earlier lease stopped', async () => {
    const told = withRetries(() => Promise.reject(error('rate_limited', 60_000)), 0, 3, never);
    await expect(told).rejects.toMatchObject({ name: 'Postponed', delayMs: 60_000, code: 'code' });
    const last = withRetries(() => Promise.reject(error('rate_limited', 60_000)), 2, 3, never);
    await expect(last).rejects.toMatchObject({ name: 'AgentError' });
  });
});
