import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { BenchmarkDefinition } from './benchmark-definition.js';

/** A category of a version's scored samples; title and description where the definition gives them. */
export interface CategoryCount {
  name: string;
  title?: string;
  description?: string;
  samples: number;
}

/** What runs: samples, prompt and scorers. Immutable; `contentHash` covers all three. */
@Entity('benchmark_versions')
@Unique('uq_benchmark_versions_version', ['benchmarkId', 'version'])
@Unique('uq_benchmark_versions_content_hash', ['benchmarkId', 'contentHash'])
export class BenchmarkVersionEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_benchmark_versions' })
  id!: string;

  @Column('uuid')
  @ForeignKey('benchmarks', { name: 'fk_benchmark_versions_benchmark', onDelete: 'CASCADE' })
  benchmarkId!: string;

  @Column('integer')
  version!: number;

  @Column('text')
  contentHash!: string;

  @Column('jsonb')
  definition!: BenchmarkDefinition;

  /** Samples that are scored: all, or those of `definition.split`. */
  @Column('integer')
  sampleCount!: number;

  /** In the definition's order, or that of first appearance. */
  @Column('jsonb')
  categories!: CategoryCount[];

  /** Names of splits in order of first appearance, with how many samples each has, scored or not. */
  @Column('jsonb', { default: [] })
  splits!: { name: string; samples: number }[];

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
