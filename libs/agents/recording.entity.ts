import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { RecordedAnswer } from './replay/recording-source.js';

/** A recorded answer of a `replay` agent. */
@Entity('recordings')
export class RecordingEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_recordings' })
  @ForeignKey('agents', { name: 'fk_recordings_agent', onDelete: 'CASCADE' })
  agentId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_recordings' })
  sampleId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_recordings' })
  epoch!: number;

  @Column('jsonb')
  answer!: RecordedAnswer;
}
