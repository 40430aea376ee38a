import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type ActorKind = 'user' | 'api_key' | 'local' | 'stranger';

/** One thing that somebody did or was refused; the table's trigger keeps it as it is. Texts are bounded. */
@Entity('audit_log')
@Index('idx_audit_log_workspace', ['workspaceId', 'id'])
@Index('idx_audit_log_actor', ['actorId', 'id'])
export class AuditEntryEntity {
  /** UUID v7: sorts by time. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_audit_log' })
  id!: string;

  /** Null of strangers. No foreign key: the record outlives what it is about. */
  @Column('uuid', { nullable: true })
  workspaceId!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  at!: Date;

  @Column('text')
  actorKind!: ActorKind;

  /** Of the user or key; null of strangers, `erased` of who had themselves erased. */
  @Column('text', { nullable: true })
  actorId!: string | null;

  /** Method and route pattern, as `PATCH /api/v1/webhooks/:webhook_id`. */
  @Column('text')
  action!: string;

  @Column('text', { nullable: true })
  targetType!: string | null;

  @Column('text', { nullable: true })
  targetId!: string | null;

  /** Of the HTTP answer; null while there is none, and for ever where the process ended before it. */
  @Column('smallint', { nullable: true })
  status!: number | null;

  /** Refusals alike within a minute, beyond those that have a row each. */
  @Column('integer', { default: 1 })
  count!: number;

  @Column('text', { nullable: true })
  address!: string | null;

  @Column('text', { nullable: true })
  userAgent!: string | null;

  @Column('text', { nullable: true })
  requestId!: string | null;

  /** SHA-256 of the canonical JSON of the target as GET gives it, before; null where there was none to read. */
  @Column('text', { nullable: true })
  beforeHash!: string | null;

  /** The same after; of what has no GET of its own, of the answer. */
  @Column('text', { nullable: true })
  afterHash!: string | null;
}
