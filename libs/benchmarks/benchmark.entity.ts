import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** Where a benchmark's first version came from, as it was called then. */
export interface Provenance {
  benchmark: string;
  version: number;
  version_id: string;
}

@Entity('benchmarks')
@Unique('uq_benchmarks_name', ['workspaceId', 'name'])
@Check('ck_benchmarks_status', `status IN ('active', 'archived')`)
@Index('idx_benchmarks_status', ['workspaceId', 'status'])
@Index('idx_benchmarks_created_at', ['workspaceId', 'createdAt', 'id'])
@Index('idx_benchmarks_workspace', ['workspaceId', 'id'])
export class BenchmarkEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_benchmarks' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_benchmarks_workspace' })
  workspaceId!: string;

  /** What people and scripts call it: lower-case letters, digits, `.`, `_`, `-`. */
  @Column('text')
  name!: string;

  @Column('text')
  title!: string;

  @Column('text')
  description!: string;

  @Column('text', { default: 'active' })
  status!: 'active' | 'archived';

  @Column('jsonb', { nullable: true })
  clonedFrom!: Provenance | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
