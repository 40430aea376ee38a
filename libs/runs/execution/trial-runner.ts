import { Injectable, Logger } from '@nestjs/common';
import {
  AgentError,
  costUsd,
  outcomeOfAnswer,
  outcomeOfError,
  textOf,
  type AgentMessage,
  type AgentRequest,
  type AgentResponse,
  type AgentSpec,
  type Usage,
} from '#libs/agents';
import { toSample } from '#libs/benchmarks';
import { AppError, messageOf } from '#libs/common';
import { AppConfig } from '#libs/config';
import { Metrics, Tracing } from '#libs/observability';
import type { Trial } from '#libs/results';
import {
  Unscorable,
  type JudgeAnswer,
  type JudgeQuestion,
  type ScoringInput,
  type TrialFacts,
} from '#libs/scoring';
import { ToolServers } from '#libs/tools';
import { LeaseLost, type FailedCalls } from '../shard-store.js';
import { answerAttributes, callSpan } from '../spans.js';
import { AnswerCache } from './answer-cache.js';
import { BudgetExhausted, CallBudget } from './call-budget.js';
import { CallGate } from './call-gate.js';
import type { Conversation, StepCost, Used } from './conversation.js';
import type { Callee, ScoringContext } from './entry-context.js';
import { agreementOf, judgeFailure, judgeRequest, knowsNoSchema } from './judges.js';
import { Postponed, withRetries } from './retry.js';
import { notTheAgents, saidByUser } from './simulated-user.js';
import { beginConversation } from './begin-conversation.js';
import type { FinishedTrial } from './store-trials.js';
import { base, type TrialCall, type TrialSignals } from './trial-call.js';
import { NOTHING, worstCase } from './worst-case.js';

/** Executes one trial: renders the prompt, calls the agent with retries, scores what came back. */
@Injectable()
export class TrialRunner {
  private readonly logger = new Logger(TrialRunner.name);
  private readonly answers = new AnswerCache();

  constructor(
    private readonly config: AppConfig,
    private readonly budget: CallBudget,
    private readonly gate: CallGate,
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
    private readonly toolServers: ToolServers,
  ) {}

  /**
   * @returns the trial, whatever its outcome.
   * @throws AgentError of kind `configuration` or `blocked`, which concern the whole entry; Postponed;
   * BudgetExhausted; LeaseLost; the reason of the signal that aborts.
   */
  async run(call: TrialCall, signals: TrialSignals): Promise<FinishedTrial> {
    const trial = await this.trial(call, signals);
    const { lease, failed, reserved } = call;
    return { lease, trial, failed, reserved };
  }

  /** What a trial asks that is one question. @throws AppError where its prompt cannot be rendered. */
  ask(call: TrialCall): AgentRequest {
    call.messages = call.context.prompt.render(toSample(call.sample), call.planned.seed);
    return requestOf(call);
  }

  /**
   * The trial whose answer, or failure to get one, is there by other ways than a call of its own.
   * @throws as `run`; the answer is then there still, and is not counted.
   */
  async conclude(
    call: TrialCall,
    answer: AgentResponse | Error,
    signals: TrialSignals,
  ): Promise<FinishedTrial> {
    const { lease, failed, context } = call;
    call.latencyMs = null;
    call.attempts++;
    try {
      if (answer instanceof Error) {
        if (answer instanceof AgentError) this.countFailed(context.agent, failed, answer);
        return { lease, trial: this.failed(call, answer), failed, reserved: call.reserved };
      }
      const trial = await this.answered(call, answer, signals.calls);
      return { lease, trial, failed, reserved: call.reserved };
    } catch (error) {
      call.attempts--;
      throw error;
    }
  }

  private async trial(call: TrialCall, signals: TrialSignals): Promise<Trial> {
    const { calls, starts } = signals;
    const { context, sample, planned } = call;
    const before = call.attempts;
    try {
      call.messages = context.prompt.render(toSample(sample), planned.seed);
      const { conversation } = context;
      if (conversation) {
        const begin = () => beginConversation(call, conversation, this.toolServers, calls);
        call.conversation = await withRetries(begin, 0, this.config.engine.agentMaxAttempts, starts);
      }
      let response: AgentResponse;
      do {
        await this.reserve(call, context, call.messages, starts);
        response = await withRetries(
          () => this.complete(call, context, call, requestOf(call), signals),
          before,
          this.config.engine.agentMaxAttempts,
          starts,
        );
      } while (call.conversation && (await this.goesOn(call, call.conversation, response, before, signals)));
      return await this.answered(call, response, calls);
    } catch (error) {
      if (calls.aborted || endsMoreThanTheTrial(error) || (starts.aborted && error === starts.reason)) {
        beginAnew(call, before);
        calls.throwIfAborted();
        throw error;
      }
      return this.failed(call, error);
    }
  }

