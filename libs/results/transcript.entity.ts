import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AgentMessage, ToolCall } from '#libs/agents';
import type { Verdict } from '#libs/scoring';
import type { Step } from './trial.js';

/** The wide half of a trial: what was asked and answered. The same key as its result. */
@Entity('transcripts')
export class TranscriptEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_transcripts' })
  runId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_transcripts' })
  entryId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_transcripts' })
  ordinal!: number;

  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'pk_transcripts' })
  epoch!: number;

  /** The rendered prompt; of a conversation, all that came before the last answer. */
  @Column('jsonb')
  messages!: AgentMessage[];

  @Column('text', { nullable: true })
  output!: string | null;

  /** Of all answers, in order. */
  @Column('jsonb', { nullable: true })
  toolCalls!: ToolCall[] | null;

  @Column('text', { nullable: true })
  finishReason!: string | null;

  @Column('text', { nullable: true })
  rawId!: string | null;

  @Column('text', { nullable: true })
  error!: string | null;

  /** Scorer name → why it gave its value. */
  @Column('jsonb', { nullable: true })
  explanations!: Record<string, string> | null;

  /** Of a conversation: each answer's time, tokens and cost. */
  @Column('jsonb', { nullable: true })
  steps!: Step[] | null;

  /** Of a conversation: what the functions of its tools left. */
  @Column('jsonb', { nullable: true })
  state!: Record<string, unknown> | null;

  /** What judges said, and what each verdict took. */
  @Column('jsonb', { nullable: true })
  verdicts!: Verdict[] | null;
}
