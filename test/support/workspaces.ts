import type { INestApplication } from '@nestjs/common';
import {
  Authenticator,
  DEFAULT_WORKSPACE_ID,
  withImplied,
  type Credentials,
  type Principal,
} from '#libs/auth';

const HEADER = 'x-test-workspace';

/** Headers of a request of an admin of that workspace, where `trustWorkspaceHeader` was called. */
export const ofWorkspace = (workspaceId: string): Record<string, string> => ({ [HEADER]: workspaceId });

/** Has a service take a header's word for whose a request is. */
export function trustWorkspaceHeader(app: INestApplication): void {
  const authenticate = async ({ headers }: Credentials): Promise<Principal> => ({
    kind: 'user',
    id: 'admin',
    workspaceId: String(headers[HEADER] ?? DEFAULT_WORKSPACE_ID),
    permissions: withImplied(['admin:full']),
  });
  Object.assign(app.get(Authenticator, { strict: false }), { authenticate });
}
