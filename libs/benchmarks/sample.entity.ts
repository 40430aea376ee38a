import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

@Entity('samples')
@Unique('uq_samples_sample_id', ['benchmarkVersionId', 'sampleId'])
export class SampleEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_samples' })
  @ForeignKey('benchmark_versions', { name: 'fk_samples_benchmark_version', onDelete: 'CASCADE' })
  benchmarkVersionId!: string;

  /** 0-based place in the dataset. */
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

  @Column('jsonb')
  metadata!: Record<string, unknown>;
}
