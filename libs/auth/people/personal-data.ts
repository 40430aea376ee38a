import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AppError } from '#libs/common';
import { AccessReader } from '../access-reader.js';

const FILE = `
SELECT jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name, 'created_at', u.created_at,
  'memberships', (SELECT coalesce(jsonb_agg(jsonb_build_object('workspace_id', m.workspace_id, 'role', m.role,
    'created_at', m.created_at) ORDER BY m.created_at), '[]') FROM memberships m WHERE m.user_id = u.id),
  'sessions', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'workspace_id', s.workspace_id, 'network', s.network,
    'created_at', s.created_at, 'expires_at', s.expires_at, 'revoked_at', s.revoked_at) ORDER BY s.created_at), '[]')
    FROM sessions s WHERE s.user_id = u.id),
  'api_keys', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'workspace_id', k.workspace_id, 'name', k.name,
    'prefix', k.prefix, 'scopes', k.scopes, 'created_at', k.created_at, 'last_used_at', k.last_used_at,
    'revoked_at', k.revoked_at) ORDER BY k.created_at), '[]') FROM api_keys k WHERE k.created_by = u.id)) AS file
FROM users u WHERE u.id = $1`;

/** The names of workspaces that would be left without an admin. Locked, so that of two who leave at once one sees it. */
const ONLY_ADMIN = `
SELECT w.name FROM workspaces w JOIN memberships m ON m.workspace_id = w.id AND m.user_id = $1 AND m.role = 'admin'
WHERE NOT EXISTS (SELECT 1 FROM memberships o JOIN users u ON u.id = o.user_id AND u.disabled_at IS NULL
  WHERE o.workspace_id = w.id AND o.role = 'admin' AND o.user_id <> $1)
ORDER BY w.id FOR UPDATE OF w`;

const ERASE = [
  'DELETE FROM invitations WHERE email = (SELECT email FROM users WHERE id = $1)',
  'DELETE FROM password_resets WHERE $1 IN (user_id, issued_by)',
  'DELETE FROM memberships WHERE user_id = $1',
  'DELETE FROM sessions WHERE user_id = $1',
  "UPDATE api_keys SET name = 'erased', revoked_at = coalesce(revoked_at, now()) WHERE created_by = $1",
  "UPDATE users SET email = 'erased-' || id, name = 'erased', password_hash = '', disabled_at = now() WHERE id = $1",
];

/** What is stored of a person, but for what they did, which `libs/audit` has. */
export interface PersonalFile {
  id: string;
  email: string;
  name: string;
  memberships: object[];
  sessions: object[];
  api_keys: { id: string }[];
}

/** A person's own data: theirs to have and to have erased. */
@Injectable()
export class PersonalData {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly access: AccessReader,
  ) {}

  async of(userId: string): Promise<PersonalFile> {
    const [{ file }] = await this.dataSource.query<[{ file: PersonalFile }]>(FILE, [userId]);
    return file;
  }

  /**
   * Forgets who somebody is: they are in no workspace any more, their sessions and keys end. What they made stays, made
   * by somebody without a name.
   * @throws AppError `last_admin`
   */
  async erase(userId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await refuseOnlyAdmin(manager, userId);
      for (const statement of ERASE) await manager.query(statement, [userId]);
    });
    this.access.changed();
  }
}

async function refuseOnlyAdmin(manager: EntityManager, userId: string): Promise<void> {
  const left = await manager.query<{ name: string }[]>(ONLY_ADMIN, [userId]);
  if (left.length === 0) return;
  throw AppError.conflict(
    'last_admin',
    `You are the only admin of ${left.map(({ name }) => `"${name}"`).join(', ')}. Make somebody else an admin first.`,
  );
}
