import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * A call that was answered, and so paid for, after its worker had lost the lease: another worker's answer is the
 * trial's, but the usage of this one counts.
 */
@Entity('discarded_calls')
@Index('idx_discarded_calls_run', ['runId'])
export class DiscardedCallEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_discarded_calls' })
  shardId!: string;

  /** The attempt of the lease that was lost. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_discarded_calls' })
  lease!: number;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_discarded_calls' })
  ordinal!: number;

  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'pk_discarded_calls' })
  epoch!: number;

  @Column('uuid')
  @ForeignKey('runs', { name: 'fk_discarded_calls_run', onDelete: 'CASCADE' })
  runId!: string;

  @Column('uuid')
  entryId!: string;

  @Column('integer')
  inputTokens!: number;

  @Column('integer')
  outputTokens!: number;

  @Column('numeric', { precision: 18, scale: 9, nullable: true })
  costUsd!: string | null;

  /** The provider's id of the response. */
  @Column('text', { nullable: true })
  rawId!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
