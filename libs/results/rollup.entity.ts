import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Sample statistics of one group of samples: the epochs of a sample are averaged first. */
export interface GroupStatistics {
  /** Samples with at least one scored trial. */
  n: number;
  mean: number | null;
  /** Between samples, with n − 1; null where n < 2. */
  variance: number | null;
}

/** Milliseconds. */
export interface LatencyStatistics {
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  max: number;
}

/** What an entry came to, written once when it ends; lists and leaderboards read this and never `results`. */
@Entity('rollups')
export class RollupEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_rollups' })
  @ForeignKey('run_entries', { name: 'fk_rollups_entry', onDelete: 'CASCADE' })
  entryId!: string;

  @Column('uuid')
  runId!: string;

  /** Samples with at least one scored trial. */
  @Column('integer')
  n!: number;

  @Column('double precision', { nullable: true })
  mean!: number | null;

  @Column('double precision', { nullable: true })
  variance!: number | null;

  /** Every sample's score is 0 or 1, so that its mean is a proportion. */
  @Column('boolean')
  isBinary!: boolean;

  @Column('jsonb')
  perCategory!: (GroupStatistics & { category: string })[];

  @Column('jsonb')
  perScorer!: (GroupStatistics & { scorer: string })[];

  /** Of trials that got an answer; null where none did. */
  @Column('jsonb', { nullable: true })
  latencyMs!: LatencyStatistics | null;

  @Column('jsonb', { nullable: true })
  ttftMs!: LatencyStatistics | null;

  /** Mean over samples of the share of epochs that agree with the sample's most common score; null with one epoch. */
  @Column('double precision', { nullable: true })
  consistency!: number | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
