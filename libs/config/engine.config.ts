import { z } from 'zod';
import { integer } from './env.js';

export const engineSchema = z
  .object({
    ENGINE_SHARD_SIZE: integer(256, 1, 10_000),
    ENGINE_SHARD_SLOTS: integer(16, 1, 256),
    ENGINE_RUN_WINDOW: integer(8, 1, 1000),
    ENGINE_LEASE_SECONDS: integer(30, 2, 3600),
    ENGINE_DRAIN_SECONDS: integer(25, 0, 3600),
    ENGINE_CALL_SLOTS: integer(256, 1, 10_000),
    AGENT_CONCURRENCY: integer(20, 1, 1000),
    AGENT_MAX_ATTEMPTS: integer(5, 1, 20),
    BATCH_POLL_SECONDS: integer(60, 1, 3600),
  })
  .transform((env) => ({
    /** Trials in a shard at most; small runs have smaller ones. */
    shardSize: env.ENGINE_SHARD_SIZE,
    /** Shards that one worker executes at a time. */
    shardSlots: env.ENGINE_SHARD_SLOTS,
    /** Shards of one run that wait in the queue or are under way at a time, so that a huge run leaves slots to a small one. */
    runWindow: env.ENGINE_RUN_WINDOW,
    leaseSeconds: env.ENGINE_LEASE_SECONDS,
    /** How long a stopping worker lets calls in flight finish. */
    drainSeconds: env.ENGINE_DRAIN_SECONDS,
    /** Calls in flight from one worker, to all agents together. */
    callSlots: env.ENGINE_CALL_SLOTS,
    /** Calls in flight to one model to begin with; answers raise it and refusals lower it. */
    agentConcurrency: env.AGENT_CONCURRENCY,
    agentMaxAttempts: env.AGENT_MAX_ATTEMPTS,
    /** How often a provider is asked whether a batch is over. */
    batchPollSeconds: env.BATCH_POLL_SECONDS,
  }));
