import type { Job, JobName, JobPayload } from './job-catalogue.js';

export type JobHandler<N extends JobName> = (payload: JobPayload<N>) => Promise<void>;

export interface QueueCounts {
  waiting: number;
  active: number;
}

/**
 * Delivers jobs to consumers, first in, first out, at least once while it lives. It owns no truth: a job that is
 * lost with it is enqueued again by the sweep, and one delivered twice finds its shard leased.
 */
export abstract class RunQueue {
  /** What it is, for spans. */
  abstract readonly system: 'bull' | 'in_process';

  /** Adds the jobs whose id does not wait or run already. */
  abstract enqueue<N extends JobName>(name: N, jobs: Job<N>[]): Promise<void>;

  /**
   * Starts delivering jobs of that name to `handler`, at most `slots` at a time. One consumer for each name.
   * A handler that throws ends its job: it is logged and not delivered again.
   */
  abstract consume<N extends JobName>(name: N, slots: number, handler: JobHandler<N>): Promise<void>;

  /** Stops delivering; jobs that run go on. */
  abstract pause(): Promise<void>;

  abstract counts(): Promise<QueueCounts>;

  /** Whether it can deliver, for /ready. */
  abstract ping(): Promise<void>;

  /** Stops delivering and waits for the handlers that run. */
  abstract close(): Promise<void>;
}
