import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Sample } from './sample.js';

@Entity('samples')
@Unique('uq_samples_sample_id', ['benchmarkVersionId', 'sampleId'])
export class SampleEntity {
  /** Triggers do what a foreign key would, once for a statement. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_samples' })
  benchmarkVersionId!: string;

  /**
   * 0-based place among the samples that are scored, in dataset order. Those of other splits have negative numbers, in
   * dataset order too, so that a run's plan never meets them.
   */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_samples' })
  ordinal!: number;

  @Column('text')
  sampleId!: string;

  @Column('text')
  input!: string;

  @Column('jsonb')
  targets!: string[];

  @Column('jsonb', { nullable: true })
  choices!: string[] | null;

  @Column('text', { nullable: true })
  category!: string | null;

  @Column('text', { nullable: true })
  split!: string | null;

  @Column('jsonb', { nullable: true })
  tags!: string[] | null;

  @Column('jsonb')
  metadata!: Record<string, unknown>;
}

/** A stored sample as it was read. */
export const toSample = (row: SampleEntity): Sample => ({
  id: row.sampleId,
  input: row.input,
  targets: row.targets,
  choices: row.choices ?? undefined,
  category: row.category ?? undefined,
  split: row.split ?? undefined,
  tags: row.tags ?? undefined,
  metadata: row.metadata,
});
