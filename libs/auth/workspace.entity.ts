import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tenant: everything else belongs to exactly one. */
@Entity('workspaces')
export class WorkspaceEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_workspaces' })
  id!: string;

  /** For people; several may have the same. */
  @Column('text')
  name!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
