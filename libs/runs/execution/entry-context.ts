import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  AdapterRegistry,
  AgentsService,
  toGenerationSettings,
  type AgentAdapter,
  type AgentSpec,
  type GenerationJson,
  type GenerationSettings,
} from '#libs/agents';
import { BenchmarksService, type CompiledPrompt, type ConversationSpec } from '#libs/benchmarks';
import { AppConfig } from '#libs/config';
import { CallLimiter, type CallLimit } from '#libs/limits';
import { compileScoring, judgesOf, type CompiledScoring } from '#libs/scoring';
import type { Plan } from '../plan.js';
import { SampleSelection } from '../sample-selection.js';
import type { Lease } from '../shard-store.js';

/** An agent that is called. */
export interface Callee {
  agent: AgentSpec;
  adapter: AgentAdapter;
  /** Whether its calls cost somebody money. */
  remote: boolean;
  settings: GenerationSettings;
  /** On its calls, which all workers share; null for an agent of our own. */
  limit: CallLimit | null;
}

/** Everything that the trials of one entry share: its agent, and what that is asked. */
export interface EntryContext extends Callee {
  prompt: CompiledPrompt;
  score: CompiledScoring;
  /** JSON Schema of its answers, if there is one. */
  responseSchema?: Record<string, unknown>;
  /** Absent where the agent is simply asked. */
  conversation?: ConversationSpec;
  /** Plays the user of conversations. */
  user?: Callee;
  /** Those that scorers ask, by `name@version`. Settings come with each question. */
  judges: Map<string, Callee>;
  plan: Plan;
}

/** Builds and keeps the contexts of the entries that this worker executes. Nothing in them ever changes. */
@Injectable()
export class EntryContexts {
  private readonly contexts = new LRUCache<string, Promise<EntryContext>>({ max: 100 });

  constructor(
    private readonly adapters: AdapterRegistry,
    private readonly agents: AgentsService,
    private readonly benchmarks: BenchmarksService,
    private readonly selection: SampleSelection,
    private readonly limiter: CallLimiter,
    private readonly config: AppConfig,
  ) {}

  of(lease: Lease): Promise<EntryContext> {
    // A run that is extended has more epochs, and so another plan.
    const key = `${lease.entryId}:${lease.config.epochs}`;
    let context = this.contexts.get(key);
    if (!context) {
      context = this.build(lease);
      this.contexts.set(key, context);
      context.catch(() => this.contexts.delete(key));
    }
    return context;
  }

  private async build(lease: Lease): Promise<EntryContext> {
    const { agent, config, sampleCount, benchmarkVersionId, workspaceId } = lease;
    const version = await this.benchmarks.version(benchmarkVersionId);
    const { definition } = version;
    const { seed, epochs } = config;
    const { conversation, scoring } = definition;
    const selected = await this.selection.of(lease.runId, config);
    const user = conversation?.user;
    const judges = await Promise.all(
      judgesOf(scoring).map(async (ref) => [ref, await this.other(ref, {}, workspaceId)] as const),
    );
    return {
      ...this.callee(agent, { ...definition.generation, ...config }, workspaceId),
      prompt: await this.benchmarks.prompt(version),
      score: compileScoring(scoring, this.config.code),
      responseSchema: definition.response_schema,
      conversation,
      user:
        user &&
        (await this.other(
          user.agent,
          { max_tokens: user.max_tokens, temperature: user.temperature },
          workspaceId,
        )),
      judges: new Map(judges),
      plan: { seed, population: selected?.length ?? version.sampleCount, selected, sampleCount, epochs },
    };
  }

  private callee(agent: AgentSpec, generation: GenerationJson, workspaceId: string): Callee {
    const factory = this.adapters.factory(agent.adapter);
    const limits = factory.limits(agent, workspaceId);
    return {
      agent,
      adapter: factory.create(agent),
      remote: factory.remote,
      settings: toGenerationSettings(generation),
      limit: limits && this.limiter.limit(limits),
    };
  }

  private async other(ref: string, generation: GenerationJson, workspaceId: string): Promise<Callee> {
    return this.callee(await this.agents.resolve(workspaceId, ref), generation, workspaceId);
  }
}
