import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import { AgentError, type AgentResponse, type BatchPort } from '#libs/agents';
import { BenchmarksService, type SampleEntity } from '#libs/benchmarks';
import { AppConfig } from '#libs/config';
import { Metrics, Tracing } from '#libs/observability';
import { plannedTrial, type PlannedTrial } from '../plan.js';
import { tooManyErrors } from '../run-limits.js';
import type { Reason } from '../run-state.js';
import { ShardBatches } from '../shard-batches.js';
import { ShardStore, type FailedCalls, type Lease, type Leftovers } from '../shard-store.js';
import { endTrial, trialSpan } from '../spans.js';
import { BatchTrials, type Gathered } from './batch-trials.js';
import { BudgetExhausted } from './call-budget.js';
import { EntryContexts, type EntryContext, type ScoringContext } from './entry-context.js';
import { Rescorer } from './rescorer.js';
import { Postponed } from './retry.js';
import { newCall, noFailedCalls, type TrialCall, type TrialSignals } from './trial-call.js';
import { TrialRunner } from './trial-runner.js';
import type { FinishedTrial } from './store-trials.js';
import { TrialStore } from './trial-store.js';

/** How an execution came out. Whatever it was, what was stored is stored. */
export type ShardEnd =
  | { kind: 'done' }
  /** By whoever holds the lease. */
  | { kind: 'stopped' }
  | { kind: 'postponed'; wait: Postponed }
  /** The run has to stop (`exhausted`), or the entry: until somebody mends something (`blocked`), or for good (`failed`). */
  | { kind: 'exhausted' | 'blocked' | 'failed'; reason: Reason };

export interface ShardExecution {
  end: ShardEnd;
  /** Trials that it stored. */
  stored: number;
  left: Leftovers;
}

/** How the trials of a shard are made: by calls of the agent, in a batch, or from its stored outputs. */
interface Work {
  /** Trials that may be under way. */
  lanes: number;
  planned: PlannedTrial[];
  begin: (sample: SampleEntity, trial: PlannedTrial, attempts: number) => Begun;
  /** Where answers come together: those that are there. Throws as trials do. */
  gather?: (calls: TrialCall[], signals: TrialSignals) => Promise<Gathered>;
}

interface Begun {
  call: TrialCall<ScoringContext>;
  finish: (signals: TrialSignals) => Promise<FinishedTrial>;
}

/** Executes the trials of a shard that are not stored yet. */
@Injectable()
export class ShardExecutor {
  constructor(
    private readonly contexts: EntryContexts,
    private readonly benchmarks: BenchmarksService,
    private readonly shards: ShardStore,
    private readonly runner: TrialRunner,
    private readonly rescorer: Rescorer,
    private readonly batchTrials: BatchTrials,
    private readonly batches: ShardBatches,
    private readonly store: TrialStore,
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
    private readonly config: AppConfig,
  ) {}

  /**
   * @param onLeft told how many trials are left, at the start and whenever one is stored.
   * @throws LeaseLost; the reason of `signals.calls`.
   */
  async execute(
    lease: Lease,
    signals: TrialSignals,
    onLeft: (trials: number) => void,
  ): Promise<ShardExecution> {
    const { planned, lanes: most, begin, gather } = await this.workOf(lease);
    const ordinals = planned.map((trial) => trial.ordinal);
    const [before, samples] = await Promise.all([
      this.shards.storedTrials(lease, ordinals),
      this.samplesAt(lease.benchmarkVersionId, ordinals),
    ]);
    let todo = planned.filter((trial) => !before.has(keyOf(trial)));
    const left: Leftovers = { tried: {}, failed: noFailedCalls() };
    for (const trial of todo) {
      const tried = lease.tried[keyOf(trial)];
      if (tried !== undefined) left.tried[keyOf(trial)] = tried;
    }
    const stops = new Stops(signals);
    let stored = 0;
    let unfinished = todo.length;
    onLeft(unfinished);

    const perform = async ({ call, finish }: Begun): Promise<void> => {
      const key = keyOf(call.planned);
      try {
        const finished = await this.tracing.inSpan(
          () => trialSpan(call),
          async (span) => {
            const made = await finish(stops);
            if (span) endTrial(span, made.trial);
            return made;
          },
        );
        const errors = await this.store.store(finished);
        delete left.tried[key];
        stored++;
        onLeft(--unfinished);
        this.metrics.taskCompleted.inc({ outcome: finished.trial.outcome });
        const reason = tooManyErrors(lease.limits, { agent: lease.agent.name, errors, trials: lease.trials });
        if (reason) stops.stop({ kind: 'failed', reason });
      } catch (error) {
        if (call.attempts > 0) left.tried[key] = call.attempts;
        for (const [what, much] of Object.entries(call.failed) as [keyof FailedCalls, number][])
          left.failed[what] += much;
        stops.stop(endOf(error), error);
      }
    };
    const begun = (trial: PlannedTrial): Begun => {
      const sample = samples.get(trial.ordinal);
      if (!sample) throw new Error(`Sample ${trial.ordinal} of version ${lease.benchmarkVersionId} is gone.`);
      return begin(sample, trial, left.tried[keyOf(trial)] ?? 0);
    };
    const lane = async (): Promise<void> => {
      while (todo.length > 0 && !stops.starts.aborted) {
        const next = begun(todo.shift() as PlannedTrial);
        this.metrics.taskStarted.inc();
        await perform(next);
      }
    };
    let gathered: Gathered | undefined;
    if (gather && todo.length > 0) {
      try {
        gathered = await gather(
          todo.map((trial) => begun(trial).call as TrialCall),
          stops,
        );
        todo = [...gathered.answers.keys()].map(({ planned }) => planned);
      } catch (error) {
        stops.stop(endOf(error), error);
        todo = [];
      }
    }
    const lanes = Array.from({ length: Math.min(todo.length, most) }, () =>
      lane().catch((error: unknown) => stops.stop(undefined, error)),
    );
    await Promise.all(lanes);
    signals.calls.throwIfAborted();
    if (stops.failure !== undefined) throw stops.failure;
    const undisturbed = !stops.starts.aborted;
    if (gathered?.over && (undisturbed || unfinished === 0)) await this.batches.drop(lease, false);
    if (gathered && undisturbed) {
      for (const [{ planned: trial }, tries] of gathered.again) left.tried[keyOf(trial)] = tries;
      if (gathered.rest) stops.end = endOf(gathered.rest);
    }
    return { end: stops.end ?? { kind: unfinished === 0 ? 'done' : 'stopped' }, stored, left };
  }

