import type { AskJudge, Verdict } from './judging/judging.js';

/** What a scorer judges: one answer and what would have been right. */
export interface ScoringInput {
  /** The agent's answer, or what an extraction took from it. */
  output: string;
  /** Accepted answers, at least one; any of them is right. */
  targets: string[];
  /** Texts of the options A, B, C… of a multiple-choice sample. */
  choices?: string[];
  metadata?: Record<string, unknown>;
  trial: TrialFacts;
  /** Agents that may be asked what they think, and a list that takes all they say; absent where there are none. */
  judging?: { ask: AskJudge; verdicts: Verdict[] };
}

/** What a trial came to besides its output: what it was asked, what it did, took and cost. */
export interface TrialFacts {
  /** As the agent got them: of a conversation, all before the last answer. */
  messages: { role: string; content: string }[];
  /** In order, all of a conversation. `arguments` is JSON text as the agent wrote it. */
  toolCalls: { name: string; arguments: string }[];
  finishReason: string | null;
  /** What the tools of a conversation left; absent where they leave nothing. */
  state?: Record<string, unknown>;
  /** Of the last call, in milliseconds; of a conversation, of all its answers together. */
  latencyMs: number | null;
  ttftMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
}

export interface Score {
  /** In [0, 1]. */
  value: number;
  /** What was read as the answer, at most 200 characters; null where none was found. */
  answer: string | null;
  /** One sentence for a person who asks why. */
  explanation: string;
}

/** Thrown where an answer cannot be judged: the trial is `unscored`, for a score of 0 would be a lie. */
export class Unscorable extends Error {
  constructor(
    /** In snake_case, such as `malformed_verdict`. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A scorer with its options bound. It throws `Unscorable`, the signal's reason or what `judging` throws, and nothing else, whatever the output is. */
export interface Scorer {
  /** Pure, and at once, but for scorers that have to run or ask something. */
  score: (input: ScoringInput, signal: AbortSignal) => Score | Promise<Score>;
  /** Why no answer could ever be judged against `target`; null when it fits. */
  targetProblem: (target: string, choices?: string[], metadata?: Record<string, unknown>) => string | null;
}

const MAX_SHOWN = 200;

/** Cut to 200 code points, without the characters that Postgres refuses to store (NUL, lone surrogates). */
export function shorten(text: string): string {
  const points = Array.from(text.slice(0, 2 * MAX_SHOWN + 2));
  const shown = points.length > MAX_SHOWN ? `${points.slice(0, MAX_SHOWN - 1).join('')}…` : points.join('');
  return shown.replace(/[\0\p{Surrogate}]/gu, '\ufffd');
}

export const verdict = (correct: boolean, answer: string | null, explanation: string): Score =>
  graded(correct ? 1 : 0, answer, explanation);

/** @param value in [0, 1], but for what rounding adds. */
export function graded(value: number, answer: string | null, explanation: string): Score {
  return { value: Math.min(1, value), answer: answer === null ? null : shorten(answer), explanation };
}

/** Texts as they stand in an explanation: `"Paris" or "paris"`, three at most. */
export function quoted(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).map((text) => `"${shorten(text)}"`);
  return [...shown, ...(texts.length > 3 ? [`${texts.length - 3} more`] : [])].join(' or ');
}
