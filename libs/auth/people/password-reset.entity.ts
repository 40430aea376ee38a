import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A one-time token by which whoever has forgotten their password chooses another. */
@Entity('password_resets')
@Index('idx_password_resets_user', ['userId'])
export class PasswordResetEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_password_resets' })
  tokenHash!: string;

  @Column('uuid')
  @ForeignKey('users', { name: 'fk_password_resets_user' })
  userId!: string;

  /** The admin who gave it. */
  @Column('uuid')
  @ForeignKey('users', { name: 'fk_password_resets_issued_by' })
  issuedBy!: string;

  @Column('timestamptz')
  expiresAt!: Date;
}
