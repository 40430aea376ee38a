import { Injectable, Logger } from '@nestjs/common';
import { AgentError, costUsd, type AgentMessage, type AgentResponse } from '#libs/agents';
import type { SampleEntity } from '#libs/benchmarks';
import { AppError, messageOf } from '#libs/common';
import { AppConfig } from '#libs/config';
import { Metrics } from '#libs/observability';
import type { Trial } from '#libs/results';
import type { EntryContext } from './entry-context.js';
import type { PlannedTrial } from '../plan.js';
import { withRetries } from './retry.js';

interface Call {
  attempts: number;
  latencyMs: number;
}

/** Executes one trial: renders the prompt, calls the agent with retries, scores what came back. */
@Injectable()
export class TrialRunner {
  private readonly logger = new Logger(TrialRunner.name);

  constructor(
    private readonly config: AppConfig,
    private readonly metrics: Metrics,
  ) {}

  /**
   * @returns the trial, whatever its outcome.
   * @throws AgentError of kind `configuration`, which ends the whole entry; the signal's reason when aborted.
   */
  async run(
    context: EntryContext,
    sample: SampleEntity,
    planned: PlannedTrial,
    signal: AbortSignal,
  ): Promise<Trial> {
    const call: Call = { attempts: 0, latencyMs: 0 };
    let messages: AgentMessage[] = [];
    try {
      messages = context.prompt.render(toSample(sample), planned.seed);
      const response = await withRetries(
        () => this.call(context, sample, planned, messages, call, signal),
        this.config.engine.agentMaxAttempts,
        signal,
      );
      return this.answered(context, sample, planned, messages, call, response);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AgentError && error.kind === 'configuration') throw error;
      return this.failed(context, sample, planned, messages, call, error);
    }
  }

  private call(
    context: EntryContext,
    sample: SampleEntity,
    { epoch, seed }: PlannedTrial,
    messages: AgentMessage[],
    call: Call,
    signal: AbortSignal,
  ): Promise<AgentResponse> {
    return context.limit(async () => {
      signal.throwIfAborted();
      call.attempts++;
      const started = performance.now();
      try {
        return await context.adapter.complete(
          {
            messages,
            settings: context.settings,
            trial: { sampleId: sample.sampleId, epoch, seed, choices: sample.choices ?? undefined },
          },
          signal,
        );
      } catch (error) {
        if (error instanceof AgentError && error.kind === 'rate_limited') {
          this.metrics.agentRateLimited.inc({ agent: context.agent.name });
        }
        throw error;
      } finally {
        call.latencyMs = performance.now() - started;
        this.metrics.agentRequestSeconds.observe({ agent: context.agent.name }, call.latencyMs / 1000);
      }
    });
  }

  private answered(
    context: EntryContext,
    sample: SampleEntity,
    planned: PlannedTrial,
    messages: AgentMessage[],
    call: Call,
    response: AgentResponse,
  ): Trial {
    const cost = costUsd(context.agent, response.usage);
    const agent = context.agent.name;
    this.metrics.agentTokenUsage.inc({ agent, kind: 'input' }, response.usage?.inputTokens ?? 0);
    this.metrics.agentTokenUsage.inc({ agent, kind: 'output' }, response.usage?.outputTokens ?? 0);
    this.metrics.agentCostUsd.inc({ agent }, cost ?? 0);
    return {
      ...base(sample, planned, messages, call),
      ...this.score(context, sample, response.text),
      ttftMs: response.ttftMs,
      inputTokens: response.usage?.inputTokens ?? null,
      outputTokens: response.usage?.outputTokens ?? null,
      costUsd: cost,
      output: response.text,
      toolCalls: response.toolCalls.length > 0 ? response.toolCalls : null,
      finishReason: response.finishReason,
      rawId: response.rawId,
    };
  }

  private score(context: EntryContext, sample: SampleEntity, output: string): Partial<Trial> {
    try {
      const { score, scores } = context.score({
        output,
        targets: sample.targets,
        choices: sample.choices ?? undefined,
        metadata: sample.metadata,
      });
      const named = Object.entries(scores);
      return {
        outcome: 'scored',
        score,
        scores: Object.fromEntries(named.map(([name, { value, answer }]) => [name, { value, answer }])),
        explanations: Object.fromEntries(named.map(([name, { explanation }]) => [name, explanation])),
      };
    } catch (error) {
      // A scorer that breaks says nothing about the agent.
      this.logger.error(error, `Scoring sample ${sample.sampleId} for ${context.agent.name} failed`);
      return { outcome: 'unscored', errorCode: 'scorer_failed', error: messageOf(error) };
    }
  }

  private failed(
    context: EntryContext,
    sample: SampleEntity,
    planned: PlannedTrial,
    messages: AgentMessage[],
    call: Call,
    error: unknown,
  ): Trial {
    const known = error instanceof AgentError || error instanceof AppError;
    if (!known)
      this.logger.error(error, `Calling ${context.agent.name} for sample ${sample.sampleId} failed`);
    return {
      ...base(sample, planned, messages, call),
      outcome: error instanceof AgentError && error.kind === 'agent_fault' ? 'agent_error' : 'infra_error',
      errorCode: known ? error.code : 'internal_error',
      error: messageOf(error),
    };
  }
}

const toSample = (row: SampleEntity) => ({
  id: row.sampleId,
  input: row.input,
  targets: row.targets,
  choices: row.choices ?? undefined,
  category: row.category ?? undefined,
  metadata: row.metadata,
});

/** A trial of which nothing is known yet but that it was tried. */
function base(
  sample: SampleEntity,
  { ordinal, epoch }: PlannedTrial,
  messages: AgentMessage[],
  call: Call,
): Trial {
  return {
    ordinal,
    epoch,
    sampleId: sample.sampleId,
    category: sample.category,
    outcome: 'infra_error',
    score: null,
    scores: null,
    latencyMs: call.latencyMs,
    ttftMs: null,
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    attempts: call.attempts,
    errorCode: null,
    messages,
    output: null,
    toolCalls: null,
    finishReason: null,
    rawId: null,
    error: null,
    explanations: null,
  };
}
