import { describe, expect, it } from 'vitest';
import { RefusalMeter } from './refusal-meter.js';

const repeat = (n: number, act: (i: number) => boolean): number =>
  Array.from({ length: n }, (_, i) => act(i)).filter(Boolean).length;

describe('RefusalMeter', () => {
  it('records the first ten of a sender, and the rest as a number when the minute is over', () => {
    const meter = new RefusalMeter<string>();
    expect(meter.due(0)).toEqual([]);
    expect(repeat(25, (i) => meter.record('a', `a${i}`))).toBe(10);
    expect(repeat(3, (i) => meter.record('b', `b${i}`))).toBe(3);
    expect(meter.due(59_999)).toEqual([]);
    expect(meter.due(60_000)).toEqual([{ example: 'a10', count: 15 }]);
    expect(meter.record('a', 'again')).toBe(true);
    expect(meter.drain()).toEqual([]);
  });

  it('keeps at most 600 entries a minute of however many senders', () => {
    const meter = new RefusalMeter<string>();
    expect(repeat(100_000, (i) => meter.record(`sender ${i % 5000}`, 'x'))).toBe(600);
    const counted = meter.drain();
    expect(counted).toHaveLength(61);
    expect(counted.at(-1)).toEqual({ example: undefined, count: 4940 * 20 });
    expect(counted.reduce((sum, { count }) => sum + count, 600)).toBe(100_000);
  });
});
