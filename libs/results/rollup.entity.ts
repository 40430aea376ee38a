import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { Reduction } from '#libs/scoring';

/** Of observations that come in groups of like ones, each smaller than all. */
export interface ClusteredError {
  clusters: number;
  /** Of the mean, cluster-robust (CR1); null for one cluster. */
  standard_error: number | null;
}

/** Statistics of one group of samples: the epochs of a sample are reduced first. With `collect` each trial is one. */
export interface GroupStatistics {
  /** Samples that count. */
  n: number;
  mean: number | null;
  /** Between samples, with n − 1; null where n < 2. */
  variance: number | null;
  /** Null where samples are independent; absent where that was not asked yet. */
  clustered?: ClusteredError | null;
}

/** What else is known of an entry; it grows by keys, and one that an older rollup lacks is not known. */
export interface RollupFigures {
  clustered: ClusteredError | null;
  /** By the reducers beside the first. */
  per_reducer: (GroupStatistics & { reducer: string })[];
  /** Scores of all trials together. */
  credit: number;
  /**
   * Of samples that have a trial, whatever its outcome: their number, and the sum that they would come to were trials
   * without a score wrong, or right. Null for means, whose bounds follow from counts.
   */
  bounds: { samples: number; worst: number; best: number } | null;
  /** How many samples have so many scored trials, and so many that pass. */
  pass_counts?: { trials: number; passed: number; samples: number }[];
  /** Of samples, all epochs together; null where no cost is known. In USD; variances with n − 1. */
  cost?: {
    samples: number;
    mean_cost: number;
    mean_credit: number;
    cost_variance: number | null;
    credit_variance: number | null;
    covariance: number | null;
  } | null;
  /** Sums of squares of the epochs of samples that have a score; null with one epoch. */
  epochs?: {
    samples: number;
    trials: number;
    squares_between: number;
    squares_within: number;
    squared_sizes: number;
  } | null;
  /** Of samples with at least two scored epochs; null with one epoch. */
  agreement?: { samples: number; unanimous: number | null; pairwise: number | null } | null;
  output_tokens_per_s?: Distribution | null;
}

/** Of what was measured of each trial, in its unit. */
export interface Distribution {
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

  /** Samples that count: with a score for most reducers, with k for those of k. Trials with `collect`. */
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

  /** The samples that count: their places in the benchmark version, and below what each came to. Null in old rollups. */
  @Column('integer', { array: true, nullable: true, select: false })
  sampleOrdinals!: number[] | null;

  @Column('double precision', { array: true, nullable: true, select: false })
  sampleScores!: number[] | null;

  /** Of trials that got an answer; null where none did. */
  @Column('jsonb', { nullable: true })
  latencyMs!: Distribution | null;

  @Column('jsonb', { nullable: true })
  ttftMs!: Distribution | null;

  /** Mean over samples of the share of epochs that agree with the sample's most common score; null with one epoch. */
  @Column('double precision', { nullable: true })
  consistency!: number | null;

  /** How scores were reduced; null in rollups from before that was kept, which are means. */
  @Column('jsonb', { nullable: true })
  reduction!: Reduction | null;

  @Column('jsonb', { nullable: true })
  figures!: RollupFigures | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
