import { describe, expect, it, vi } from 'vitest';
import { Circuit, type CallResult } from './circuit.js';

const PAUSES = [1000, 2000, 4000];

function circuitOf(threshold = 3) {
  const changed = vi.fn();
  const circuit = new Circuit(threshold, PAUSES, changed);
  /** Makes calls one after another, and waits until their ends are counted. */
  const call = async (...results: CallResult[]): Promise<void> => {
    for (const result of results) circuit.begin()(result);
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** Makes calls that open it, for so long. */
  const opensFor = async (ms: number, ...results: CallResult[]): Promise<void> => {
    const before = performance.now();
    await call(...results);
    expect(circuit.state).toBe('open');
    expect(circuit.opensAt).toBeGreaterThanOrEqual(before + ms);
    expect(circuit.opensAt).toBeLessThanOrEqual(performance.now() + ms);
  };
  return { circuit, changed, call, opensFor };
}

describe('Circuit', () => {
  it('opens after so many failures with no success between', async () => {
    const { circuit, changed, call, opensFor } = circuitOf();
    await call('failure', 'failure', 'success', 'failure', 'neutral', 'failure');
    expect(circuit.state).toBe('closed');
    await opensFor(1000, 'failure');
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('counts failures and successes that come at the same time in their order', async () => {
    const { circuit, call } = circuitOf();
    await call('failure', 'failure', 'success', 'failure', 'failure');
    expect(circuit.state).toBe('closed');
    await call('failure');
    expect(circuit.state).toBe('open');
  });

  it('tries one call when it is time, and closes on its success', async () => {
    const { circuit, changed, call } = circuitOf();
    await call('failure', 'failure', 'failure');
    const end = circuit.begin();
    expect(circuit.state).toBe('half_open');
    end('success');
    await call();
    expect(circuit.state).toBe('closed');
    expect(changed).toHaveBeenCalledTimes(2);
    await call('failure', 'failure');
    expect(circuit.state).toBe('closed');
  });

  it.each(['neutral', 'success'] as const)('closes when the tried call ends %s', async (result) => {
    const { circuit, call } = circuitOf();
    await call('failure', 'failure', 'failure');
    await call(result);
    expect(circuit.state).toBe('closed');
  });

  it('opens for longer each time the tried call fails, up to the longest pause, and begins anew once closed', async () => {
    const { call, opensFor } = circuitOf();
    await opensFor(1000, 'failure', 'failure', 'failure');
    for (const pause of [2000, 4000, 4000]) await opensFor(pause, 'failure');
    await call('success');
    await opensFor(1000, 'failure', 'failure', 'failure');
  });

  it('does not care how calls end that began before it opened', async () => {
    const { circuit, call } = circuitOf();
    const [before, late] = [circuit.begin(), circuit.begin()];
    await call('failure', 'failure', 'failure');
    before('success');
    await call();
    expect(circuit.state).toBe('open');
    const end = circuit.begin();
    late('failure');
    await call();
    expect(circuit.state).toBe('half_open');
    end('success');
    await call();
    expect(circuit.state).toBe('closed');
  });

  it('goes on when the wall clock is set back', async () => {
    const { circuit, call } = circuitOf();
    await call('failure', 'failure', 'failure');
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    await call('success');
    clock.mockRestore();
    expect(circuit.state).toBe('closed');
  });
});
