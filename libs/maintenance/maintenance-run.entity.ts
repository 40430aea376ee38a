import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a job ran last, in whatever process. */
@Entity('maintenance_runs')
export class MaintenanceRunEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_maintenance_runs' })
  job!: string;

  @Column('timestamptz', { default: () => 'now()' })
  startedAt!: Date;

  /** Null while it runs, and where its process ended before it. */
  @Column('timestamptz', { nullable: true })
  finishedAt!: Date | null;

  @Column('text', { nullable: true })
  error!: string | null;

  /** What the last one that did not fail came to. */
  @Column('jsonb', { nullable: true })
  detail!: Record<string, unknown> | null;
}
