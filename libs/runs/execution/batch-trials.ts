import { Injectable } from '@nestjs/common';
import {
  AgentError,
  type AgentResponse,
  type BatchEnd,
  type BatchPort,
  type BatchRequest,
} from '#libs/agents';
import { AppConfig } from '#libs/config';
import { ShardBatches } from '../shard-batches.js';
import type { Lease } from '../shard-store.js';
import { CallBudget } from './call-budget.js';
import { Postponed } from './retry.js';
import type { TrialCall, TrialSignals } from './trial-call.js';
import type { FinishedTrial } from './store-trials.js';
import { TrialRunner } from './trial-runner.js';
import { NOTHING, worstCase, type Amount } from './worst-case.js';

/** What is there for the trials of a shard. Those without an answer are for later. */
export interface Gathered {
  answers: Map<TrialCall, AgentResponse | Error>;
  /** What holds the others up; undefined where there are none. */
  rest: Error | undefined;
  /** Calls made for those that are to be asked again, which count once the batch is dropped. */
  again: Map<TrialCall, number>;
  /** Whether the batch is over: it is to be dropped once its answers are stored. */
  over: boolean;
}

/** Others may hold the budget for hours, so nobody waits for room in it with a slot. */
const ROOM_MS = 1000;

/** Asks for all trials of a shard as one batch of the provider, and finds the answers when it is over. */
@Injectable()
export class BatchTrials {
  constructor(
    private readonly batches: ShardBatches,
    private readonly budget: CallBudget,
    private readonly runner: TrialRunner,
    private readonly config: AppConfig,
  ) {}

  /**
   * @param calls the trials that are not stored yet.
   * @throws Postponed, BudgetExhausted, AgentError that concerns the whole entry, LeaseLost, a signal's reason.
   */
  async gather(port: BatchPort, lease: Lease, calls: TrialCall[], signals: TrialSignals): Promise<Gathered> {
    if (lease.batch?.id === null) await this.look(port, lease, lease.batch.name, signals);
    const id = lease.batch?.id;
    if (typeof id !== 'string') return this.submit(port, lease, calls, signals);
    const end = await this.poll(port, lease, id, signals);
    return this.sort(end, lease, calls);
  }

  /** The trial that an answer makes. @throws as `TrialRunner.conclude` */
  async finish(
    call: TrialCall,
    answer: AgentResponse | Error | undefined,
    signals: TrialSignals,
  ): Promise<FinishedTrial> {
    if (answer === undefined) throw new Error(`Nothing was gathered for ${idOf(call)}.`);
    // What could not even be asked has neither messages nor anything reserved.
    if (!(answer instanceof Error) || answer instanceof AgentError) {
      this.runner.ask(call);
      call.reserved = this.reservedFor(call);
    }
    return this.runner.conclude(call, answer, signals);
  }

  private reservedFor(call: TrialCall): Amount {
    const { max_cost_usd, max_tokens_total } = call.lease.limits;
    if (max_cost_usd === undefined && max_tokens_total === undefined) return NOTHING;
    const { agent, settings } = call.context;
    return worstCase(agent, call.messages, settings.maxTokens ?? 0);
  }

  /** An earlier lease ended between submitting and knowing the id: perhaps the provider has the batch. */
  private async look(port: BatchPort, lease: Lease, name: string, { calls }: TrialSignals): Promise<void> {
    const id = await port.find(name, calls).catch((error: unknown) => {
      throw this.later(error);
    });
    if (id === null) await this.batches.drop(lease, true);
    else await this.batches.keep(lease, { name, id });
  }

