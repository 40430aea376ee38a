import { Injectable } from '@nestjs/common';
import { AppError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { AccessReader, type KnownApiKey } from './access-reader.js';
import { isWholeApiKey, looksLikeApiKey } from './api-keys/api-key-text.js';
import { AuthKeys } from './auth-keys.js';
import { DEFAULT_WORKSPACE_ID } from './default-workspace.js';
import { permissionsOf, withImplied } from './permission.js';
import type { Principal } from './principal.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { accessCookieOf, type CookieRequest } from './sessions/session-cookies.js';

/** What is known of a request before it is known whose it is. */
export type Credentials = CookieRequest;

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
  /** Whoever a key that was read stands for, until it is read anew. */
  private readonly ofKeys = new WeakMap<KnownApiKey, Principal>();

  constructor(
    private readonly config: AppConfig,
    private readonly keys: AuthKeys,
    private readonly accessTokens: AccessTokens,
    private readonly access: AccessReader,
  ) {}

  /** @throws AppError of kind `unauthenticated`, or `cross_site_request` */
  async authenticate(credentials: Credentials): Promise<Principal> {
    if (this.config.auth.mode === 'local') return local(credentials);
    const token = bearerOf(credentials) ?? accessCookieOf(credentials);
    if (token === undefined)
      throw AppError.unauthenticated(
        'Nobody is signed in. Send "Authorization: Bearer" with an API key, or with an access token from POST /api/v1/auth/login.',
      );
    return looksLikeApiKey(token) ? this.byApiKey(token) : this.byAccessToken(token);
  }

  private async byAccessToken(token: string): Promise<Principal> {
    const { sub, sid, wid } = await this.accessTokens.verify(token);
    const role = await this.access.roleOf(sid, sub, wid);
    if (!role)
      throw AppError.unauthenticated(
        'This session has ended, or you are no member of its workspace any more. Sign in again with POST /api/v1/auth/login.',
        'session_ended',
      );
    return {
      ...{ kind: 'user', id: sub, workspaceId: wid, permissions: permissionsOf(role) },
      ...{ userId: sub, sessionId: sid },
    };
  }

  /** Its scopes, as far as its creator may do the same at this moment. */
  private async byApiKey(token: string): Promise<Principal> {
    const key = isWholeApiKey(token) ? await this.access.apiKey(this.keys.hmacsOf(token)) : undefined;
    if (!key || (key.expiresAt && key.expiresAt.getTime() <= Date.now()))
      throw AppError.unauthenticated(
        'There is no such API key: it was revoked, has expired, or is not whole. Make another with POST /api/v1/api-keys.',
        'invalid_api_key',
      );
    const known = this.ofKeys.get(key) ?? principalOf(key);
    this.ofKeys.set(key, known);
    return known;
  }
}

function principalOf({ id, workspaceId, userId, role, scopes }: KnownApiKey): Principal {
  const ofRole = permissionsOf(role);
  const permissions = new Set([...withImplied(scopes)].filter((permission) => ofRole.has(permission)));
  return { kind: 'api_key', id, workspaceId, permissions, userId };
}

/** @throws AppError `unauthenticated` where the header holds something else. */
function bearerOf({ headers }: Credentials): string | undefined {
  if (headers.authorization === undefined) return undefined;
  const token = /^Bearer +([^\s,]+)$/i.exec(String(headers.authorization))?.[1];
  if (token !== undefined) return token;
  throw AppError.unauthenticated(
    'The Authorization header has to be "Bearer", a space, and an access token or an API key.',
  );
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
