import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '#libs/agents';
import { messageOf, newId } from '#libs/common';
import { AppConfig } from '#libs/config';
import { RunQueue } from '#libs/queue';
import { RunCompletion } from '../run-completion.js';
import { RunDispatcher } from '../run-dispatcher.js';
import { ShardExecutor } from './shard-executor.js';
import { LeaseLost, ShardStore, type Lease } from '../shard-store.js';

/** How often leases are prolonged, and so how soon a run that was cancelled or paused is noticed. */
const HEARTBEAT_MS = 1000;
/** A shard that so many workers failed on or died with will not succeed with the next. */
const MAX_SHARD_FAILURES = 20;

interface Held {
  lease: Lease;
  controller: AbortController;
  /** Once true, no further trial of it is started. */
  stopping: boolean;
}

/** Takes shards from the queue and executes them under a lease. */
@Injectable()
export class RunWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RunWorker.name);
  private readonly name = `${process.pid}-${newId()}`;
  private readonly held = new Map<string, Held>();
  private draining = false;

  constructor(
    private readonly queue: RunQueue,
    private readonly shards: ShardStore,
    private readonly executor: ShardExecutor,
    private readonly completion: RunCompletion,
    private readonly dispatcher: RunDispatcher,
    private readonly config: AppConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.consume('shard', this.config.engine.shardSlots, ({ shard_id }) => this.handle(shard_id));
    await this.dispatcher.sweep();
  }

  /** Starts nothing more, lets calls in flight end, then aborts what is left and hands its shards back. */
  async beforeApplicationShutdown(): Promise<void> {
    this.draining = true;
    await this.queue.pause();
    const deadline = Date.now() + this.config.engine.drainSeconds * 1000;
    while (this.held.size > 0 && Date.now() < deadline) await sleep(20);
    for (const { controller } of this.held.values()) controller.abort(new Error('The worker stops.'));
    while (this.held.size > 0 && Date.now() < deadline + 5000) await sleep(20);
  }

  @Interval(HEARTBEAT_MS)
  async heartbeat(): Promise<void> {
    if (this.held.size === 0) return;
    const all = [...this.held.values()];
    try {
      const alive = await this.shards.renew(all.map(({ lease }) => lease));
      for (const held of all) {
        const status = alive.get(held.lease.shardId);
        if (status === 'paused') held.stopping = true;
        if (status === undefined) held.controller.abort(new LeaseLost(held.lease.shardId));
      }
    } catch (error) {
      // The leases outlast a short outage; if they do not, the writes are refused.
      this.logger.warn(`Could not prolong ${all.length} leases: ${messageOf(error)}`);
    }
  }

  private async handle(shardId: string): Promise<void> {
    if (this.draining || this.held.has(shardId)) return;
    const lease = await this.shards.claim(shardId, this.name);
    if (!lease) return;
    const held = { lease, controller: new AbortController(), stopping: false };
    this.held.set(shardId, held);
    try {
      await this.execute(held);
    } finally {
      this.held.delete(shardId);
    }
  }

  private async execute(held: Held): Promise<void> {
    const { lease } = held;
    const { runId, entryId } = lease;
    if (lease.failures >= MAX_SHARD_FAILURES) {
      const message = `Its workers died ${lease.failures} times with the same part of it. Look into their logs and memory.`;
      await this.completion.failEntry(runId, entryId, 'shard_failed', message);
      return;
    }
    try {
      if (
        !(await this.executor.execute(lease, held.controller.signal, () => this.draining || held.stopping))
      ) {
        await this.shards.release(lease);
        return;
      }
      await this.shards.finish(lease);
      await this.completion.settle(runId, entryId);
      await this.dispatcher.dispatch(runId);
    } catch (error) {
      if (error instanceof LeaseLost) return;
      if (error instanceof AgentError) {
        await this.completion.failEntry(runId, entryId, error.code, error.message);
        await this.dispatcher.dispatch(runId);
        return;
      }
      if (this.draining) {
        await this.shards.release(lease);
        return;
      }
      if (lease.failures + 1 >= MAX_SHARD_FAILURES) {
        const message = `A part of it failed ${lease.failures + 1} times, the last time with: ${messageOf(error)}`;
        await this.completion.failEntry(runId, entryId, 'shard_failed', message);
        return;
      }
      this.logger.error(error, `Shard ${lease.shardId} of run ${runId} is handed back`);
      await this.shards.release(lease, true);
    }
  }
}