  private async submit(
    port: BatchPort,
    lease: Lease,
    calls: TrialCall[],
    { calls: signal, starts }: TrialSignals,
  ): Promise<Gathered> {
    const answers: Gathered['answers'] = new Map();
    const requests: BatchRequest[] = [];
    const worst = { ...NOTHING };
    for (const call of calls) {
      try {
        requests.push({ id: idOf(call), request: this.runner.ask(call) });
        const { usd, tokens } = this.reservedFor(call);
        worst.usd += usd;
        worst.tokens += tokens;
      } catch (error) {
        answers.set(call, error as Error);
      }
    }
    const gathered = { answers, again: new Map<TrialCall, number>(), over: false };
    if (requests.length === 0) return { ...gathered, rest: undefined };
    if (worst.tokens > 0) await this.reserve(lease, worst, starts);
    starts.throwIfAborted();
    const name = `${lease.shardId}-${lease.attempt}`;
    await this.batches.keep(lease, { name, id: null });
    const id = await this.handOver(port, lease, { name, requests }, signal);
    await this.batches.keep(lease, { name, id });
    return {
      ...gathered,
      rest: this.pending(`The provider has ${requests.length} of its trials as a batch.`),
    };
  }

  private async handOver(
    port: BatchPort,
    lease: Lease,
    { name, requests }: { name: string; requests: BatchRequest[] },
    signal: AbortSignal,
  ): Promise<string> {
    try {
      return await port.submit(name, requests, signal);
    } catch (error) {
      signal.throwIfAborted();
      // Where nobody knows whether the provider took it, whoever has the shard next looks for it.
      const known =
        !(error instanceof AgentError) || error.kind !== 'retryable' || error.code === 'provider_unreachable';
      if (known) await this.batches.drop(lease, false);
      throw this.later(error);
    }
  }

  private async reserve(lease: Lease, worst: Amount, starts: AbortSignal): Promise<void> {
    const enough = AbortSignal.timeout(ROOM_MS);
    await this.budget.reserve(lease, worst, AbortSignal.any([starts, enough])).catch((error: unknown) => {
      if (starts.aborted || !enough.aborted || error !== enough.reason) throw error;
      throw this.pending('What other batches may use at worst leaves no room in the budget yet.');
    });
  }

  private async poll(port: BatchPort, lease: Lease, id: string, { calls }: TrialSignals): Promise<BatchEnd> {
    let end: BatchEnd | null;
    try {
      end = await port.poll(id, calls);
    } catch (error) {
      calls.throwIfAborted();
      if (!(error instanceof AgentError) || error.details.status !== 404) throw this.later(error);
      await this.batches.drop(lease, true);
      throw this.pending(`The provider does not know batch ${id} any more, so another is submitted.`);
    }
    if (end === null) throw this.pending(`The provider is at work on batch ${id}.`);
    return end;
  }

  private sort({ answers: found, missing }: BatchEnd, lease: Lease, calls: TrialCall[]): Gathered {
    const gathered: Gathered = { answers: new Map(), again: new Map(), rest: undefined, over: true };
    for (const call of calls) {
      const answer = found.get(idOf(call)) ?? missing;
      if (!(answer instanceof AgentError) || answer.kind === 'agent_fault')
        gathered.answers.set(call, answer);
      else if (answer.kind === 'blocked' || answer.kind === 'configuration') {
        gathered.again.set(call, call.attempts);
        if (!(gathered.rest instanceof AgentError)) gathered.rest = answer;
      } else if (call.attempts + 1 >= this.config.engine.agentMaxAttempts) gathered.answers.set(call, answer);
      else {
        gathered.again.set(call, call.attempts + 1);
        gathered.rest ??= this.pending(
          `Batch ${lease.batch?.id} left trials to be asked again: ${answer.message}`,
        );
      }
    }
    return gathered;
  }

  /** What a call about the batch as a whole failed with, as what becomes of the shard. */
  private later(error: unknown): unknown {
    if (!(error instanceof AgentError)) return error;
    const { kind, code, message, details } = error;
    if (kind === 'retryable' || kind === 'rate_limited') {
      const delayMs = Math.max(details.retryAfterMs ?? 0, this.pollMs);
      return new Postponed(delayMs, code, message, kind === 'retryable');
    }
    // It is no sample's fault, and somebody has to see to it.
    return kind === 'agent_fault' ? new AgentError('blocked', code, message) : error;
  }

  private pending(message: string): Postponed {
    return new Postponed(this.pollMs, 'batch_pending', message);
  }

  private get pollMs(): number {
    return this.config.engine.batchPollSeconds * 1000;
  }
}

/** No provider takes a colon. */
const idOf = ({ planned }: TrialCall): string => `${planned.ordinal}-${planned.epoch}`;
