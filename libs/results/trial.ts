import type { AgentMessage, FinishReason, ToolCall } from '#libs/agents';
import type { Verdict } from '#libs/scoring';

/**
 * How a trial ended. Only `scored` has a score: an agent's failure (`agent_error`), ours or the provider's
 * (`infra_error`), and an answer that no scorer could judge (`unscored`) are counted apart.
 */
export const OUTCOMES = ['scored', 'agent_error', 'infra_error', 'unscored'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Scorer name → its value in [0, 1] and the answer that it judged. */
export type ScoreValues = Record<string, { value: number; answer: string | null }>;

/** Where a limit of the benchmark ended a conversation, that is why the trial ended. */
export type TrialFinish = FinishReason | 'max_turns' | 'max_tokens' | 'max_seconds' | 'max_cost_usd';

/** One answer in a conversation, and what it took. In JSON as it is stored and shown. */
export interface Step {
  /** Whose; what the user's agent used is the run's, but not the trial's. */
  by: 'agent' | 'user';
  /** Place in `messages`; that of the last answer, which is the output, is behind their end. */
  message: number;
  latency_ms: number;
  ttft_ms: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  /** Calls made for it, 1 without a retry. */
  attempts: number;
  finish_reason: FinishReason;
  raw_id: string | null;
}

/** Everything that is kept of one trial. */
export interface Trial {
  ordinal: number;
  epoch: number;
  sampleId: string;
  category: string | null;
  outcome: Outcome;
  score: number | null;
  scores: ScoreValues | null;
  /** Null where the answer came in a batch. */
  latencyMs: number | null;
  ttftMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  attempts: number;
  errorCode: string | null;
  messages: AgentMessage[];
  output: string | null;
  toolCalls: ToolCall[] | null;
  finishReason: TrialFinish | null;
  rawId: string | null;
  error: string | null;
  explanations: Record<string, string> | null;
  /** Of a conversation; null where the agent was simply asked. */
  steps: Step[] | null;
  /** What the functions of a conversation's tools left; null where there were none. */
  state: Record<string, unknown> | null;
  /** All that judges said, in order; null where none was asked. */
  verdicts: Verdict[] | null;
}
