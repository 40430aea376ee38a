import type { Me } from '../../api/types.js';

export type Role = NonNullable<Me['role']>;

export const ROLES: Role[] = ['viewer', 'editor', 'admin'];
