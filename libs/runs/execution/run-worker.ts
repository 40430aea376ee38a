import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, newId } from '#libs/common';
import { AppConfig } from '#libs/config';
import { Tracing } from '#libs/observability';
import { RunQueue, shardJob, type JobPayload } from '#libs/queue';
import { RunCompletion } from '../run-completion.js';
import { RunDispatcher } from '../run-dispatcher.js';
import type { Reason } from '../run-state.js';
import { LeaseLost, ShardStore, type Lease, type Leftovers } from '../shard-store.js';
import { processSpan } from '../spans.js';
import { ShardExecutor, type ShardExecution } from './shard-executor.js';
import { noFailedCalls } from './trial-call.js';

/** How often leases are prolonged, and so how soon a run that was cancelled or paused is noticed. */
const HEARTBEAT_MS = 1000;
/** A shard that so many workers failed on or died with will not succeed with the next. */
const MAX_SHARD_FAILURES = 20;
/** After so many attempts in vain to reach a provider at all, its entry waits for somebody to look after it. */
const MAX_OUTAGES = 10;
/** So often so many shards that this worker has no use for yet are offered to all again. */
const OFFER_AGAIN_MS = 200;
const OFFERS = 2;
/** After so long in vain it asks for another: what was declined may not have been off the queue yet. */
const ASK_AGAIN_MS = 20;

/** What this worker has of an entry by one shard. */
interface Share {
  entryId: string | undefined;
  trialsLeft: number;
}

interface Held {
  lease: Lease;
  share: Share;
  calls: AbortController;
  /** Aborted once no further trial of it is to be started. */
  starts: AbortController;
}

