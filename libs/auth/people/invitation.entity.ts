import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Role } from '../permission.js';

/** A one-time token that makes whoever holds it a member of a workspace. */
@Entity('invitations')
@Unique('uq_invitations_token', ['tokenHash'])
@Check('ck_invitations_role', "role IN ('viewer', 'editor', 'admin')")
@Index('idx_invitations_workspace', ['workspaceId', 'email'])
export class InvitationEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_invitations' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_invitations_workspace' })
  workspaceId!: string;

  /** Null for the setup token, which is for whoever sees the first start. */
  @Column('text', { nullable: true })
  email!: string | null;

  @Column('text')
  role!: Role;

  @Column('text', { select: false })
  tokenHash!: string;

  @Column('timestamptz')
  expiresAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
