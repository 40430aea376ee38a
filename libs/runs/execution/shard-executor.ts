import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import { BenchmarksService, type SampleEntity } from '#libs/benchmarks';
import { Metrics } from '#libs/observability';
import { EntryContexts } from './entry-context.js';
import { plannedTrial, type PlannedTrial } from '../plan.js';
import { ShardStore, type Lease } from '../shard-store.js';
import { TrialRunner } from './trial-runner.js';
import { TrialStore } from './trial-store.js';

/** Executes the trials of a shard that are not stored yet. */
@Injectable()
export class ShardExecutor {
  constructor(
    private readonly contexts: EntryContexts,
    private readonly benchmarks: BenchmarksService,
    private readonly shards: ShardStore,
    private readonly runner: TrialRunner,
    private readonly store: TrialStore,
    private readonly metrics: Metrics,
  ) {}

  /**
   * @param draining true once no further trial is to be started.
   * @returns whether every trial of the shard is stored.
   * @throws LeaseLost; AgentError of kind `configuration`; the signal's reason.
   */
  async execute(lease: Lease, signal: AbortSignal, draining: () => boolean): Promise<boolean> {
    const context = await this.contexts.of(lease);
    const planned = Array.from({ length: lease.trialTo - lease.trialFrom }, (_, i) =>
      plannedTrial(context.plan, lease.trialFrom + i),
    );
    const ordinals = planned.map((trial) => trial.ordinal);
    const [stored, samples] = await Promise.all([
      this.shards.storedTrials(lease, ordinals),
      this.samplesAt(lease.benchmarkVersionId, ordinals),
    ]);
    const todo = planned.filter(({ ordinal, epoch }) => !stored.has(`${ordinal}:${epoch}`));
    // One lane that fails ends the others: their calls are aborted, not left to run on unseen.
    const failure = new AbortController();
    const either = AbortSignal.any([signal, failure.signal]);
    // Every call in flight listens to it, and there are more of them than Node thinks usual.
    setMaxListeners(0, either);
    const lane = async (): Promise<void> => {
      while (todo.length > 0 && !draining()) {
        either.throwIfAborted();
        const trial = todo.shift() as PlannedTrial;
        const sample = samples.get(trial.ordinal);
        if (!sample)
          throw new Error(`Sample ${trial.ordinal} of version ${lease.benchmarkVersionId} is gone.`);
        this.metrics.taskStarted.inc();
        const done = await this.runner.run(context, sample, trial, either);
        await this.store.store(lease, done);
        this.metrics.taskCompleted.inc({ outcome: done.outcome });
      }
    };
    const lanes = Array.from({ length: Math.min(todo.length, context.limit.concurrency) }, () =>
      lane().catch((error: unknown) => {
        failure.abort(error);
        throw error;
      }),
    );
    const ended = await Promise.allSettled(lanes);
    if (ended.some(({ status }) => status === 'rejected'))
      throw signal.aborted ? signal.reason : failure.signal.reason;
    return todo.length === 0;
  }

  private async samplesAt(versionId: string, ordinals: number[]): Promise<Map<number, SampleEntity>> {
    const samples = await this.benchmarks.samplesAt(versionId, ordinals);
    return new Map(samples.map((sample) => [sample.ordinal, sample]));
  }
}
