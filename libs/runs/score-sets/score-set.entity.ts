import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { ScoringSpec } from '#libs/scoring';

/** What is particular about a run that re-scores another. */
@Entity('score_sets')
export class ScoreSetEntity {
  /** Of the run that carries it out. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_score_sets' })
  @ForeignKey('runs', { name: 'fk_score_sets_run', onDelete: 'CASCADE' })
  id!: string;

  /** Of one run, each once. */
  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb')
  scoring!: ScoringSpec;

  /** SHA-256 of the spec's canonical JSON: two sets of the same scorers and options have the same. */
  @Column('text')
  scoringHash!: string;
}
