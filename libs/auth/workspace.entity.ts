import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The tenant: everything else belongs to exactly one. */
@Entity('workspaces')
@Check('ck_workspaces_keep', 'keep_transcripts_days > 0 AND keep_results_days > 0 AND keep_audit_days >= 30')
export class WorkspaceEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_workspaces' })
  id!: string;

  /** For people; several may have the same. */
  @Column('text')
  name!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** After the end of a run; null, here and below: for ever. */
  @Column('integer', { nullable: true })
  keepTranscriptsDays!: number | null;

  @Column('integer', { nullable: true })
  keepResultsDays!: number | null;

  @Column('integer', { nullable: true })
  keepAuditDays!: number | null;
}
