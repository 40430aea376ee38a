import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Interval } from '@nestjs/schedule';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { messageOf } from '#libs/common';
import { Tracing } from '#libs/observability';
import { RunQueue, type Job } from '#libs/queue';
import { RunCompletion } from './run-completion.js';
import { ShardStore } from './shard-store.js';
import { sendSpan } from './spans.js';

const SWEEP_MS = 5000;
/** That the sweep looks at in one statement: enough that thousands of waiting runs cost little, few enough to go on meanwhile. */
const RUNS_AT_ONCE = 500;

/** Brings shards from Postgres, which knows what is to be done, to the queue, which only delivers. */
@Injectable()
export class RunDispatcher {
  private readonly logger = new Logger(RunDispatcher.name);
  /** How often in a row the sweep has offered a job whose shard nobody took. */
  private offers = new Map<string, number>();
  private sweeping: Promise<void> | undefined;
  /** Jobs that this process brought to the queue of late: to offer them again would cost and change nothing. */
  private readonly recent = new LRUCache<string, true>({ max: 10_000, ttl: SWEEP_MS });

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly shards: ShardStore,
    private readonly completion: RunCompletion,
    private readonly queue: RunQueue,
    private readonly tracing: Tracing,
  ) {}

  /**
   * Enqueues the run's next shards. What the queue has already it does not take twice. Never throws: what cannot be
   * enqueued now, the sweep will.
   * @param next jobs for them, where the caller has them already.
   */
  async dispatch(runId: string, next?: Job<'shard'>[]): Promise<void> {
    try {
      const jobs = next ?? (await this.shards.nextJobs([runId]));
      const unknown = jobs.filter(({ id }) => !this.recent.has(id));
      await this.send(runId, unknown);
      this.remember(unknown);
    } catch (error) {
      this.logger.warn(`Could not enqueue shards of run ${runId}, the sweep will: ${messageOf(error)}`);
    }
  }

  private remember(jobs: Job<'shard'>[]): void {
    for (const { id } of jobs) this.recent.set(id, true);
  }

  /** Has the jobs continue the trace of the request that this is done for. */
  private send(runId: string, jobs: Job<'shard'>[]): Promise<void> {
    const send = (): Promise<void> => {
      const trace = this.tracing.carrier();
      if (!trace) return this.queue.enqueue('shard', jobs);
      const traced = jobs.map(({ id, payload }) => ({ id, payload: { ...payload, trace } }));
      return this.queue.enqueue('shard', traced);
    };
    if (!this.tracing.isInRequest || jobs.length === 0) return send();
    return this.tracing.inSpan(() => sendSpan(this.queue.system, runId, jobs.length), send);
  }

  /** Repairs whatever a crash or a lost queue left: expired leases, shards nobody enqueued, entries nobody ended. */
  @Interval(SWEEP_MS)
  async sweep(): Promise<void> {
    // With many thousand runs waiting one may take longer than the time between two.
    this.sweeping ??= this.repair()
      .then(() => undefined)
      .catch((error: unknown) =>
        this.logger.warn(`The sweep failed and will be tried again in ${SWEEP_MS} ms: ${messageOf(error)}`),
      )
      .finally(() => (this.sweeping = undefined));
    return this.sweeping;
  }

  /** Sweeps now. @returns runs that have not ended, shards that wait for a worker, and entries that were to be ended. */
  async repair(): Promise<{ runs: number; shards: number; entries: number }> {
    this.recent.clear();
    await this.shards.releaseExpired();
    await this.completion.pauseOverdue();
    const unsettled = await this.completion.unsettled();
    for (const { runId, entryId } of unsettled) {
      // One that cannot be ended must not keep the others from going on.
      await this.completion.settle(runId, entryId).catch((error: unknown) => {
        this.logger.error(error, `Entry ${entryId} of run ${runId} could not be ended`);
      });
    }
    const active = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM runs WHERE status IN ('queued', 'processing') ORDER BY id`,
    );
    const offered: Job<'shard'>[] = [];
    for (let from = 0; from < active.length; from += RUNS_AT_ONCE) {
      const jobs = await this.shards.nextJobs(active.slice(from, from + RUNS_AT_ONCE).map(({ id }) => id));
      await this.queue.enqueue('shard', jobs);
      this.remember(jobs);
      offered.push(...jobs);
    }
    await this.replaceOrphans(offered);
    return { runs: active.length, shards: offered.length, entries: unsettled.length };
  }

  /**
   * A worker that dies between taking a job and claiming its shard leaves a job that the queue holds for running, and
   * will for minutes. Where nothing waits in the queue and a shard was not taken since the sweep before, its job is
   * one of those, and is brought again under another name.
   */
  private async replaceOrphans(offered: Job<'shard'>[]): Promise<void> {
    const before = this.offers;
    this.offers = new Map(offered.map(({ id }) => [id, (before.get(id) ?? 0) + 1]));
    const { waiting } = await this.queue.counts();
    if (waiting > 0) return;
    const orphans = offered.filter(({ id }) => before.has(id));
    await this.queue.enqueue(
      'shard',
      orphans.map(({ id, payload }) => ({ id: `${id}-${before.get(id)}`, payload })),
    );
  }
}
