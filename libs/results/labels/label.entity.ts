import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** What one person thinks of one trial, as a whole or by one of its scorers. */
@Entity('labels')
@Unique('uq_labels_trial', ['runId', 'entryId', 'ordinal', 'epoch', 'scorer', 'rater'])
@Check('ck_labels_value', `value BETWEEN 0 AND 1 OR (value IS NULL AND category IS NOT NULL)`)
@Index('idx_labels_run', ['runId', 'id'])
@Index('idx_labels_entry', ['entryId'])
export class LabelEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_labels' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_labels_workspace' })
  workspaceId!: string;

  @Column('uuid')
  runId!: string;

  @Column('uuid')
  @ForeignKey('run_entries', { name: 'fk_labels_entry', onDelete: 'CASCADE' })
  entryId!: string;

  /** Of the sample, as in `results`. */
  @Column('integer')
  ordinal!: number;

  @Column('smallint')
  epoch!: number;

  @Column('text')
  sampleId!: string;

  /** Name of the scorer that it is to be held against; empty for the trial's score. */
  @Column('text')
  scorer!: string;

  /** Who gave it. */
  @Column('text')
  rater!: string;

  /** In [0, 1]; null where only a category was given. */
  @Column('double precision', { nullable: true })
  value!: number | null;

  @Column('text', { nullable: true })
  category!: string | null;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** When it was last given anew. */
  @Column('timestamptz', { default: () => 'now()' })
  updatedAt!: Date;
}