/** Takes shards from the queue and executes them under a lease. */
@Injectable()
export class RunWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RunWorker.name);
  private readonly name = `${process.pid}-${newId()}`;
  private readonly held = new Map<string, Held>();
  /** By shard: of those that are held or being claimed. */
  private readonly shares = new Map<string, Share>();
  /** By shard: offered while there were enough of its entry here. */
  private readonly declined = new Map<string, JobPayload<'shard'>>();
  /** When more of an entry was asked for, until one of its shards comes. */
  private readonly asked = new Map<string, number>();
  /** Trials of an entry that keep this worker busy until others have passed on what they have no use for. */
  private readonly enough: number;
  private draining = false;

  constructor(
    private readonly queue: RunQueue,
    private readonly shards: ShardStore,
    private readonly executor: ShardExecutor,
    private readonly completion: RunCompletion,
    private readonly dispatcher: RunDispatcher,
    private readonly config: AppConfig,
    private readonly tracing: Tracing,
  ) {
    this.enough = 3 * Math.min(config.engine.callSlots, config.limits.agentMaxConcurrency);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.consume('shard', this.config.engine.shardSlots, (job) => this.handle(job));
    await this.dispatcher.sweep();
  }

  /** Starts nothing more, lets calls in flight end, then aborts what is left and hands its shards back. */
  async beforeApplicationShutdown(): Promise<void> {
    this.draining = true;
    for (const { starts } of this.held.values()) starts.abort(new Error('The worker stops.'));
    await this.queue.pause().catch((error: unknown) => {
      this.logger.warn(`The queue could not be told that this worker stops: ${messageOf(error)}`);
    });
    const deadline = Date.now() + this.config.engine.drainSeconds * 1000;
    while (this.held.size > 0 && Date.now() < deadline) await sleep(20);
    for (const { calls } of this.held.values()) calls.abort(new Error('The worker stops.'));
    while (this.held.size > 0 && Date.now() < deadline + 5000) await sleep(20);
  }

  @Interval(HEARTBEAT_MS)
  async heartbeat(): Promise<void> {
    if (this.held.size === 0) return;
    const all = [...this.held.values()];
    try {
      const standings = await this.shards.renew(all.map(({ lease }) => lease));
      for (const { lease, starts, calls } of all) {
        const standing = standings.get(lease.shardId);
        if (standing === undefined) {
          calls.abort(new LeaseLost(lease.shardId));
          continue;
        }
        lease.limits = standing.limits;
        if (standing.paused) starts.abort(new Error('The run is paused.'));
      }
    } catch (error) {
      // The leases outlast a short outage; if they do not, the writes are refused.
      this.logger.warn(`Could not prolong ${all.length} leases: ${messageOf(error)}`);
    }
  }

  private async handle(job: JobPayload<'shard'>): Promise<void> {
    const { shard_id: shardId, entry_id: entryId } = job;
    if (entryId !== undefined) this.asked.delete(entryId);
    if (this.draining || this.shares.has(shardId)) return;
    // The queue gives all that waits to whoever asks first. What there is no use for here is left to the others.
    if (this.hasEnoughOf(entryId)) return void this.declined.set(shardId, job);
    const share = { entryId, trialsLeft: this.config.engine.shardSize };
    this.shares.set(shardId, share);
    try {
      const lease = await this.shards.claim(shardId, this.name);
      if (!lease) return;
      const held = { lease, share, calls: new AbortController(), starts: new AbortController() };
      this.held.set(shardId, held);
      // Told to stop while it claimed.
      if (this.draining) await this.shards.release(lease, nothingTried(lease));
      else
        await this.tracing.continuing(
          job.trace,
          () => processSpan(this.queue.system, lease),
          () => this.execute(held),
        );
    } finally {
      this.held.delete(shardId);
      this.shares.delete(shardId);
    }
  }

  private hasEnoughOf(entryId: string | undefined): boolean {
    if (entryId === undefined) return false;
    let trials = 0;
    for (const share of this.shares.values()) if (share.entryId === entryId) trials += share.trialsLeft;
    return trials >= this.enough;
  }

  /** Brings what was declined back to the queue, for whoever takes it by now. */
  @Interval(OFFER_AGAIN_MS)
  async offerSomeAgain(): Promise<void> {
    this.asked.clear();
    await this.offerAgain([...this.declined.values()].slice(0, OFFERS));
  }

  private async offerAgain(jobs: JobPayload<'shard'>[]): Promise<void> {
    if (jobs.length === 0) return;
    for (const { shard_id } of jobs) this.declined.delete(shard_id);
    await this.queue.enqueue('shard', jobs.map(shardJob)).catch((error: unknown) => {
      this.logger.warn(`Could not offer ${jobs.length} shards again, the sweep will: ${messageOf(error)}`);
    });
  }

  private wantMoreOf(entryId: string): void {
    const job = [...this.declined.values()].find(({ entry_id }) => entry_id === entryId);
    const now = performance.now();
    if (!job || now - (this.asked.get(entryId) ?? -Infinity) < ASK_AGAIN_MS) return;
    this.asked.set(entryId, now);
    void this.offerAgain([job]);
  }

  private async execute({ lease, share, calls, starts }: Held): Promise<void> {
    const { runId, entryId, failures } = lease;
    if (failures >= MAX_SHARD_FAILURES) {
      const message = `Its workers died ${failures} times with the same part of it. Look into their logs and memory.`;
      await this.completion.failEntry(runId, entryId, { code: 'shard_failed', message });
      return;
    }
    try {
      const signals = { calls: calls.signal, starts: starts.signal };
      const execution = await this.executor.execute(lease, signals, (trials) => {
        share.trialsLeft = trials;
        if (this.declined.size > 0 && !this.hasEnoughOf(entryId)) this.wantMoreOf(entryId);
      });
      await this.conclude(lease, execution);
    } catch (error) {
      if (error instanceof LeaseLost) return;
      if (this.draining) {
        await this.shards.release(lease, nothingTried(lease));
        return;
      }
      if (failures + 1 >= MAX_SHARD_FAILURES) {
        const message = `A part of it failed ${failures + 1} times, the last time with: ${messageOf(error)}`;
        await this.completion.failEntry(runId, entryId, { code: 'shard_failed', message });
        return;
      }
      this.logger.error(error, `Shard ${lease.shardId} of run ${runId} is handed back`);
      await this.shards.release(lease);
    }
  }

  /** Brings shard, entry and run to what the execution came to, and whatever is next to the queue. */
  private async conclude(lease: Lease, { end, stored, left }: ShardExecution): Promise<void> {
    const { runId, entryId } = lease;
    switch (end.kind) {
      case 'done':
        await this.shards.finish(lease);
        await this.completion.settle(runId, entryId);
        break;
      case 'stopped':
        return this.shards.release(lease, left);
      case 'postponed': {
        const { delayMs, code, message, outage } = end.wait;
        const outages = !outage ? 0 : stored > 0 ? 1 : lease.outages + 1;
        if (outages > MAX_OUTAGES) {
          await this.completion.pauseEntry(runId, entryId, unavailable(lease));
          return this.shards.release(lease, left);
        }
        await this.shards.postpone(lease, left, { delayMs, code, message, outages });
        // Where this process does not live to see it, the sweep of another does it.
        setTimeout(() => void this.dispatcher.dispatch(runId), delayMs + 10).unref();
        break;
      }
      case 'exhausted':
        await this.completion.pause(runId, end.reason);
        return this.shards.release(lease, left);
      case 'blocked':
        await this.completion.pauseEntry(runId, entryId, end.reason);
        await this.shards.release(lease, left);
        break;
      case 'failed':
        await this.shards.count(lease, left.failed);
        await this.completion.failEntry(runId, entryId, end.reason);
        break;
    }
    await this.dispatcher.dispatch(runId);
  }
}

const unavailable = ({ agent }: Lease): Reason => ({
  code: 'provider_unavailable',
  message: `The calls of agent "${agent.name}" have failed for minutes, every time they were tried again. See that its provider answers, then resume the run.`,
});

const nothingTried = ({ tried }: Lease): Leftovers => ({ tried, failed: noFailedCalls() });
