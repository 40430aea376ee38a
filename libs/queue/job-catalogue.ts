import { z } from 'zod';

/**
 * Every job there is: name → payload. Payloads hold ids only, since the row owns the truth; a field added later is
 * optional until no older process can still enqueue without it.
 */
export const JOB_CATALOGUE = {
  /** Execute one shard. `attempt` is the lease count it was enqueued at, which makes the job id new after each lease. */
  shard: z.object({
    shard_id: z.uuid(),
    attempt: z.int().min(0),
    entry_id: z.uuid().optional(),
    /** W3C trace context of whoever asked for it; absent where there are no traces. */
    trace: z
      .object({ traceparent: z.string(), tracestate: z.string().optional(), linked: z.boolean().optional() })
      .optional(),
  }),
} as const;

export type JobName = keyof typeof JOB_CATALOGUE;
export type JobPayload<N extends JobName> = z.infer<(typeof JOB_CATALOGUE)[N]>;

export interface Job<N extends JobName> {
  /** Deterministic: a job whose id waits or runs already is not added again. */
  id: string;
  payload: JobPayload<N>;
}

export const shardJob = (payload: JobPayload<'shard'>): Job<'shard'> => ({
  id: `${payload.shard_id}-${payload.attempt}`,
  payload,
});
