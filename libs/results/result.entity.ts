import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome, ScoreValues } from './trial.js';

/**
 * The narrow half of a trial, which analytics scan. Hash-partitioned by run; no foreign keys, since the trial
 * writer only inserts under a lease that proves run and entry exist.
 */
@Entity('results')
@Check('ck_results_outcome', `outcome IN ('scored', 'agent_error', 'infra_error', 'unscored')`)
@Check('ck_results_score', `(outcome = 'scored') = (score IS NOT NULL)`)
export class ResultEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_results' })
  runId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_results' })
  entryId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_results' })
  ordinal!: number;

  /** 1-based. */
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'pk_results' })
  epoch!: number;

  @Column('text')
  sampleId!: string;

  @Column('text', { nullable: true })
  category!: string | null;

  @Column('text')
  outcome!: Outcome;

  /** In [0, 1]. */
  @Column('double precision', { nullable: true })
  score!: number | null;

  @Column('jsonb', { nullable: true })
  scores!: ScoreValues | null;

  /** Of the last call, from request to the whole answer; of a conversation, all answers together. Null where it came in a batch. */
  @Column('real', { nullable: true })
  latencyMs!: number | null;

  @Column('real', { nullable: true })
  ttftMs!: number | null;

  @Column('integer', { nullable: true })
  inputTokens!: number | null;

  @Column('integer', { nullable: true })
  outputTokens!: number | null;

  @Column('numeric', { precision: 18, scale: 9, nullable: true })
  costUsd!: string | null;

  /** Calls made; 1 without a retry, of a conversation at least one for each answer. */
  @Column('smallint')
  attempts!: number;

  @Column('text', { nullable: true })
  errorCode!: string | null;

  /** Whether somebody set its score by hand; `scores` are the scorers' all the same. */
  @Column('boolean', { default: false })
  overridden!: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** The shard and the attempt under whose lease it was written; null in rows from before these were kept. */
  @Column('uuid', { nullable: true })
  shardId!: string | null;

  @Column('integer', { nullable: true })
  lease!: number | null;
}
