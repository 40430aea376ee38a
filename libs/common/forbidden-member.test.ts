import { expect, it } from 'vitest';
import { refuseForbiddenMembers } from './forbidden-member.js';

it.each([
  ['{"__proto__":1}', '__proto__'],
  ['{"a":[{"b":{"__proto__":null}}]}', 'a.0.b.__proto__'],
  ['{"constructor":"x"}', 'constructor'],
  ['{"a":{"constructor":{"prototype":{}}}}', 'a.constructor'],
])('refuses %s at %s', (json, path) => {
  expect(() => refuseForbiddenMembers(JSON.parse(json), 'body')).toThrow(
    expect.objectContaining({
      code: 'forbidden_member',
      details: { errors: [{ path, message: 'is forbidden' }] },
    }),
  );
});

it.each(['{"driver":{"constructor":"Ferrari"},"prototype":1}', '[]', '"__proto__"', 'null'])(
  'takes %s',
  (json) => {
    expect(() => refuseForbiddenMembers(JSON.parse(json), 'body')).not.toThrow();
  },
);

it('takes what is deep', () => {
  const deep = JSON.parse('[{"a":'.repeat(50_000) + '1' + '}]'.repeat(50_000)) as unknown;
  expect(() => refuseForbiddenMembers(deep, 'body')).not.toThrow();
});
