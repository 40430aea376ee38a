import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { RunOrigin } from './transfer/run-file.js';
import type { RunConfig } from './run-config.js';
import type { RunLimits } from './run-limits.js';
import type { RunStatus } from './run-state.js';

/** One benchmark version × N agents × E epochs. The plan follows from its seed, filter, limit and epochs. */
@Entity('runs')
@Unique('uq_runs_import_key', ['workspaceId', 'importKey'])
@Check('ck_runs_status', `status IN ('queued', 'processing', 'paused', 'completed', 'failed', 'cancelled')`)
@Index('idx_runs_status', ['status'])
@Index('idx_runs_created_at', ['workspaceId', 'createdAt', 'id'])
@Index('idx_runs_workspace', ['workspaceId', 'id'])
@Index('idx_runs_benchmark_version', ['benchmarkVersionId'])
@Index('idx_runs_rescores', ['rescoresRunId'], { where: 'rescores_run_id IS NOT NULL' })
export class RunEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_runs' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_runs_workspace' })
  workspaceId!: string;

  @Column('uuid')
  @ForeignKey('benchmark_versions', { name: 'fk_runs_benchmark_version' })
  benchmarkVersionId!: string;

  @Column('text')
  status!: RunStatus;

  @Column('jsonb')
  config!: RunConfig;

  @Column('jsonb', { default: {} })
  limits!: RunLimits;

  /** Scorer name → version of its type: scores of different versions do not compare. */
  @Column('jsonb')
  scorerVersions!: Record<string, number>;

  /** Different samples each entry answers. */
  @Column('integer')
  sampleCount!: number;

  /** Ordinals of the samples that its filter lets through, ascending; null without a filter. May be a million. */
  @Column('integer', { array: true, nullable: true, select: false })
  selected!: number[] | null;

  /** Why it failed, in words for the user. */
  @Column('text', { nullable: true })
  error!: string | null;

  /** Why it is paused: `requested`, `budget_*`, or what blocks its last entries. */
  @Column('text', { nullable: true })
  pauseCode!: string | null;

  @Column('text', { nullable: true })
  pauseReason!: string | null;

  /** Since when it has been processing; null while it is not. */
  @Column('timestamptz', { nullable: true })
  activeSince!: Date | null;

  /** How long it was processing before `activeSince`. */
  @Column('double precision', { default: 0 })
  activeSeconds!: number;

  /** Of a score set: the run whose outputs it judges. */
  @Column('uuid', { nullable: true })
  @ForeignKey('runs', { name: 'fk_runs_rescores', onDelete: 'CASCADE' })
  rescoresRunId!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  completedAt!: Date | null;

  /** Where it was run; null where that is here. */
  @Column('jsonb', { nullable: true })
  importedFrom!: RunOrigin | null;

  /** What the same run has wherever it is imported from: format and id. */
  @Column('text', { nullable: true })
  importKey!: string | null;

  @Column('timestamptz', { nullable: true })
  importedAt!: Date | null;

  /** Since when retention has not kept them; rollups stay. */
  @Column('timestamptz', { nullable: true })
  transcriptsDeletedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  resultsDeletedAt!: Date | null;
}
