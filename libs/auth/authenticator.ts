import { Injectable } from '@nestjs/common';
import { AppError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { DEFAULT_WORKSPACE_ID } from './default-workspace.js';
import { withImplied } from './permission.js';
import type { Principal } from './principal.js';

/** What is known of a request before it is known whose it is. */
export interface Credentials {
  headers: Record<string, string | string[] | undefined>;
}

/** This machine's own user, where `AUTH_MODE=local` opens the service to it. */
const LOCAL: Principal = {
  kind: 'local',
  id: 'local',
  workspaceId: DEFAULT_WORKSPACE_ID,
  permissions: withImplied(['admin:full']),
};

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

@Injectable()
export class Authenticator {
  constructor(private readonly config: AppConfig) {}

  /** @throws AppError `unauthenticated` */

  async authenticate(credentials: Credentials): Promise<Principal> {
    if (this.config.auth.mode === 'local') return local(credentials);
    throw AppError.unauthenticated('Send "Authorization: Bearer" with an access token or an API key.');
  }
}

/** Pages that this machine's browser shows may call loopback addresses too, and a name of theirs may point here. */
function local({ headers }: Credentials): Principal {
  const host = String(headers.host ?? '');
  const site = headers['sec-fetch-site'];
  if (!LOOPBACK_HOST.test(host))
    throw AppError.unauthenticated(
      `With AUTH_MODE=local the service is called by 127.0.0.1 or localhost, not by "${host}".`,
    );
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw AppError.unauthenticated('With AUTH_MODE=local no page of another site may call the service.');
  return LOCAL;
}