  private async reserve(
    call: TrialCall<ScoringContext>,
    { agent, remote, settings }: Callee,
    messages: AgentMessage[],
    starts: AbortSignal,
  ): Promise<void> {
    const { lease } = call;
    const { max_cost_usd, max_tokens_total } = lease.limits;
    if (!remote || (max_cost_usd === undefined && max_tokens_total === undefined)) return;
    if (call.reserved !== NOTHING) {
      const last = usedBy(call, 'last');
      await this.settle(call, last);
      add(call.failed, last, -1);
    }
    const worst = worstCase(agent, messages, settings.maxTokens ?? 0, call.conversation?.tools);
    await this.budget.reserve(lease, worst, starts);
    call.reserved = worst;
  }

  /** Tells the run's counters what a call used, in the place of what was reserved for it. */
  private async settle(call: TrialCall<ScoringContext>, used: Used): Promise<void> {
    await this.budget.settle(call.lease, call.reserved, used);
    call.reserved = NOTHING;
  }

  /** One call. @param tally what it adds to. */
  private async complete(
    { lease }: TrialCall<ScoringContext>,
    { agent, adapter, limit }: Callee,
    tally: Pick<TrialCall, 'attempts' | 'failed' | 'latencyMs'>,
    request: AgentRequest,
    { calls, starts }: TrialSignals,
  ): Promise<AgentResponse> {
    const permit = await this.gate.enter(lease, limit, estimate(request), starts);
    tally.attempts++;
    const started = performance.now();
    try {
      const response = await this.tracing.inSpan(
        () => callSpan(agent, request),
        async (span) => {
          const given = await adapter.complete(request, calls);
          span?.setAttributes(answerAttributes(given));
          return given;
        },
      );
      permit.done(outcomeOfAnswer(response));
      return response;
    } catch (error) {
      // Where no other call is to start either, its place is kept until the others have heard of that.
      if (endsMoreThanTheTrial(error)) setImmediate(() => permit.done({ kind: 'neutral' }));
      else permit.done(outcomeOfError(error));
      if (error instanceof AgentError) this.countFailed(agent, tally.failed, error);
      throw error;
    } finally {
      tally.latencyMs = performance.now() - started;
      this.metrics.agentRequestSeconds.observe({ agent: agent.name }, tally.latencyMs / 1000);
    }
  }

  /** @param before calls made under earlier leases. */
  private goesOn(
    call: TrialCall,
    conversation: Conversation,
    response: AgentResponse,
    before: number,
    signals: TrialSignals,
  ): Promise<boolean> {
    const { user, agent } = call.context;
    const attempts = call.attempts - before - conversation.attempts;
    const cost = { latencyMs: call.latencyMs ?? 0, costUsd: this.costOf(agent, response.usage), attempts };
    return conversation.goesOn(response, cost, (seen) =>
      user ? this.userSays(call, conversation, user, seen, signals) : Promise.resolve(null),
    );
  }

  /** What the agent that plays the user says. */
  private async userSays(
    call: TrialCall,
    conversation: Conversation,
    user: Callee,
    messages: AgentMessage[],
    signals: TrialSignals,
  ): Promise<string | null> {
    const request = { messages, settings: user.settings, trial: trialOf(call) };
    try {
      const { response, cost } = await this.askAnother(call, user, request, signals);
      conversation.heard(response, cost);
      return saidByUser(response.text);
    } catch (error) {
      throw notTheAgents(error);
    }
  }

