import { expect, it } from 'vitest';
import { lastBoxed } from './boxed.js';

it.each([
  [String.raw`so $\boxed{42}$.`, '42'],
  [String.raw`\boxed{1} and then \boxed{2}`, '2'],
  [String.raw`\boxed{\frac{1}{2}}`, String.raw`\frac{1}{2}`],
  [String.raw`\boxed{}`, ''],
  [String.raw`\boxed{42`, null],
  ['42', null],
])('%s holds %j', (text, expected) => {
  expect(lastBoxed(text)).toBe(expected);
});
