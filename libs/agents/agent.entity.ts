import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** One immutable version of an agent. A change is a new row with the next version. */
@Entity('agents')
@Unique('uq_agents_name_version', ['workspaceId', 'name', 'version'])
@Index('idx_agents_created_at', ['workspaceId', 'createdAt', 'id'])
@Index('idx_agents_workspace', ['workspaceId', 'id'])
export class AgentEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_agents' })
  id!: string;

  @Column('uuid')
  @ForeignKey('workspaces', { name: 'fk_agents_workspace' })
  workspaceId!: string;

  @Column('text')
  name!: string;

  @Column('integer')
  version!: number;

  @Column('text')
  adapter!: string;

  @Column('text')
  model!: string;

  @Column('jsonb')
  settings!: Record<string, unknown>;

  /** Of adapter, model and settings: the same content again is the same version. */
  @Column('text')
  contentHash!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
