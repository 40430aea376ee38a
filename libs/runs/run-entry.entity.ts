import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { AgentSpec } from '#libs/agents';
import type { EntryStatus } from './run-state.js';

/** One agent's part of a run, with the agent as it was, and counters that the trial writer keeps. */
@Entity('run_entries')
@Unique('uq_run_entries_position', ['runId', 'position'])
@Check('ck_run_entries_status', `status IN ('processing', 'paused', 'completed', 'failed', 'cancelled')`)
@Index('idx_run_entries_agent', ['agentId'])
export class RunEntryEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_run_entries' })
  id!: string;

  @Column('uuid')
  @ForeignKey('runs', { name: 'fk_run_entries_run', onDelete: 'CASCADE' })
  runId!: string;

  @Column('smallint')
  position!: number;

  @Column('uuid')
  @ForeignKey('agents', { name: 'fk_run_entries_agent' })
  agentId!: string;

  @Column('jsonb')
  agent!: AgentSpec;

  @Column('text', { default: 'processing' })
  status!: EntryStatus;

  /** Why it failed or is paused; of an entry that is processing, what holds it up. */
  @Column('text', { nullable: true })
  errorCode!: string | null;

  @Column('text', { nullable: true })
  error!: string | null;

  /** Planned. */
  @Column('integer')
  trials!: number;

  @Column('integer', { default: 0 })
  scored!: number;

  @Column('integer', { default: 0 })
  agentErrors!: number;

  @Column('integer', { default: 0 })
  infraErrors!: number;

  @Column('integer', { default: 0 })
  unscored!: number;

  @Column('bigint', { default: 0 })
  inputTokens!: string;

  @Column('bigint', { default: 0 })
  outputTokens!: string;

  @Column('numeric', { precision: 18, scale: 9, default: 0 })
  costUsd!: string;

  /** Which prices its costs are by: a version of the price list, or `agent` for the agent's own; null where unknown. */
  @Column('text', { nullable: true })
  priceVersion!: string | null;

  /** Calls that the provider refused for its rate limit. */
  @Column('integer', { default: 0 })
  rateLimited!: number;

  /** The worst case of calls whose worker died before it could tell what they used; it counts towards budgets. */
  @Column('numeric', { precision: 18, scale: 9, default: 0 })
  doubtfulUsd!: string;

  @Column('bigint', { default: 0 })
  doubtfulTokens!: string;

  @Column('timestamptz', { nullable: true })
  completedAt!: Date | null;
}
