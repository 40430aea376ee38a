import type { AgentMessage, FinishReason, ToolCall } from '#libs/agents';

/**
 * How a trial ended. Only `scored` has a score: an agent's failure (`agent_error`), ours or the provider's
 * (`infra_error`), and an answer that no scorer could judge (`unscored`) are counted apart.
 */
export const OUTCOMES = ['scored', 'agent_error', 'infra_error', 'unscored'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Scorer name → its value in [0, 1] and the answer that it judged. */
export type ScoreValues = Record<string, { value: number; answer: string | null }>;

/** Everything that is kept of one trial. */
export interface Trial {
  ordinal: number;
  epoch: number;
  sampleId: string;
  category: string | null;
  outcome: Outcome;
  score: number | null;
  scores: ScoreValues | null;
  latencyMs: number;
  ttftMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  attempts: number;
  errorCode: string | null;
  messages: AgentMessage[];
  output: string | null;
  toolCalls: ToolCall[] | null;
  finishReason: FinishReason | null;
  rawId: string | null;
  error: string | null;
  explanations: Record<string, string> | null;
}