  /**
   * What a judge says. Whoever is to judge an answer that was paid for may still begin when nothing else may.
   * @throws JudgeFailed; what ends more than the trial.
   */
  private async judgeSays(
    call: TrialCall<ScoringContext>,
    question: JudgeQuestion,
    calls: AbortSignal,
  ): Promise<JudgeAnswer> {
    const callee = call.context.judges.get(question.judge);
    if (!callee) throw new Error(`Nobody has made "${question.judge}" ready to judge.`);
    const ask = (request: AgentRequest) =>
      this.askAnother(call, { ...callee, settings: request.settings }, request, { calls, starts: calls });
    const request = judgeRequest(question, trialOf(call));
    try {
      return await this.answers.of(callee.agent.id, question, async () => {
        const { response, cost } = await ask(request).catch((error: unknown) => {
          if (!knowsNoSchema(error)) throw error;
          return ask({ ...request, responseSchema: undefined });
        });
        const { inputTokens = null, outputTokens = null } = response.usage ?? {};
        return { text: response.text, inputTokens, outputTokens, ...cost };
      });
    } catch (error) {
      throw judgeFailure(question.judge, error);
    }
  }

  /** The answer of another agent than the one on trial. What that takes is the run's, and not the trial's. */
  private async askAnother(
    call: TrialCall<ScoringContext>,
    callee: Callee,
    request: AgentRequest,
    signals: TrialSignals,
  ): Promise<{ response: AgentResponse; cost: StepCost }> {
    await this.reserve(call, callee, request.messages, signals.starts);
    const tally = { attempts: 0, failed: call.failed, latencyMs: 0 };
    const response = await withRetries(
      () => this.complete(call, callee, tally, request, signals),
      0,
      this.config.engine.agentMaxAttempts,
      signals.starts,
    );
    const { attempts, latencyMs } = tally;
    const costUsd = this.costOf(callee.agent, response.usage);
    const used = usedIn(response.usage, costUsd);
    if (callee.remote && call.reserved !== NOTHING) await this.settle(call, used);
    else add(call.failed, used, 1);
    return { response, cost: { latencyMs, costUsd, attempts } };
  }

  private countFailed(agent: AgentSpec, failed: FailedCalls, { kind, details: { usage } }: AgentError): void {
    this.metrics.agentCallFailures.inc({ agent: agent.name, kind });
    if (kind === 'rate_limited') {
      failed.rateLimited++;
      this.metrics.agentRateLimited.inc({ agent: agent.name });
    }
    if (usage === undefined) return;
    failed.inputTokens += usage.inputTokens;
    failed.outputTokens += usage.outputTokens;
    failed.usd += this.costOf(agent, usage) ?? 0;
  }

  private costOf(agent: AgentSpec, usage: Usage | null): number | null {
    const cost = costUsd(agent, usage);
    this.metrics.agentTokenUsage.inc({ agent: agent.name, kind: 'input' }, usage?.inputTokens ?? 0);
    this.metrics.agentTokenUsage.inc({ agent: agent.name, kind: 'output' }, usage?.outputTokens ?? 0);
    this.metrics.agentCostUsd.inc({ agent: agent.name }, cost ?? 0);
    return cost;
  }

  private async answered(call: TrialCall, response: AgentResponse, signal: AbortSignal): Promise<Trial> {
    if (call.conversation) {
      const { output, facts } = call.conversation.facts();
      return { ...base(call), ...(await this.score(call, output, facts, signal)), output };
    }
    const facts: TrialFacts = {
      // A prompt is text alone.
      messages: call.messages as TrialFacts['messages'],
      toolCalls: response.toolCalls,
      finishReason: response.finishReason,
      latencyMs: call.latencyMs,
      ttftMs: response.ttftMs,
      inputTokens: response.usage?.inputTokens ?? null,
      outputTokens: response.usage?.outputTokens ?? null,
      costUsd: this.costOf(call.context.agent, response.usage),
    };
    call.answer = usedIn(response.usage, facts.costUsd);
    return {
      ...base(call),
      ...(await this.score(call, response.text, facts, signal)),
      ttftMs: facts.ttftMs,
      inputTokens: facts.inputTokens,
      outputTokens: facts.outputTokens,
      costUsd: facts.costUsd,
      output: response.text,
      toolCalls: response.toolCalls.length > 0 ? response.toolCalls : null,
      finishReason: response.finishReason,
      rawId: response.rawId,
    };
  }

