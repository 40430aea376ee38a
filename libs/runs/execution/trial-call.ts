import type { AgentMessage } from '#libs/agents';
import type { SampleEntity } from '#libs/benchmarks';
import type { Trial } from '#libs/results';
import type { PlannedTrial } from '../plan.js';
import type { FailedCalls, Lease } from '../shard-store.js';
import type { Conversation, Used } from './conversation.js';
import type { EntryContext, ScoringContext } from './entry-context.js';
import { NOTHING, type Amount } from './worst-case.js';

/** One trial on its way, and how far it has come. */
export interface TrialCall<Context extends ScoringContext = EntryContext> {
  lease: Lease;
  context: Context;
  sample: SampleEntity;
  planned: PlannedTrial;
  messages: AgentMessage[];
  /** Absent where the agent is simply asked. */
  conversation?: Conversation;
  /** Calls made, under earlier leases too. */
  attempts: number;
  /** Under this lease. */
  failed: FailedCalls;
  /** Of the last call, in milliseconds; null where the answer came in a batch. */
  latencyMs: number | null;
  reserved: Amount;
  /** What the agent's one answer used, once it is there; a conversation knows of its own. */
  answer?: Used;
}

/** What ends a trial from outside: `calls` also aborts the call in flight, `starts` only what waits to begin. */
export interface TrialSignals {
  calls: AbortSignal;
  starts: AbortSignal;
}

export const noFailedCalls = (): FailedCalls => ({ rateLimited: 0, inputTokens: 0, outputTokens: 0, usd: 0 });

/** A trial that has not begun. */
export function newCall<Context extends ScoringContext>(
  lease: Lease,
  context: Context,
  sample: SampleEntity,
  planned: PlannedTrial,
  attempts: number,
): TrialCall<Context> {
  return {
    lease,
    context,
    sample,
    planned,
    messages: [],
    attempts,
    failed: noFailedCalls(),
    latencyMs: 0,
    reserved: NOTHING,
  };
}

/** What is known of a trial before anything came of it, or of its conversation so far. */
export const base = ({ sample, planned, messages, attempts, latencyMs, conversation }: TrialCall): Trial => ({
  ordinal: planned.ordinal,
  epoch: planned.epoch,
  sampleId: sample.sampleId,
  category: sample.category,
  outcome: 'infra_error',
  score: null,
  scores: null,
  latencyMs,
  ttftMs: null,
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  attempts,
  errorCode: null,
  messages,
  output: null,
  toolCalls: null,
  finishReason: null,
  rawId: null,
  error: null,
  explanations: null,
  steps: null,
  state: null,
  verdicts: null,
  ...conversation?.record(),
});
