import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { PERMISSIONS, UserEntity, WorkspacesService, type Principal } from '#libs/auth';

/** Tells people who they are here. */
@Injectable()
export class Introspection {
  constructor(
    @InjectRepository(UserEntity) private readonly users: Repository<UserEntity>,
    private readonly workspaces: WorkspacesService,
  ) {}

  async of({ kind, id, workspaceId, userId, permissions }: Principal) {
    const [user, workspace, own] = await Promise.all([
      userId === undefined ? null : this.users.findOneByOrFail({ id: userId }),
      this.workspaces.get(workspaceId),
      userId === undefined ? [] : this.workspaces.listOf(userId),
    ]);
    return {
      ...{ kind, id },
      user: user && { id: user.id, email: user.email, name: user.name },
      workspace: { id: workspace.id, name: workspace.name },
      role: own.find(({ id }) => id === workspaceId)?.role ?? null,
      permissions: PERMISSIONS.filter((permission) => permissions.has(permission)),
      // A key is for one workspace, and tells of no other.
      workspaces: own
        .filter(({ id }) => kind === 'user' || id === workspaceId)
        .map(({ id, name, role }) => ({ id, name, role })),
    };
  }
}
