import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { newId } from '#libs/common';
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

  /** With its maker as the admin. */
  async create(name: string, userId: string): Promise<WorkspaceEntity> {
    const id = newId();
    return outsideWorkspaces(async () => {
      await this.dataSource.transaction(async (manager) => {
        await manager.insert(WorkspaceEntity, { id, name });
        await manager.insert(MembershipEntity, { workspaceId: id, userId, role: 'admin' });
      });
      return this.get(id);
    });
  }

  async rename(id: string, name: string): Promise<WorkspaceEntity> {
    await this.dataSource.getRepository(WorkspaceEntity).update({ id }, { name });
    return this.get(id);
  }
}
