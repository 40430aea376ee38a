import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, QueryFailedError } from 'typeorm';
import { AppError, newId } from '#libs/common';
import { outsideWorkspaces } from '#libs/database';
import type { Role } from '../permission.js';
import { WorkspaceEntity } from '../workspace.entity.js';
import { MembershipEntity } from './membership.entity.js';

const OF_USER = `
SELECT w.id, w.name, w.created_at AS "createdAt", m.role
FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
WHERE m.user_id = $1 ORDER BY m.created_at, w.id`;

export type OwnWorkspace = WorkspaceEntity & { role: Role };

@Injectable()
export class WorkspacesService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Those that a person is a member of, by when they became it. */
  listOf(userId: string): Promise<OwnWorkspace[]> {
    return this.dataSource.query(OF_USER, [userId]);
  }

  get(id: string): Promise<WorkspaceEntity> {
    return this.dataSource.getRepository(WorkspaceEntity).findOneByOrFail({ id });
  }

  /** With its maker as the admin. @throws AppError `workspace_name_taken` */
  async create(name: string, userId: string): Promise<WorkspaceEntity> {
    const id = newId();
    return outsideWorkspaces(async () => {
      await named(name, () =>
        this.dataSource.transaction(async (manager) => {
          await manager.insert(WorkspaceEntity, { id, name });
          await manager.insert(MembershipEntity, { workspaceId: id, userId, role: 'admin' });
        }),
      );
      return this.get(id);
    });
  }

  /** @throws AppError `workspace_name_taken` */
  async rename(id: string, name: string): Promise<WorkspaceEntity> {
    await named(name, () => this.dataSource.getRepository(WorkspaceEntity).update({ id }, { name }));
    return this.get(id);
  }
}

async function named(name: string, store: () => Promise<unknown>): Promise<void> {
  try {
    await store();
  } catch (error) {
    const { constraint } = (error instanceof QueryFailedError ? error.driverError : {}) as {
      constraint?: string;
    };
    if (constraint !== 'uq_workspaces_name') throw error;
    throw AppError.conflict(
      'workspace_name_taken',
      `There is a workspace "${name}" already. Take another name.`,
    );
  }
}
