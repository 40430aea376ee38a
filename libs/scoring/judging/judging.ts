/** What one judge is asked. */
export interface JudgeQuestion {
  /** `name@version` of the agent that judges. */
  judge: string;
  /** Absent where the prompt is all. */
  system?: string;
  prompt: string;
  /** JSON Schema that the answer is to keep to; absent where the judge is only told of it. */
  schema?: Record<string, unknown>;
  settings: { temperature?: number; maxTokens?: number };
  /** 0 for the first time that this is asked; a seeded agent may say something else the next time. */
  repeat: number;
  /** Which answers may be given again to the same prompt; absent where none may. */
  reusable?: (answer: string) => boolean;
}

export interface JudgeAnswer {
  text: string;
  latencyMs: number;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
}

/** A judge did not answer: that costs its vote, and is no fault of the agent that is judged. */
export class JudgeFailed extends Error {
  override readonly name = 'JudgeFailed';
}

/**
 * The port to the agents that judge.
 * @throws JudgeFailed; and whatever ends more than the judging of one trial, which scorers pass on.
 */
export type AskJudge = (question: JudgeQuestion) => Promise<JudgeAnswer>;

/** One answer of a judge, in JSON as it is stored and shown. */
export interface Verdict {
  /** Name of the scorer that asked; within a set the set's, with its place: `kind.0`. */
  scorer: string;
  /** `name@version` */
  judge: string;
  /** From 1. */
  repeat: number;
  /** Of a pair: whether the candidate was shown before the reference, or behind it; null where it was alone. */
  order: 'candidate_first' | 'reference_first' | null;
  /** In [0, 1]; null where the judge gave none. */
  value: number | null;
  /** The judge's own words. */
  explanation: string | null;
  /** Why there is no value. */
  error: string | null;
  latency_ms: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  /** The run's, and not the trial's. */
  cost_usd: number | null;
}
