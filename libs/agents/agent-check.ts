import { Injectable } from '@nestjs/common';
import { AppError } from '#libs/common';
import { CallDelayed, CallLimiter, type CallOutcome, type Permit } from '#libs/limits';
import { Vault } from '#libs/vault';
import type { AgentAdapter, AgentResponse, AgentSpec, ConfigurationProblem } from './agent-adapter.js';
import { AdapterRegistry } from './adapter-registry.js';
import { AgentError, type AgentErrorKind } from './agent-error.js';
import { outcomeOfAnswer, outcomeOfError } from './call-outcome.js';
import { costUsd } from './pricing/cost-usd.js';

/** The least that OpenAI's Responses API takes. */
const MAX_TOKENS = 16;
const TIMEOUT_MS = 60_000;

export interface AgentCheckResult {
  problems: ConfigurationProblem[];
  /** Null where no call was made, or it was answered. */
  error: { kind: AgentErrorKind; code: string; message: string; status: number | null } | null;
  /** Null where no call was made, or it failed. */
  answer: (AgentResponse & { latencyMs: number; costUsd: number | null }) | null;
}

/** Tries an agent before a run does, with one cheap call. Nothing of it is stored. */
@Injectable()
export class AgentCheck {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly adapters: AdapterRegistry,
    private readonly limiter: CallLimiter,
    private readonly vault: Vault,
  ) {}

  /**
   * One at a time for each agent in each process, and within the limits that runs keep too. Agents that call nobody
   * are only asked for their problems.
   * @throws AppError `check_under_way`.
   */
  async check(agent: AgentSpec, workspaceId: string): Promise<AgentCheckResult> {
    const factory = this.adapters.factory(agent.adapter);
    const secrets = await this.vault.of(workspaceId);
    const problems = factory.problems(agent, secrets);
    if (problems.length > 0 || !factory.remote) return { problems, error: null, answer: null };
    if (this.underWay.has(agent.id)) {
      throw AppError.conflict(
        'check_under_way',
        `Agent "${agent.name}" is being checked. Try again once that has ended.`,
      );
    }
    this.underWay.add(agent.id);
    try {
      const spec = factory.limits(agent, workspaceId, secrets);
      const adapter = factory.create(agent, () => this.vault.of(workspaceId));
      const answer = await this.call(agent, adapter, (signal) =>
        spec ? this.limiter.limit(spec).acquire({ tokens: MAX_TOKENS * 2 }, signal) : FREE,
      );
      return { problems, error: null, answer };
    } catch (error) {
      return { problems, error: toError(error), answer: null };
    } finally {
      this.underWay.delete(agent.id);
    }
  }

  private async call(
    agent: AgentSpec,
    adapter: AgentAdapter,
    enter: (signal: AbortSignal) => Permit | Promise<Permit>,
  ): Promise<AgentCheckResult['answer']> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const permit = await enter(signal);
    const started = performance.now();
    let outcome: CallOutcome = { kind: 'neutral' };
    try {
      const response = await adapter.complete(
        {
          messages: [{ role: 'user', content: 'Reply with the word OK.' }],
          settings: { maxTokens: MAX_TOKENS },
          trial: { sampleId: 'check', epoch: 1, seed: 1 },
        },
        signal,
      );
      outcome = outcomeOfAnswer(response);
      return {
        ...response,
        latencyMs: performance.now() - started,
        // Asked by itself, whatever it answers in batches costs.
        costUsd: costUsd({ ...agent, settings: { ...agent.settings, batch: undefined } }, response.usage),
      };
    } catch (error) {
      outcome = outcomeOfError(error);
      throw error;
    } finally {
      permit.done(outcome);
    }
  }
}

const FREE: Permit = { done: () => undefined };

/** @throws whatever is a bug of ours. */
function toError(error: unknown): AgentCheckResult['error'] {
  if (error instanceof AgentError) {
    const { kind, code, message, details } = error;
    return { kind, code, message, status: details.status ?? null };
  }
  if (error instanceof CallDelayed) {
    return { kind: 'rate_limited', code: error.code, message: error.message, status: null };
  }
  if ((error as { name?: string }).name === 'TimeoutError') {
    const message = `No answer within ${TIMEOUT_MS / 1000} s. Check that the agent works, and that its limits let a call through.`;
    return { kind: 'retryable', code: 'check_timeout', message, status: null };
  }
  throw error;
}
