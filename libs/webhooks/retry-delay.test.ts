import { expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.js';

it('makes eight tries, ever further apart', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => retryDelayMs(attempts, 0));
  expect(delays).toEqual([5_000, 30_000, 120_000, 600_000, 3_600_000, 10_800_000, 28_800_000, null]);
});

it('spreads them by a fifth', () => {
  expect(retryDelayMs(1, 0.5)).toBe(5_500);
  expect(retryDelayMs(7, 1)).toBe(34_560_000);
});

it('has no further try after more than eight, as workers that died may have made', () => {
  expect(retryDelayMs(9, 0)).toBeNull();
});
