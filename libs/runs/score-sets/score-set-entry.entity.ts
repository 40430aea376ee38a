import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Whose outputs an entry of a score set judges, and how its scores differ; null until it has ended. */
@Entity('score_set_entries')
@Index('idx_score_set_entries_source', ['sourceEntryId'])
export class ScoreSetEntryEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_score_set_entries' })
  @ForeignKey('run_entries', { name: 'fk_score_set_entries_entry', onDelete: 'CASCADE' })
  entryId!: string;

  @Column('uuid')
  @ForeignKey('run_entries', { name: 'fk_score_set_entries_source', onDelete: 'CASCADE' })
  sourceEntryId!: string;

  /** Samples that score higher than they did. */
  @Column('integer', { nullable: true })
  raised!: number | null;

  @Column('integer', { nullable: true })
  lowered!: number | null;

  /** Samples that have a score now, and had none. */
  @Column('integer', { nullable: true })
  gained!: number | null;

  /** Samples that had a score, and have none now. */
  @Column('integer', { nullable: true })
  lost!: number | null;

  @Column('integer', { nullable: true })
  same!: number | null;
}
