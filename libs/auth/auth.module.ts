import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeyEntity } from './api-keys/api-key.entity.js';
import { InvitationEntity } from './people/invitation.entity.js';
import { MembershipEntity } from './people/membership.entity.js';
import { PasswordResetEntity } from './people/password-reset.entity.js';
import { UserEntity } from './people/user.entity.js';
import { RefreshTokenEntity } from './sessions/refresh-token.entity.js';
import { SessionEntity } from './sessions/session.entity.js';
import { WorkspaceEntity } from './workspace.entity.js';

const ENTITIES = [
  WorkspaceEntity,
  UserEntity,
  MembershipEntity,
  InvitationEntity,
  PasswordResetEntity,
  SessionEntity,
  RefreshTokenEntity,
  ApiKeyEntity,
];

/** The tables of tenants and people, for all that refers to them. Who lets people in imports `IdentityModule`. */
@Module({ imports: [TypeOrmModule.forFeature(ENTITIES)], exports: [TypeOrmModule] })
export class AuthModule {}
