import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { Outcome, ScoreValues } from './trial.js';

export type OverrideKind = 'set' | 'restored';

/** One change of a trial's score by hand. Rows are only ever added, so that every value that there was can be told. */
@Entity('result_overrides')
@Check('ck_result_overrides_kind', `kind IN ('set', 'restored')`)
export class ResultOverrideEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_result_overrides' })
  @ForeignKey('runs', { name: 'fk_result_overrides_run', onDelete: 'CASCADE' })
  runId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_result_overrides' })
  entryId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_result_overrides' })
  ordinal!: number;

  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'pk_result_overrides' })
  epoch!: number;

  /** From 1, of this trial. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_result_overrides' })
  revision!: number;

  /** Whether a score was set, or the scorers' own put back. */
  @Column('text')
  kind!: OverrideKind;

  /** As whoever did it names themselves; null where they do not. */
  @Column('text', { nullable: true })
  author!: string | null;

  @Column('text')
  reason!: string;

  /** Whether what it took the place of was set by hand too. */
  @Column('boolean')
  formerOverridden!: boolean;

  @Column('text')
  formerOutcome!: Outcome;

  @Column('double precision', { nullable: true })
  formerScore!: number | null;

  @Column('jsonb', { nullable: true })
  formerScores!: ScoreValues | null;

  @Column('text', { nullable: true })
  formerErrorCode!: string | null;

  @Column('text')
  outcome!: Outcome;

  @Column('double precision', { nullable: true })
  score!: number | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
