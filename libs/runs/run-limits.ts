import { z } from 'zod';
import { TOO_MANY_ERRORS, type Reason } from './run-state.js';

/** What a run may use and bear, as written in JSON and stored. Unlike its config, it may be changed while the run goes on. */
export const runLimitsSchema = z.strictObject({
  /** In USD, over all its agents; reserved at worst case before each call, so it is never exceeded. */
  max_cost_usd: z.number().positive().max(1e6).optional(),
  /** Input and output tokens, likewise. */
  max_tokens_total: z.int().positive().optional(),
  /** Seconds of processing; pauses do not count. */
  max_duration_s: z.number().positive().max(1e8).optional(),
  /** Calls in flight at once to each of its agents, over all workers. Absent: as the agent and its provider allow. */
  concurrency: z.int().min(1).max(10_000).optional(),
  /**
   * When errors end an entry and fail the run: `true` at the first, a fraction below 1 of its trials, or a count.
   * Absent or false: never; errors are outcomes and the run goes on.
   */
  fail_on_error: z.union([z.boolean(), z.number().positive().lt(1), z.int().min(1)]).optional(),
});

export type RunLimits = z.infer<typeof runLimitsSchema>;

interface EntryErrors {
  agent: string;
  errors: number;
  /** Planned. */
  trials: number;
}

/** Why an entry with so many errors ends, by the run's policy; undefined where it may go on. */
export function tooManyErrors(
  { fail_on_error: policy = false }: RunLimits,
  { agent, errors, trials }: EntryErrors,
): Reason | undefined {
  if (policy === false || errors < errorsToFail(policy, trials)) return undefined;
  return {
    code: TOO_MANY_ERRORS,
    message: `Agent "${agent}" had ${errors} errors in ${trials} trials, which is where fail_on_error ends it. See the errors in its results.`,
  };
}

function errorsToFail(policy: true | number, trials: number): number {
  if (policy === true) return 1;
  return policy < 1 ? Math.max(1, Math.ceil(policy * trials)) : policy;
}

/** Tells the limits of a run from its config, where a request has them side by side. */
export function splitSettings<S extends RunLimits>(
  settings: S,
): { config: Omit<S, keyof RunLimits>; limits: RunLimits } {
  const { max_cost_usd, max_tokens_total, max_duration_s, concurrency, fail_on_error, ...config } = settings;
  return { config, limits: { max_cost_usd, max_tokens_total, max_duration_s, concurrency, fail_on_error } };
}
