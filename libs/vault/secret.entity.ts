import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

/** A secret of a workspace, and the one origin that may get it. The sealed parts are read by `Vault` alone. */
@Entity('secrets')
@Unique('uq_secrets_name', ['workspaceId', 'name'])
export class SecretEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_secrets' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_secrets_workspace' })
  workspaceId!: string;

  @Column('text')
  name!: string;

  /** E.g. `https://api.openai.com`. */
  @Column('text')
  origin!: string;

  /** Of the value: each new one counts up. */
  @Column('integer')
  version!: number;

  /** Of a long value its end, by which people know it again. */
  @Column('text', { nullable: true })
  lastFour!: string | null;

  /** Of the master key. */
  @Column('text', { select: false })
  keyId!: string;

  @Column('bytea', { select: false })
  wrappedKey!: Buffer;

  @Column('bytea', { select: false })
  ciphertext!: Buffer;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** When the value was set. */
  @Column('timestamptz', { default: () => 'now()' })
  updatedAt!: Date;

  /** To within a minute; null where it never was. */
  @Column('timestamptz', { nullable: true })
  lastUsedAt!: Date | null;
}
