import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AppError, isId } from '#libs/common';
import { outsideWorkspaces } from '#libs/database';
import { AccessReader } from '../access-reader.js';
import { permissionsOf, type Role } from '../permission.js';
import type { Principal } from '../principal.js';
import { InvitationsService, type Invitation } from './invitations.service.js';
import { MembershipEntity } from './membership.entity.js';
import { UserEntity } from './user.entity.js';

const MEMBERS = `
SELECT u.id AS "userId", u.email, u.name, m.role, u.disabled_at AS "disabledAt", m.created_at AS "createdAt"
FROM memberships m JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = $1 AND ($2::uuid IS NULL OR u.id = $2) ORDER BY u.email`;

const OTHER_ADMINS = `
SELECT count(*)::int AS n FROM memberships m JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
WHERE m.workspace_id = $1 AND m.role = 'admin' AND m.user_id <> $2`;

export interface Member {
  userId: string;
  email: string;
  name: string;
  role: Role;
  disabledAt: Date | null;
  /** When they became a member. */
  createdAt: Date;
}

/** Somebody who is a member now, or who may become one with the token. */
export type Added = { member: Member } | { invitation: Invitation; token: string };

/** The people of a workspace. */
@Injectable()
export class MembersService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly invitations: InvitationsService,
    private readonly access: AccessReader,
  ) {}

  /** By email address. */
  list(workspaceId: string): Promise<Member[]> {
    return this.dataSource.query(MEMBERS, [workspaceId, null]);
  }

  /**
   * Adds whoever has an account, and invites others.
   * @throws AppError `already_member`; `role_exceeds_yours`
   */
  async add(by: Principal, email: string, role: Role): Promise<Added> {
    refuseMore(by, role);
    const user = await outsideWorkspaces(() =>
      this.dataSource.getRepository(UserEntity).findOneBy({ email }),
    );
    const { workspaceId } = by;
    if (!user) return this.invitations.invite(workspaceId, email, role);
    const { identifiers } = await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(MembershipEntity)
      .values({ workspaceId, userId: user.id, role })
      .orIgnore()
      .returning('user_id')
      .execute();
    if (!identifiers[0])
      throw AppError.conflict(
        'already_member',
        `${email} is a member already. Change their role with PATCH /api/v1/members/${user.id}.`,
      );
    this.access.changed();
    return { member: await this.get(workspaceId, user.id) };
  }

  /** @throws AppError `member_not_found`; `last_admin`; `role_exceeds_yours` */
  async change(by: Principal, userId: string, role: Role): Promise<Member> {
    refuseMore(by, role);
    const { workspaceId } = by;
    await this.keepingAnAdmin(workspaceId, userId, role, (manager) =>
      manager.update(MembershipEntity, { workspaceId, userId }, { role }),
    );
    return this.get(workspaceId, userId);
  }

  /** Their keys and sessions end with it, as far as this workspace goes. @throws AppError `member_not_found`; `last_admin` */
  async remove(workspaceId: string, userId: string): Promise<void> {
    await this.keepingAnAdmin(workspaceId, userId, undefined, (manager) =>
      manager.delete(MembershipEntity, { workspaceId, userId }),
    );
  }

  private async keepingAnAdmin(
    workspaceId: string,
    userId: string,
    role: Role | undefined,
    change: (manager: EntityManager) => Promise<unknown>,
  ): Promise<void> {
    const { role: before } = await this.get(workspaceId, userId);
    await this.dataSource.transaction(async (manager) => {
      // Of two admins who remove each other at the same time, the second waits here.
      await manager.query('SELECT 1 FROM workspaces WHERE id = $1 FOR UPDATE', [workspaceId]);
      const [others] = await manager.query<{ n: number }[]>(OTHER_ADMINS, [workspaceId, userId]);
      if (before === 'admin' && role !== 'admin' && others?.n === 0)
        throw AppError.conflict(
          'last_admin',
          'This is the only admin of the workspace. Make somebody else an admin first.',
        );
      await change(manager);
    });
    this.access.changed();
  }

  private async get(workspaceId: string, userId: string): Promise<Member> {
    const [member] = isId(userId)
      ? await this.dataSource.query<Member[]>(MEMBERS, [workspaceId, userId])
      : [];
    if (member) return member;
    throw AppError.notFound(
      'member_not_found',
      `There is no member "${userId}" in this workspace. See GET /api/v1/members.`,
    );
  }
}

/** An API key that manages members gives nobody more than it may do itself. */
function refuseMore({ permissions }: Principal, role: Role): void {
  if ([...permissionsOf(role)].every((permission) => permissions.has(permission))) return;
  throw AppError.forbidden(
    `You cannot make anybody ${role}: it is more than you may do.`,
    'role_exceeds_yours',
  );
}