  /**
   * What scoring an output adds to a trial.
   * @throws what ends more than the trial; the signal's reason.
   */
  async score(
    call: TrialCall<ScoringContext>,
    output: string,
    trial: TrialFacts,
    signal: AbortSignal,
  ): Promise<Partial<Trial>> {
    const { context, sample, lease } = call;
    const judging: ScoringInput['judging'] =
      context.judges.size === 0
        ? undefined
        : { ask: (question) => this.judgeSays(call, question, signal), verdicts: [] };
    const verdicts = judging?.verdicts ?? null;
    try {
      const { targets, choices, metadata } = sample;
      const { score, scores } = await context.score(
        { output, targets, choices: choices ?? undefined, metadata, trial, judging },
        signal,
      );
      const agreement = agreementOf(verdicts ?? []);
      if (agreement) this.metrics.judgedTrials.inc({ agreement });
      const named = Object.entries(scores);
      return {
        outcome: 'scored',
        score,
        scores: Object.fromEntries(named.map(([name, { value, answer }]) => [name, { value, answer }])),
        explanations: Object.fromEntries(named.map(([name, { explanation }]) => [name, explanation])),
        verdicts,
      };
    } catch (error) {
      signal.throwIfAborted();
      if (endsMoreThanTheTrial(error)) throw error;
      if (error instanceof Unscorable)
        return { outcome: 'unscored', errorCode: error.code, error: error.message, verdicts };
      // A scorer that breaks says nothing about the agent.
      this.logger.error(error, `Scoring sample ${sample.sampleId} for ${lease.agent.name} failed`);
      return { outcome: 'unscored', errorCode: 'scorer_failed', error: messageOf(error), verdicts };
    }
  }

  private failed(call: TrialCall, error: unknown): Trial {
    const known = error instanceof AgentError || error instanceof AppError;
    if (!known) {
      const { context, sample } = call;
      this.logger.error(error, `Calling ${context.agent.name} for sample ${sample.sampleId} failed`);
    }
    return {
      ...base(call),
      finishReason: null,
      outcome: error instanceof AgentError && error.kind === 'agent_fault' ? 'agent_error' : 'infra_error',
      errorCode: known ? error.code : 'internal_error',
      error: messageOf(error),
    };
  }
}

const endsMoreThanTheTrial = (error: unknown): boolean =>
  error instanceof Postponed ||
  error instanceof BudgetExhausted ||
  error instanceof LeaseLost ||
  (error instanceof AgentError && (error.kind === 'configuration' || error.kind === 'blocked'));

const CHARACTERS_PER_TOKEN = 4;

/** Tokens that the call will use, for limits of a minute: what it used in fact is settled when it ends. */
const estimate = ({ messages, settings }: AgentRequest): number =>
  Math.ceil(messages.reduce((sum, { content }) => sum + textOf(content).length, 0) / CHARACTERS_PER_TOKEN) +
  (settings.maxTokens ?? 0);

const requestOf = (call: TrialCall): AgentRequest => ({
  messages: call.messages,
  settings: call.context.settings,
  tools: call.conversation?.tools,
  responseSchema: call.context.responseSchema,
  trial: trialOf(call),
});

const trialOf = ({ sample, planned }: TrialCall<ScoringContext>): AgentRequest['trial'] => ({
  sampleId: sample.sampleId,
  epoch: planned.epoch,
  seed: planned.seed,
  choices: sample.choices ?? undefined,
});

/**
 * What an interrupted trial has used counts; of its calls, those for the answer that it waited for.
 * @param before calls made under earlier leases.
 */
function beginAnew(call: TrialCall, before: number): void {
  add(call.failed, usedBy(call, 'all'), 1);
  if (call.answer) call.attempts = before;
  else call.attempts -= call.conversation?.attempts ?? 0;
}

/** What the agent's answers used so far, or the last of them alone. */
const usedBy = (
  { conversation, answer }: Pick<TrialCall, 'conversation' | 'answer'>,
  which: 'all' | 'last',
): Used => conversation?.used(which) ?? answer ?? usedIn(null, null);

const usedIn = (usage: Usage | null, costUsd: number | null): Used => ({
  inputTokens: usage?.inputTokens ?? 0,
  outputTokens: usage?.outputTokens ?? 0,
  usd: costUsd ?? 0,
});

function add(failed: FailedCalls, used: Used, sign: 1 | -1): void {
  failed.inputTokens += sign * used.inputTokens;
  failed.outputTokens += sign * used.outputTokens;
  failed.usd += sign * used.usd;
}
