import { describe, expect, it } from 'vitest';
import { compileRegex, firstMatch, lastMatch, withoutMatches } from './user-regex.js';

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

  it('bounds the dropping of matches, and keeps what it no longer looks at', () => {
    within(20_000, () => {
      const kept = withoutMatches(compileRegex('a+b|a'), 'a'.repeat(100_000));
      expect(kept).toMatch(/^a+$/);
      expect(kept.length).toBeLessThan(100_000);
    });
  });
});

describe('a group of several', () => {
  it.each([
    ['(a)|(b)', 'a b', 'a', 'b'],
    ['(x*)(b)', 'b xb', 'b', 'x'],
    ['a|b', 'a b', 'a', 'b'],
    ['(x*)b', 'b', null, null],
  ])('/%s/ finds in %j first %j and last %j', (pattern, text, first, last) => {
    expect(firstMatch(compileRegex(pattern), text, 'any')).toBe(first);
    expect(lastMatch(compileRegex(pattern), text, 'any')).toBe(last);
  });
});

it.each([
  [',', '1,234,5', '12345'],
  ['(?s).*#### ', 'a #### b\n#### 18', '18'],
  ['\\.$', '1.5.', '1.5'],
  ['x*', 'axxb', 'ab'],
])('without what /%s/ matches, %j is %j', (pattern, text, expected) => {
  expect(withoutMatches(compileRegex(pattern), text)).toBe(expected);
});
