import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { WebhookEventType } from './webhook-events.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

/** One event on its way to one webhook: the outbox, and the record of what became of it. */
@Entity('webhook_deliveries')
@Check('ck_webhook_deliveries_status', `status IN ('pending', 'delivered', 'failed')`)
@Index('idx_webhook_deliveries_due', ['nextAttemptAt'], { where: `status = 'pending'` })
@Index('idx_webhook_deliveries_webhook', ['webhookId', 'id'])
export class WebhookDeliveryEntity {
  /** The receiver's `webhook-id`: the same on every try. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_webhook_deliveries' })
  id!: string;

  @Column('uuid')
  @ForeignKey('webhooks', { name: 'fk_webhook_deliveries_webhook', onDelete: 'CASCADE' })
  webhookId!: string;

  @Column('text')
  event!: WebhookEventType;

  /** No foreign key: what was told of a run stays told when the run is gone. */
  @Column('uuid', { nullable: true })
  runId!: string | null;

  /** The `data` of the message. */
  @Column('jsonb')
  payload!: Record<string, unknown>;

  @Column('text', { default: 'pending' })
  status!: (typeof DELIVERY_STATUSES)[number];

  /** Tries begun. */
  @Column('integer', { default: 0 })
  attempts!: number;

  /** When it is due; while a try is under way, when another worker may take over. Null once it has ended. */
  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  nextAttemptAt!: Date | null;

  /** Of the last try; null where no answer came. */
  @Column('integer', { nullable: true })
  responseStatus!: number | null;

  /** Of the last try, in words for the user. */
  @Column('text', { nullable: true })
  error!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  deliveredAt!: Date | null;
}
