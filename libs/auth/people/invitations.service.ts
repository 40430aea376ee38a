import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { AppError, isId, newId } from '#libs/common';
import { hashOf, newToken } from '../one-time-token.js';
import type { Role } from '../permission.js';
import { SignIn } from '../sessions/sign-in.js';
import { InvitationEntity } from './invitation.entity.js';
import { MembershipEntity } from './membership.entity.js';
import { PasswordHasher } from './password-hasher.js';
import { UserEntity } from './user.entity.js';

const DAY_MS = 86_400_000;
const INVITATION_MS = 7 * DAY_MS;
const SETUP_MS = DAY_MS;

const TAKE = `
WITH taken AS (
  DELETE FROM invitations WHERE token_hash = $1 AND expires_at > now()
  RETURNING workspace_id AS "workspaceId", role
) SELECT * FROM taken`;

export interface NewPerson {
  /** In lower case. */
  email: string;
  name: string;
  password: string;
}

export type Invitation = Omit<InvitationEntity, 'tokenHash'>;

/** Brings people in by one-time tokens. */
@Injectable()
export class InvitationsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly hasher: PasswordHasher,
    private readonly signIn: SignIn,
  ) {}

  /** @returns also the token, for the only time. An earlier one for the same address is void. */
  async invite(
    workspaceId: string,
    email: string | null,
    role: Role,
  ): Promise<{ invitation: Invitation; token: string }> {
    const token = newToken(email === null ? 'ais' : 'aii');
    const id = newId();
    const expiresAt = new Date(Date.now() + (email === null ? SETUP_MS : INVITATION_MS));
    const invitation = { id, workspaceId, email, role, expiresAt, createdAt: new Date() };
    await this.dataSource.transaction(async (manager) => {
      if (email !== null) await manager.delete(InvitationEntity, { workspaceId, email });
      await manager.insert(InvitationEntity, { ...invitation, tokenHash: hashOf(token) });
    });
    return { invitation, token };
  }

  /** Those that nobody has accepted yet. */
  list(workspaceId: string): Promise<Invitation[]> {
    return this.dataSource.getRepository(InvitationEntity).find({
      where: { workspaceId, expiresAt: MoreThan(new Date()) },
      order: { id: 'DESC' },
    });
  }

  /** @throws AppError `invitation_not_found` */
  async withdraw(workspaceId: string, id: string): Promise<void> {
    const { affected } = isId(id)
      ? await this.dataSource.getRepository(InvitationEntity).delete({ workspaceId, id })
      : { affected: 0 };
    if (affected === 0)
      throw AppError.notFound(
        'invitation_not_found',
        `There is no invitation "${id}". See GET /api/v1/members/invitations.`,
      );
  }

  /**
   * Makes a member of whom an invitation names. Who has an account by now proves it by its password.
   * @throws AppError `invalid_invitation`, and as `SignIn.personOf`.
   */
  async accept(
    token: string,
    person: Omit<NewPerson, 'email'>,
    network: string,
  ): Promise<Pick<MembershipEntity, 'userId' | 'workspaceId'>> {
    const { email } = await this.known(token);
    if (email === null) throw invalid();
    const { password } = person;
    const existing = await this.dataSource.getRepository(UserEntity).existsBy({ email });
    const id = existing ? await this.signIn.personOf({ email, password, network }) : undefined;
    const passwordHash = existing ? '' : await this.hasher.hash(password);
    return this.dataSource.transaction(async (manager) => {
      const { workspaceId, role } = await take(manager, token);
      const userId = id ?? (await addUser(manager, { email, name: person.name, passwordHash }));
      await manager.upsert(MembershipEntity, { workspaceId, userId, role }, ['workspaceId', 'userId']);
      return { userId, workspaceId };
    });
  }

  /**
   * Makes the first person, as the setup token's holder wishes to be known.
   * @returns their id.
   * @throws AppError `invalid_invitation`; `already_set_up` where there is somebody.
   */
  async setUp(token: string, { email, name, password }: NewPerson): Promise<string> {
    if ((await this.known(token)).email !== null) throw invalid();
    const passwordHash = await this.hasher.hash(password);
    return this.dataSource.transaction(async (manager) => {
      const { workspaceId, role } = await take(manager, token);
      return addFirst(manager, workspaceId, role, { email, name, passwordHash });
    });
  }

  /** Makes the first person where there is none yet. @returns whether it did. */
  async addFirst(workspaceId: string, { email, name, password }: NewPerson): Promise<boolean> {
    if (await this.hasUsers()) return false;
    const passwordHash = await this.hasher.hash(password);
    try {
      await this.dataSource.transaction((manager) =>
        addFirst(manager, workspaceId, 'admin', { email, name, passwordHash }),
      );
      return true;
    } catch (error) {
      // Another process was faster.
      if (error instanceof AppError && error.code === 'already_set_up') return false;
      throw error;
    }
  }

  hasUsers(): Promise<boolean> {
    return this.dataSource.getRepository(UserEntity).exists();
  }

  /** Looked for before a password is hashed, so that guesses cost little. @throws AppError `invalid_invitation` */
  private async known(token: string): Promise<Invitation> {
    const invitation = await this.dataSource
      .getRepository(InvitationEntity)
      .findOneBy({ tokenHash: hashOf(token), expiresAt: MoreThan(new Date()) });
    return invitation ?? Promise.reject(invalid());
  }
}

async function take(
  manager: EntityManager,
  token: string,
): Promise<Pick<Invitation, 'workspaceId' | 'role'>> {
  const [invitation] = await manager.query<Invitation[]>(TAKE, [hashOf(token)]);
  return invitation ?? Promise.reject(invalid());
}

type StoredPerson = Pick<UserEntity, 'email' | 'name' | 'passwordHash'>;

async function addUser(manager: EntityManager, person: StoredPerson): Promise<string> {
  const id = newId();
  await manager.insert(UserEntity, { id, ...person });
  return id;
}

async function addFirst(
  manager: EntityManager,
  workspaceId: string,
  role: Role,
  person: StoredPerson,
): Promise<string> {
  // Of several who come first at the same time, one is.
  await manager.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
  if (await manager.exists(UserEntity))
    throw AppError.conflict('already_set_up', 'There is an admin already. Ask them for an invitation.');
  const userId = await addUser(manager, person);
  await manager.insert(MembershipEntity, { workspaceId, userId, role });
  // A second setup token may have been printed by another process.
  await manager.query('DELETE FROM invitations WHERE email IS NULL');
  return userId;
}

const invalid = (): AppError =>
  AppError.unauthenticated(
    'The token is unknown, used or too old. Ask an admin for another; the service prints a setup token at its start while it has no users.',
    'invalid_invitation',
  );
