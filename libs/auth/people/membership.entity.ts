import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../permission.js';

/** What a person is in a workspace. */
@Entity('memberships')
@Check('ck_memberships_role', "role IN ('viewer', 'editor', 'admin')")
@Index('idx_memberships_user', ['userId'])
export class MembershipEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_memberships' })
  @ForeignKey('workspaces', { name: 'fk_memberships_workspace' })
  workspaceId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_memberships' })
  @ForeignKey('users', { name: 'fk_memberships_user' })
  userId!: string;

  @Column('text')
  role!: Role;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
