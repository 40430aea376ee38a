import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** The tenant: everything else belongs to exactly one. */
@Entity('workspaces')
@Unique('uq_workspaces_name', ['name'])
export class WorkspaceEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_workspaces' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
