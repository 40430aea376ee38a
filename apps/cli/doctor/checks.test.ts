import { expect, it } from 'vitest';
import { clockOf } from './server-checks.js';
import { checkNode } from './settings-checks.js';

it.each([
  ['20.18.1', 'problem'],
  ['20.19.0', 'ok'],
  ['24.1.0', 'ok'],
])('Node %s is %s', (version, state) => {
  expect(checkNode(version).state).toBe(state);
});

it('warns of a clock that is off, and says which way', () => {
  const server = 'Tue, 24 Nov 2026 15:00:00 GMT';
  expect(clockOf(server, Date.UTC(2026, 10, 24, 15, 0, 30)).state).toBe('ok');
  expect(clockOf(server, Date.UTC(2026, 10, 24, 15, 2, 0)).text).toBe(
    "This clock is 120 s ahead of the server's",
  );
  expect(clockOf(server, Date.UTC(2026, 10, 24, 14, 58, 0)).text).toContain('behind');
  expect(clockOf(null, 0).state).toBe('ok');
});
