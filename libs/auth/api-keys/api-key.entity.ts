import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Permission } from '../permission.js';

/** A key by which a program acts in one workspace, within what its creator may do there. */
@Entity('api_keys')
@Unique('uq_api_keys_hmac', ['hmac'])
@Index('idx_api_keys_workspace', ['workspaceId', 'id'])
export class ApiKeyEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_api_keys' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_api_keys_workspace' })
  workspaceId!: string;

  @Column('uuid')
  @ForeignKey('users', { name: 'fk_api_keys_created_by' })
  createdBy!: string;

  @Column('text')
  name!: string;

  /** The first characters of the key, by which people know it. */
  @Column('text')
  prefix!: string;

  @Column('text', { select: false })
  hmac!: string;

  @Column('text', { array: true })
  scopes!: Permission[];

  /** The key that this one is to take the place of. */
  @Column('uuid', { nullable: true })
  replacesId!: string | null;

  @Column('timestamptz', { nullable: true })
  expiresAt!: Date | null;

  /** To the minute. */
  @Column('timestamptz', { nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
