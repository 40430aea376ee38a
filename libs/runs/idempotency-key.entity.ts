import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A client's name for one request to create a run. After 24 hours it may name another. */
@Entity('idempotency_keys')
@Index('idx_idempotency_keys_run', ['runId'])
export class IdempotencyKeyEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_idempotency_keys' })
  @ForeignKey('workspaces', { name: 'fk_idempotency_keys_workspace' })
  workspaceId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_idempotency_keys' })
  key!: string;

  @Column('text')
  requestHash!: string;

  @Column('uuid')
  @ForeignKey('runs', { name: 'fk_idempotency_keys_run', onDelete: 'CASCADE' })
  runId!: string;

  /** Of HTTP. Null, as is the answer, where the process died between the run's commit and the answer. */
  @Column('smallint', { nullable: true })
  status!: number | null;

  @Column('jsonb', { nullable: true })
  answer!: unknown;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
