import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PERMISSIONS, permissionsOf, ROLES, withImplied } from './permission.js';

it('lets each role do what those before it may', () => {
  for (const [index, role] of ROLES.slice(1).entries()) {
    const before = permissionsOf(ROLES[index]!);
    expect([...permissionsOf(role)]).toEqual(expect.arrayContaining([...before]));
    expect(permissionsOf(role).size).toBeGreaterThan(before.size);
  }
  expect([...permissionsOf('admin')].toSorted()).toEqual([...PERMISSIONS].toSorted());
});

it('implies nothing that implies more, so that scopes are compared by name', () => {
  fc.assert(
    fc.property(fc.subarray([...PERMISSIONS]), (scopes) => {
      const implied = withImplied(scopes);
      expect(withImplied([...implied])).toEqual(implied);
    }),
  );
});
