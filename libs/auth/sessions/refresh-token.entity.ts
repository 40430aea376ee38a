import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A token that is good for one new access token and one next refresh token. */
@Entity('refresh_tokens')
@Index('idx_refresh_tokens_session', ['sessionId'])
export class RefreshTokenEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_refresh_tokens' })
  tokenHash!: string;

  @Column('uuid')
  @ForeignKey('sessions', { name: 'fk_refresh_tokens_session', onDelete: 'CASCADE' })
  sessionId!: string;

  @Column('timestamptz')
  expiresAt!: Date;

  /** One that comes again after this was stolen, from the person or by them. */
  @Column('timestamptz', { nullable: true })
  usedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
