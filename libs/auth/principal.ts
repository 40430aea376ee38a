import type { Permission } from './permission.js';

/** Who makes a request, and what they may do in the one workspace that the request acts in. */
export interface Principal {
  kind: 'user' | 'api_key' | 'local';
  /** Of the user or of the key. */
  id: string;
  workspaceId: string;
  permissions: ReadonlySet<Permission>;
  /** The person who signed in, or who made the key. There is none with AUTH_MODE=local. */
  userId?: string;
  /** Of a user's sign-in. */
  sessionId?: string;
}
