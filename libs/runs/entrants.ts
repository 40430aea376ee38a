import { Injectable } from '@nestjs/common';
import {
  AdapterRegistry,
  AgentsService,
  priceVersion,
  type AgentEntity,
  type AgentSpec,
  type GenerationJson,
} from '#libs/agents';
import type { BenchmarkDefinition } from '#libs/benchmarks';
import { AppError, type InputError } from '#libs/common';
import { judgesOf } from '#libs/scoring';
import { ToolServers } from '#libs/tools';
import { Vault } from '#libs/vault';
import type { RunLimits } from './run-limits.js';

/** Finds the agents that are to take part in a run, and refuses those that could not. */
@Injectable()
export class Entrants {
  constructor(
    private readonly agents: AgentsService,
    private readonly adapters: AdapterRegistry,
    private readonly toolServers: ToolServers,
    private readonly vault: Vault,
  ) {}

  /**
   * @param refs ids, names or `name@version`; each agent once.
   * @param generation as it will be: the run's settings over the benchmark's.
   * @param others whose calls the run pays for besides.
   * @throws AppError for an unknown agent, one named twice, one that could not answer as configured, and one whose
   * calls a budget could not count.
   */
  async choose(
    workspaceId: string,
    refs: string[],
    generation: GenerationJson,
    limits: RunLimits,
    others: AgentSpec[],
  ): Promise<AgentSpec[]> {
    const found = await Promise.all(refs.map((ref) => this.agents.resolve(workspaceId, ref)));
    const twice = found.find((agent, i) => found.findIndex((other) => other.id === agent.id) < i);
    if (twice) {
      throw AppError.invalid(
        'duplicate_agent',
        `Agent "${twice.name}" is named twice. Name each once; use "epochs" to repeat trials.`,
      );
    }
    const agents = found.map(toSpec);
    await this.refuseUnready(workspaceId, agents);
    this.refuseUncountable([...agents, ...others], generation, limits);
    return agents;
  }

  /**
   * The agents besides that a benchmark calls: one that plays the user of its conversations, and those that judge.
   * @throws AppError where there is no such agent, or it could not answer as configured.
   */
  async othersOf(
    workspaceId: string,
    { conversation, scoring }: Pick<BenchmarkDefinition, 'conversation' | 'scoring'>,
  ): Promise<AgentSpec[]> {
    const refs = [...(conversation?.user ? [conversation.user.agent] : []), ...judgesOf(scoring)];
    const others = await Promise.all(refs.map((ref) => this.agents.resolve(workspaceId, ref)));
    const specs = others.map(toSpec);
    await this.refuseUnready(workspaceId, specs);
    const slow = specs.find(({ settings }) => settings.batch);
    if (slow) {
      throw AppError.invalid(
        'batch_not_for_others',
        `Agent "${slow.name}" answers in batches, within hours, so it can neither judge nor play the user. Make one without settings.batch for that.`,
      );
    }
    return specs;
  }

  /** @throws AppError `unknown_tool_server` where the operator's file lacks one of these. */
  refuseUnknownServers(names: string[]): void {
    const errors = names
      .map((name) => this.toolServers.problem(name))
      .filter((message) => message !== null)
      .map((message) => ({ message }));
    if (errors.length === 0) return;
    throw AppError.invalid(
      'unknown_tool_server',
      `The run was not created: ${errors.map(({ message }) => message).join(' ')}`,
      errors,
    );
  }

  /** @throws AppError `batch_conversation` where agents that answer in batches would have to converse. */
  refuseBatchedConversation(
    agents: AgentSpec[],
    { conversation }: Pick<BenchmarkDefinition, 'conversation'>,
  ): void {
    const batched = agents.filter(({ settings }) => settings.batch);
    if (conversation === undefined || batched.length === 0) return;
    throw AppError.invalid(
      'batch_conversation',
      `The benchmark holds conversations, and each answer of ${batched.map(({ name }) => `"${name}"`).join(', ')} would take hours: settings.batch is for benchmarks of single questions. Use an agent without it.`,
    );
  }

  private async refuseUnready(workspaceId: string, agents: AgentSpec[]): Promise<void> {
    const secrets = await this.vault.of(workspaceId);
    const errors: InputError[] = agents.flatMap((agent) =>
      this.adapters
        .factory(agent.adapter)
        .problems(agent, secrets)
        .map(({ message }) => ({ path: `agents.${agent.name}`, message })),
    );
    if (errors.length === 0) return;
    throw AppError.invalid(
      'agent_not_ready',
      `The run was not created: ${errors.map((error) => error.message).join(' ')}`,
      errors,
    );
  }

  /**
   * What a call may use at worst must be known before it is made.
   * @throws AppError `budget_needs_max_tokens`, `budget_needs_prices`.
   */
  refuseUncountable(agents: AgentSpec[], generation: GenerationJson, limits: RunLimits): void {
    const { max_cost_usd, max_tokens_total } = limits;
    if (max_cost_usd === undefined && max_tokens_total === undefined) return;
    const paid = agents.filter(({ adapter }) => this.adapters.factory(adapter).remote);
    if (paid.length > 0 && generation.max_tokens === undefined) {
      throw AppError.invalid(
        'budget_needs_max_tokens',
        'A budget is reserved before each call, and without "max_tokens" an answer may have any length. Set max_tokens too.',
      );
    }
    this.refuseUnpriced(paid, limits);
  }

  /** @throws AppError `budget_needs_prices` */
  refuseUnpriced(agents: AgentSpec[], { max_cost_usd }: RunLimits): void {
    const unpriced = agents.filter(
      (agent) => this.adapters.factory(agent.adapter).remote && priceVersion(agent) === null,
    );
    if (max_cost_usd === undefined || unpriced.length === 0) return;
    throw AppError.invalid(
      'budget_needs_prices',
      `max_cost_usd cannot be kept: the price of ${unpriced.map(({ name }) => `"${name}"`).join(', ')} is unknown. Set settings.pricing of the agent, or max_tokens_total instead.`,
    );
  }
}

const toSpec = ({ id, name, adapter, model, settings }: AgentEntity): AgentSpec => ({
  id,
  name,
  adapter,
  model,
  settings,
});