  private async workOf(lease: Lease): Promise<Work> {
    const { callSlots, agentConcurrency } = this.config.engine;
    if (lease.source === null) {
      const context = await this.contexts.of(lease);
      const { limit, adapter } = context;
      if (adapter.batch) return this.inBatch(lease, context, adapter.batch);
      return {
        planned: plannedIn(lease, context),
        // Whether their calls start, the limits say.
        lanes: limit ? Math.min(callSlots, limit.ceiling) : agentConcurrency,
        begin: (sample, trial, attempts) => {
          const call = newCall(lease, context, sample, trial, attempts);
          return { call, finish: (signals) => this.runner.run(call, signals) };
        },
      };
    }
    const context = await this.contexts.ofScoreSet(lease);
    const planned = await this.rescorer.stored(lease.source, plannedIn(lease, context));
    const output = this.rescorer.outputs(lease.source, planned);
    return {
      planned,
      lanes: agentConcurrency,
      begin: (sample, trial) => {
        const call = newCall(lease, context, sample, trial, 0);
        return { call, finish: async (signals) => this.rescorer.run(call, await output(trial), signals) };
      },
    };
  }

  private inBatch(lease: Lease, context: EntryContext, port: BatchPort): Work {
    let answers: Map<string, AgentResponse | Error> = new Map();
    return {
      planned: plannedIn(lease, context),
      lanes: this.config.engine.agentConcurrency,
      gather: async (calls, signals) => {
        const gathered = await this.batchTrials.gather(port, lease, calls, signals);
        answers = new Map([...gathered.answers].map(([call, answer]) => [keyOf(call.planned), answer]));
        return gathered;
      },
      begin: (sample, trial, attempts) => {
        const call = newCall(lease, context, sample, trial, attempts);
        return {
          call,
          finish: (signals) => this.batchTrials.finish(call, answers.get(keyOf(trial)), signals),
        };
      },
    };
  }

  private async samplesAt(versionId: string, ordinals: number[]): Promise<Map<number, SampleEntity>> {
    const samples = await this.benchmarks.samplesAt(versionId, ordinals);
    return new Map(samples.map((sample) => [sample.ordinal, sample]));
  }
}

/** What stops the lanes of a shard: its holder from outside, or what one of them met. */
class Stops implements TrialSignals {
  readonly calls: AbortSignal;
  readonly starts: AbortSignal;
  /** The first reason there was; undefined where all went well, or the holder stopped it. */
  end: ShardEnd | undefined;
  failure: Error | undefined;
  private readonly fatal = new AbortController();
  private readonly halt = new AbortController();

  constructor(outside: TrialSignals) {
    this.calls = AbortSignal.any([outside.calls, this.fatal.signal]);
    this.starts = AbortSignal.any([outside.starts, this.calls, this.halt.signal]);
    // Every call in flight listens to them, and there are more of those than Node thinks usual.
    setMaxListeners(0, this.calls, this.starts);
  }

  /** No further trial begins. Calls in flight end and are stored, unless nothing of the entry is wanted any more. */
  stop(end: ShardEnd | undefined, error?: unknown): void {
    const heard = [this.starts, this.calls].some((signal) => signal.aborted && error === signal.reason);
    if (heard) return;
    if (end === undefined) this.failure ??= error instanceof Error ? error : new Error(String(error));
    else this.end ??= end;
    this.halt.abort(new Error('The shard stops.'));
    // One lane that fails ends the others: their calls are aborted, not left to run on unseen.
    if (end === undefined || end.kind === 'failed')
      this.fatal.abort(error ?? new Error('The entry has failed.'));
  }
}

/** Undefined for what is nobody's decision: a lost lease, an abort, a bug. */
function endOf(error: unknown): ShardEnd | undefined {
  if (error instanceof Postponed) return { kind: 'postponed', wait: error };
  if (error instanceof BudgetExhausted) return { kind: 'exhausted', reason: error };
  if (error instanceof AgentError)
    return { kind: error.kind === 'blocked' ? 'blocked' : 'failed', reason: error };
  return undefined;
}

const plannedIn = ({ trialFrom, trialTo }: Lease, { plan }: ScoringContext): PlannedTrial[] =>
  Array.from({ length: trialTo - trialFrom }, (_, i) => plannedTrial(plan, trialFrom + i));

const keyOf = ({ ordinal, epoch }: PlannedTrial): string => `${ordinal}:${epoch}`;
