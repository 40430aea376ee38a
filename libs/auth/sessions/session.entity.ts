import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One sign-in: the family of its refresh tokens, which ends as a whole. */
@Entity('sessions')
@Index('idx_sessions_user', ['userId', 'network'])
export class SessionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_sessions' })
  id!: string;

  @Column('uuid')
  @ForeignKey('users', { name: 'fk_sessions_user' })
  userId!: string;

  /** That the person works in, until they switch. */
  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_sessions_workspace' })
  workspaceId!: string;

  /** From which it was begun, see `networkOf`. */
  @Column('text')
  network!: string;

  @Column('timestamptz')
  expiresAt!: Date;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
