import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { RunEventType } from './webhook-events.js';

/** A URL that is told of what happens to the runs of a workspace. */
@Entity('webhooks')
@Index('idx_webhooks_workspace', ['workspaceId', 'id'])
export class WebhookEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_webhooks' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_webhooks_workspace' })
  workspaceId!: string;

  @Column('text')
  url!: string;

  /** `whsec_…`. Not among what is read, so that it cannot be shown by accident; only the sender asks for it. */
  @Column('text', { select: false })
  secret!: string;

  @Column('text', { array: true })
  events!: RunEventType[];

  /** One that is not gets nothing; what is pending for it waits. */
  @Column('boolean', { default: true })
  active!: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
