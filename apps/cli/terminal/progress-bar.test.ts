import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { timeLeft } from './format.js';
import { progressLine } from './progress-bar.js';

const HALF = {
  status: 'processing' as const,
  progress: 0.5,
  done: 1450,
  trials: 2900,
  trials_per_s: 121.4,
  eta_s: 11.9,
  cost_usd: 0.25,
};

describe('the progress line', () => {
  it('tells how much is done, what is left, what was spent, and the rate', () => {
    expect(progressLine('gsm8k', HALF, 120)).toBe(
      `gsm8k ${'█'.repeat(15)}${'░'.repeat(15)}  50 %  1,450/2,900  ETA 12 s  $0.2500  121/s`,
    );
  });

  it.each([30, 40, 60, 79])('fits %i columns', (width) => {
    expect(stringWidth(progressLine('a-benchmark-with-a-name', HALF, width))).toBeLessThanOrEqual(width);
  });

  it('leaves out what is not known', () => {
    expect(progressLine('x', { ...HALF, eta_s: null, trials_per_s: null }, 120)).not.toMatch(/ETA|\/s/);
  });
});

it.each([
  [0.2, '1 s'],
  [59, '59 s'],
  [60, '1 min 0 s'],
  [125, '2 min 5 s'],
  [600, '10 min'],
  [3600, '1 h 0 min'],
  [7320, '2 h 2 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(timeLeft(seconds)).toBe(text);
});
