import { describe, expect, it } from 'vitest';
import { compileRegex, firstMatch, lastMatch } from './user-regex.js';

const within = (limit: number, work: () => void): void => {
  const started = performance.now();
  work();
  expect(performance.now() - started).toBeLessThan(limit);
};

describe('user patterns on hostile text', () => {
  it('does not backtrack', () => {
    within(2000, () => {
      expect(firstMatch(compileRegex('(a+)+$'), `${'a'.repeat(100_000)}!`)).toBeNull();
      expect(lastMatch(compileRegex('(x+x+)+y'), 'x'.repeat(100_000))).toBeNull();
    });
  });

  it('bounds the walk to the last match, where each step reads to the end', () => {
    within(60_000, () => {
      expect(lastMatch(compileRegex('a+b|a'), 'a'.repeat(100_000))).toBe('a');
    });
  });

  it('finds the last of very many matches', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `n=${index}`).join(' ');
    expect(lastMatch(compileRegex('n=(\\d+)'), text, 1)).toBe('19999');
  });

  it('keeps what it has when the tail of a long text holds no match', () => {
    expect(lastMatch(compileRegex('\\d+'), '7 '.repeat(1500) + 'x'.repeat(20_000))).toBe('7');
  });

  it('passes over empty matches', () => {
    expect(lastMatch(compileRegex('x*'), 'axxb')).toBe('');
    expect(firstMatch(compileRegex('x*'), 'axxb')).toBe('');
  });
});
