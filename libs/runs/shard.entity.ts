import type { ShardBatch } from './shard-batches.js';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** A contiguous range of one entry's trials: the unit of dispatch, lease and retry. */
@Entity('shards')
@Unique('uq_shards_position', ['entryId', 'position'])
@Check('ck_shards_status', `status IN ('pending', 'leased', 'done', 'abandoned')`)
@Index('idx_shards_leased', ['runId'], { where: `status = 'leased'` })
@Index('idx_shards_batch', ['runId'], { where: `batch IS NOT NULL` })
@Index('idx_shards_unfinished', ['runId', 'position'], { where: `status IN ('pending', 'leased')` })
export class ShardEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_shards' })
  id!: string;

  @Column('uuid')
  @ForeignKey('runs', { name: 'fk_shards_run', onDelete: 'CASCADE' })
  runId!: string;

  @Column('uuid')
  @ForeignKey('run_entries', { name: 'fk_shards_entry', onDelete: 'CASCADE' })
  entryId!: string;

  @Column('integer')
  position!: number;

  /** Trial indexes [from, to) of the entry. */
  @Column('integer')
  trialFrom!: number;

  @Column('integer')
  trialTo!: number;

  @Column('text', { default: 'pending' })
  status!: 'pending' | 'leased' | 'done' | 'abandoned';

  /** Counts the leases given; a write that names an older attempt is refused (fencing). */
  @Column('integer', { default: 0 })
  attempt!: number;

  /** How often its worker failed on it or died with it; a pause or an orderly stop is no failure. */
  @Column('integer', { default: 0 })
  failures!: number;

  @Column('timestamptz', { nullable: true })
  leaseUntil!: Date | null;

  @Column('text', { nullable: true })
  worker!: string | null;

  /** Nobody takes it before: a provider asked to wait, or does not answer at all. */
  @Column('timestamptz', { nullable: true })
  notBefore!: Date | null;

  /** Leases in a row that ended with no trial stored because the provider did not answer. */
  @Column('integer', { default: 0 })
  outages!: number;

  /** Calls made for trials that wait to be continued, by `ordinal:epoch`. */
  @Column('jsonb', { default: {} })
  tried!: Record<string, number>;

  /** What calls under its lease may cost at worst; part of the run's budget until they are stored. */
  @Column('numeric', { precision: 18, scale: 9, default: 0 })
  reservedUsd!: string;

  @Column('bigint', { default: 0 })
  reservedTokens!: string;

  /** The provider's batch that its trials are asked in; nothing of it is read yet. */
  @Column('jsonb', { nullable: true })
  batch!: ShardBatch | null;
}
