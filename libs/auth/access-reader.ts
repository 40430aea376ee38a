import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Signals } from '#libs/coordination';
import type { Permission, Role } from './permission.js';
import { ShortCache } from './short-cache.js';

const TOPIC = 'access-changed';

const SESSION = `
SELECT m.role
FROM sessions s
JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL
JOIN memberships m ON m.user_id = u.id AND m.workspace_id = $3
WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()`;

const API_KEY = `
SELECT k.id, k.workspace_id AS "workspaceId", k.created_by AS "userId", k.scopes, m.role, k.expires_at AS "expiresAt",
  coalesce(k.last_used_at < now() - interval '1 minute', true) AS "isStale"
FROM api_keys k
JOIN users u ON u.id = k.created_by AND u.disabled_at IS NULL
JOIN memberships m ON m.user_id = u.id AND m.workspace_id = k.workspace_id
WHERE k.hmac = ANY ($1) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`;

const TOUCH = `
UPDATE api_keys SET last_used_at = now()
WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;

export interface KnownApiKey {
  id: string;
  workspaceId: string;
  userId: string;
  scopes: Permission[];
  /** Of its creator, as it is now. */
  role: Role;
  expiresAt: Date | null;
}

/** What sessions and API keys may do now, read at most every few seconds, and anew after every change of it. */
@Injectable()
export class AccessReader implements OnModuleDestroy {
  private readonly logger = new Logger(AccessReader.name);
  private readonly sessions = new ShortCache<Role | undefined>();
  private readonly apiKeys = new ShortCache<KnownApiKey | undefined>();
  private readonly unsubscribe: () => void;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly signals: Signals,
  ) {
    this.unsubscribe = signals.subscribe(TOPIC, () => this.forget());
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  /** What the person of a session is in a workspace; undefined where session, person or membership has ended. */
  roleOf(sessionId: string, userId: string, workspaceId: string): Promise<Role | undefined> {
    const ids = [sessionId, userId, workspaceId];
    return this.sessions.get(ids.join(), async () => {
      const [row] = await this.dataSource.query<{ role: Role }[]>(SESSION, ids);
      return row?.role;
    });
  }

  /** @param hmacs of the key; undefined where there is no such key, or it has ended, or its creator is no member. */
  apiKey(hmacs: [string, ...string[]]): Promise<KnownApiKey | undefined> {
    return this.apiKeys.get(hmacs[0], async () => {
      const [row] = await this.dataSource.query<(KnownApiKey & { isStale: boolean })[]>(API_KEY, [hmacs]);
      // Nobody waits for it, nor is refused where it fails.
      if (row?.isStale)
        this.dataSource.query(TOUCH, [row.id]).catch((error: unknown) => this.logger.warn(error));
      return row;
    });
  }

  /** To be called after every commit that takes access away, or gives it. */
  changed(): void {
    this.forget();
    this.signals.publish(TOPIC, '');
  }

  private forget(): void {
    this.sessions.clear();
    this.apiKeys.clear();
  }
}
