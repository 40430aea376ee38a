import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AppError, isId } from '#libs/common';
import { outsideWorkspaces } from '#libs/database';
import { AccessReader } from '../access-reader.js';
import { hashOf, newToken } from '../one-time-token.js';
import { MembershipEntity } from './membership.entity.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordResetEntity } from './password-reset.entity.js';

const RESET_MS = 86_400_000;

/**
 * The workspaces of a person, each with whether another is an admin of it who may act. Locked, so that of two admins who
 * shut each other out one sees that the other did.
 */
const REIGN = `
SELECT w.id, EXISTS (SELECT 1 FROM memberships o JOIN users u ON u.id = o.user_id AND u.disabled_at IS NULL
  WHERE o.workspace_id = w.id AND o.role = 'admin' AND o.user_id = $2) AS reigned
FROM workspaces w WHERE EXISTS (SELECT 1 FROM memberships m WHERE m.workspace_id = w.id AND m.user_id = $1)
ORDER BY w.id FOR UPDATE OF w`;

const OF_TOKEN = `
SELECT user_id AS "userId", issued_by AS "issuedBy" FROM password_resets WHERE token_hash = $1 AND expires_at > now()`;

const SPENT = [
  'DELETE FROM password_resets WHERE user_id = $1',
  'UPDATE sessions SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL',
];

/**
 * Accounts, as far as admins see to them. An account is of all workspaces that its person is in, so that only an admin of
 * each of these may: an admin of one would get into the others by it.
 */
@Injectable()
export class AccountsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly hasher: PasswordHasher,
    private readonly access: AccessReader,
  ) {}

  /**
   * Shuts a member out of everything, or lets them in again. Sessions end for good, keys for as long as it lasts.
   * @throws AppError `member_not_found`; `own_account`; `not_admin_everywhere`
   */
  async setDisabled(by: Admin, userId: string, disabled: boolean): Promise<void> {
    await this.reigned(by, userId, async (manager) => {
      await manager.query(
        'UPDATE users SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, now()) END WHERE id = $1',
        [userId, disabled],
      );
      for (const statement of disabled ? SPENT : []) await manager.query(statement, [userId]);
    });
    this.access.changed();
  }

  /**
   * @returns a token to be handed to a member who has forgotten their password. An earlier one is void.
   * @throws AppError `member_not_found`; `own_account`; `not_admin_everywhere`
   */
  async issueReset(by: Admin, userId: string): Promise<{ token: string; expiresAt: Date }> {
    const token = newToken('aip');
    const expiresAt = new Date(Date.now() + RESET_MS);
    await this.reigned(by, userId, async (manager) => {
      await manager.delete(PasswordResetEntity, { userId });
      await manager.insert(PasswordResetEntity, {
        tokenHash: hashOf(token),
        userId,
        expiresAt,
        issuedBy: by.userId,
      });
    });
    return { token, expiresAt };
  }

  /** Changes the password of whom the token is for, and ends all their sessions. @throws AppError `invalid_reset_token` */
  async reset(token: string, password: string): Promise<void> {
    // Looked for before the password is hashed, so that guesses cost little.
    const { userId } = await resetOf(this.dataSource.manager, token);
    const passwordHash = await this.hasher.hash(password);
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [userId]);
      const { issuedBy } = await resetOf(manager, token);
      // Since it was given, the person may have become a member where its giver is none.
      if (!(await reigns(manager, userId, issuedBy))) throw invalid();
      await manager.query('UPDATE users SET password_hash = $2 WHERE id = $1', [userId, passwordHash]);
      for (const statement of SPENT) await manager.query(statement, [userId]);
    });
    this.access.changed();
  }

  private async reigned(
    { userId: admin, workspaceId }: Admin,
    userId: string,
    change: (manager: EntityManager) => Promise<void>,
  ): Promise<void> {
    if (admin === userId)
      throw AppError.conflict(
        'own_account',
        'This is your own account. Change your password with POST /api/v1/auth/password; let another admin do what else there is.',
      );
    await outsideWorkspaces(() =>
      this.dataSource.transaction(async (manager) => {
        const memberships = { workspaceId, userId };
        if (!isId(userId) || !(await manager.existsBy(MembershipEntity, memberships)))
          throw AppError.notFound(
            'member_not_found',
            `There is no member "${userId}" in this workspace. See GET /api/v1/members.`,
          );
        if (!(await reigns(manager, userId, admin)))
          throw AppError.forbidden(
            'This person is also a member of a workspace that you are no admin of. Remove them from yours, or ask the operator, who may set users.disabled_at.',
            'not_admin_everywhere',
          );
        await change(manager);
      }),
    );
  }
}

/** Who acts, and where. */
export interface Admin {
  userId: string;
  workspaceId: string;
}

async function reigns(manager: EntityManager, userId: string, admin: string): Promise<boolean> {
  const workspaces = await manager.query<{ reigned: boolean }[]>(REIGN, [userId, admin]);
  return workspaces.length > 0 && workspaces.every(({ reigned }) => reigned);
}

async function resetOf(
  manager: EntityManager,
  token: string,
): Promise<Pick<PasswordResetEntity, 'userId' | 'issuedBy'>> {
  const [reset] = await manager.query<PasswordResetEntity[]>(OF_TOKEN, [hashOf(token)]);
  return reset ?? Promise.reject(invalid());
}

const invalid = (): AppError =>
  AppError.unauthenticated(
    'The token is unknown, used or too old. Ask an admin for another.',
    'invalid_reset_token',
  );
