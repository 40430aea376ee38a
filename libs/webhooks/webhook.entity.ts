import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { RunEventType } from './webhook-events.js';

/** A URL that is told of what happens to the runs of a workspace. */
@Entity('webhooks')
@Index('idx_webhooks_workspace', ['workspaceId', 'id'])
@Check('ck_webhooks_secret', 'secret IS NOT NULL OR num_nulls(key_id, wrapped_key, ciphertext) = 0')
export class WebhookEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_webhooks' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_webhooks_workspace' })
  workspaceId!: string;

  @Column('text')
  url!: string;

  /** `whsec_…` of a webhook from before secrets were sealed, until a worker has sealed it. No longer written. */
  @Column('text', { select: false, nullable: true })
  secret!: string | null;

  /** Of the master key under which the secret is sealed. Only the sender asks for these three. */
  @Column('text', { select: false, nullable: true })
  keyId!: string | null;

  @Column('bytea', { select: false, nullable: true })
  wrappedKey!: Buffer | null;

  @Column('bytea', { select: false, nullable: true })
  ciphertext!: Buffer | null;

  @Column('text', { array: true })
  events!: RunEventType[];

  /** One that is not gets nothing; what is pending for it waits. */
  @Column('boolean', { default: true })
  active!: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
