import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AppError, newId } from '#libs/common';
import { AccessReader } from '../access-reader.js';
import { hashOf, newToken } from '../one-time-token.js';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-tokens.js';
import { SessionEntity } from './session.entity.js';

/** Of a refresh token that nobody uses. */
const IDLE_DAYS = 14;

/** Of a session, however busy: then its person signs in again. */
const MAX_DAYS = 90;

const REFRESH_SECONDS = IDLE_DAYS * 86_400;

/** The oldest first, which is the default workspace for whoever is in it; `$2` null for any. */
const MEMBERSHIP = `
SELECT m.workspace_id AS id
FROM memberships m JOIN users u ON u.id = m.user_id
WHERE m.user_id = $1 AND u.disabled_at IS NULL AND ($2::uuid IS NULL OR m.workspace_id = $2)
ORDER BY m.created_at, m.workspace_id LIMIT 1`;

/** Of two that come with one token, the second waits for the first and then finds it used. */
const USE = `
WITH used AS (
  UPDATE refresh_tokens t SET used_at = now() FROM sessions s
  WHERE t.token_hash = $1 AND t.used_at IS NULL AND t.expires_at > now()
    AND s.id = t.session_id AND s.revoked_at IS NULL AND s.expires_at > now()
  RETURNING s.id, s.user_id AS "userId", s.workspace_id AS "workspaceId"
) SELECT * FROM used`;

const GIVE = `
INSERT INTO refresh_tokens (token_hash, session_id, expires_at)
SELECT $1, id, least(expires_at, now() + make_interval(secs => $3)) FROM sessions WHERE id = $2`;

const REVOKE_REUSED = `
WITH revoked AS (
  UPDATE sessions s SET revoked_at = now() FROM refresh_tokens t
  WHERE t.token_hash = $1 AND t.used_at IS NOT NULL AND s.id = t.session_id AND s.revoked_at IS NULL
  RETURNING s.id, s.user_id
) SELECT * FROM revoked`;

const REVOKE_OF_TOKEN = `
WITH revoked AS (
  UPDATE sessions s SET revoked_at = now() FROM refresh_tokens t
  WHERE t.token_hash = $1 AND s.id = t.session_id AND s.revoked_at IS NULL
  RETURNING s.id
) SELECT * FROM revoked`;

export interface SessionTokens {
  accessToken: string;
  accessSeconds: number;
  refreshToken: string;
  refreshSeconds: number;
  workspaceId: string;
}

interface Session {
  id: string;
  userId: string;
  workspaceId: string;
}

/** Sign-ins: each a family of refresh tokens, of which one is good at a time. */
@Injectable()
export class SessionsService {
  private readonly logger = new Logger(SessionsService.name);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accessTokens: AccessTokens,
    private readonly access: AccessReader,
  ) {}

  /**
   * @param workspaceId undefined: the workspace that the person has been in for the longest.
   * @throws AppError `no_workspace`
   */
  begin(userId: string, network: string, workspaceId?: string): Promise<SessionTokens> {
    return this.dataSource.transaction(async (manager) => {
      const session = { id: newId(), userId, workspaceId: await membershipOf(manager, userId, workspaceId) };
      await manager.query('DELETE FROM sessions WHERE user_id = $1 AND expires_at < now()', [userId]);
      await manager.insert(SessionEntity, {
        ...session,
        network,
        expiresAt: () => `now() + interval '${MAX_DAYS} days'`,
      });
      return this.tokensOf(manager, session);
    });
  }

  /**
   * @param workspaceId to go on in; undefined: the same as before, or another where the person has left it.
   * @throws AppError `refresh_token_reused`, and the session has ended; `invalid_refresh_token`; `no_workspace`.
   */
  async refresh(refreshToken: string, workspaceId?: string): Promise<SessionTokens> {
    const hash = hashOf(refreshToken);
    const tokens = await this.dataSource.transaction(async (manager) => {
      const [session] = await manager.query<Session[]>(USE, [hash]);
      if (!session) return undefined;
      const { id, userId } = session;
      const chosen =
        workspaceId ?? (await membershipOf(manager, userId, session.workspaceId).catch(() => undefined));
      return this.tokensOf(manager, await moveTo(manager, { id, userId }, chosen));
    });
    return tokens ?? this.refuse(hash);
  }

  /** Another access token of the session, for another workspace. @throws AppError `no_workspace` */
  async switchTo(sessionId: string, userId: string, workspaceId: string): Promise<AccessGrant> {
    const session = await moveTo(this.dataSource.manager, { id: sessionId, userId }, workspaceId);
    return this.grant(session);
  }

  /** Ends the session of a refresh token, if there is one. */
  async end(refreshToken: string): Promise<void> {
    const ended = await this.dataSource.query<unknown[]>(REVOKE_OF_TOKEN, [hashOf(refreshToken)]);
    if (ended.length > 0) this.access.changed();
  }

  /** Ends all sessions of a person but the one that they are in. */
  async endOthers(userId: string, sessionId: string): Promise<void> {
    await this.dataSource.query(
      'UPDATE sessions SET revoked_at = now() WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL',
      [userId, sessionId],
    );
    this.access.changed();
  }

  private async tokensOf(manager: EntityManager, session: Session): Promise<SessionTokens> {
    const refreshToken = newToken('air');
    await manager.query(GIVE, [hashOf(refreshToken), session.id, REFRESH_SECONDS]);
    return { ...(await this.grant(session)), refreshToken, refreshSeconds: REFRESH_SECONDS };
  }

  private async grant({ id, userId, workspaceId }: Session): Promise<AccessGrant> {
    const accessToken = await this.accessTokens.sign({ sub: userId, sid: id, wid: workspaceId });
    return { accessToken, accessSeconds: ACCESS_TOKEN_SECONDS, workspaceId };
  }

  private async refuse(hash: string): Promise<never> {
    const [reused] = await this.dataSource.query<{ id: string; user_id: string }[]>(REVOKE_REUSED, [hash]);
    if (!reused)
      throw AppError.unauthenticated(
        'The refresh token is unknown, or its session has ended. Sign in again with POST /api/v1/auth/login.',
        'invalid_refresh_token',
      );
    this.access.changed();
    this.logger.warn(
      `A used refresh token of user ${reused.user_id} came again: session ${reused.id} ended.`,
    );
    throw AppError.unauthenticated(
      'This refresh token was used before, so somebody may have stolen it: the session has ended. Sign in again with POST /api/v1/auth/login.',
      'refresh_token_reused',
    );
  }
}

export type AccessGrant = Pick<SessionTokens, 'accessToken' | 'accessSeconds' | 'workspaceId'>;

async function moveTo(
  manager: EntityManager,
  { id, userId }: Omit<Session, 'workspaceId'>,
  workspaceId: string | undefined,
): Promise<Session> {
  const session = { id, userId, workspaceId: await membershipOf(manager, userId, workspaceId) };
  await manager.update(SessionEntity, { id }, { workspaceId: session.workspaceId });
  return session;
}

async function membershipOf(manager: EntityManager, userId: string, workspaceId?: string): Promise<string> {
  const [membership] = await manager.query<{ id: string }[]>(MEMBERSHIP, [userId, workspaceId ?? null]);
  if (membership) return membership.id;
  throw AppError.forbidden(
    workspaceId === undefined
      ? 'You are a member of no workspace. Ask an admin to add you to one.'
      : `You are no member of a workspace "${workspaceId}". See GET /api/v1/workspaces.`,
    'no_workspace',
  );
}
