/** What a principal may be allowed to do. A name is `<what>:<how>`; API keys carry them as scopes. */
export const PERMISSIONS = [
  'benchmark:read',
  'benchmark:write',
  'agent:write',
  'run:write',
  'results:read',
  'results:write',
  'webhook:write',
  'secret:write',
  'key:write',
  'member:write',
  'audit:read',
  'admin:full',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** From the least to the most: each may do what those before it may. */
export const ROLES = ['viewer', 'editor', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** What comes with a permission, since it is of no use without. */
const IMPLIED: Partial<Record<Permission, readonly Permission[]>> = {
  'benchmark:write': ['benchmark:read', 'agent:write', 'run:write'],
  'agent:write': ['benchmark:read'],
  'run:write': ['benchmark:read'],
  'results:write': ['results:read', 'benchmark:read'],
  'admin:full': PERMISSIONS,
};

const OF_ROLE: Record<Role, readonly Permission[]> = {
  viewer: ['benchmark:read', 'results:read'],
  editor: ['benchmark:write', 'results:write', 'key:write'],
  admin: ['admin:full'],
};

/** The given permissions and all that they imply. */
export function withImplied(permissions: readonly Permission[]): ReadonlySet<Permission> {
  return new Set(permissions.flatMap((permission) => [permission, ...(IMPLIED[permission] ?? [])]));
}

/** Asked for with every request. */
const ALL_OF_ROLE = new Map(ROLES.map((role) => [role, withImplied(OF_ROLE[role])]));

export const permissionsOf = (role: Role): ReadonlySet<Permission> => ALL_OF_ROLE.get(role)!;
