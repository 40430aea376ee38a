import { describe, expect, it } from 'vitest';
import { noPace, paceAt } from './run-pace.js';
import type { EntryView } from './runs-reader.js';
import type { RunStatus } from './run-state.js';

const run = (activeSeconds: number, done: number, status: RunStatus = 'processing', trials = 100) => {
  const entry = { status: 'processing', trials, scored: done, agentErrors: 0, infraErrors: 0, unscored: 0 };
  return { status, activeSeconds, entries: [entry as EntryView] };
};

describe('the pace of a run', () => {
  it('is that of the whole run when it is first seen, and then that of late', () => {
    const first = paceAt(noPace(), run(10, 20));
    expect(first).toMatchObject({ trialsPerSecond: 2, etaSeconds: 40 });
    const slower = paceAt(first, run(20, 30));
    expect(slower).toMatchObject({ trialsPerSecond: 1, etaSeconds: 70 });
  });

  it('forgets what was more than 20 s ago', () => {
    let pace = paceAt(noPace(), run(1, 50));
    for (let second = 2; second <= 40; second++) pace = paceAt(pace, run(second, 50 + second / 2));
    expect(pace.trialsPerSecond).toBeCloseTo(0.5);
  });

  it('is not known before anything was done, and nobody says when a run ends that stands still', () => {
    expect(paceAt(noPace(), run(0, 0))).toMatchObject({ trialsPerSecond: null, etaSeconds: null });
    expect(paceAt(noPace(), run(5, 0))).toMatchObject({ trialsPerSecond: 0, etaSeconds: null });
    expect(paceAt(noPace(), run(10, 20, 'paused')).etaSeconds).toBeNull();
    expect(paceAt(noPace(), run(10, 100, 'completed')).etaSeconds).toBe(0);
  });

  it('is never negative, though trials are taken back to be tried again', () => {
    const before = paceAt(noPace(), run(10, 90));
    expect(paceAt(before, run(20, 60))).toMatchObject({ trialsPerSecond: 3 });
  });
});
