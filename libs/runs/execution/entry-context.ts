import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
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
import { Vault } from '#libs/vault';
import { compileScoring, judgesOf, type CompiledScoring, type ScoringSpec } from '#libs/scoring';
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

/** What it takes to score the outputs of one entry, whoever they are of. */
export interface ScoringContext {
  score: CompiledScoring;
  /** Those that scorers ask, by `name@version`. Settings come with each question. */
  judges: Map<string, Callee>;
  plan: Plan;
}

/** Everything that the trials of one entry share: its agent, and what that is asked. */
export interface EntryContext extends Callee, ScoringContext {
  prompt: CompiledPrompt;
  /** JSON Schema of its answers, if there is one. */
  responseSchema?: Record<string, unknown>;
  /** Absent where the agent is simply asked. */
  conversation?: ConversationSpec;
  /** Plays the user of conversations. */
  user?: Callee;
}

/** Builds and keeps the contexts of the entries that this worker executes. Nothing in them ever changes but secrets. */
@Injectable()
export class EntryContexts {
  private readonly contexts = new LRUCache<string, Promise<EntryContext>>({ max: 100 });
  private readonly rescorings = new LRUCache<string, Promise<ScoringContext>>({ max: 100 });

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly adapters: AdapterRegistry,
    private readonly agents: AgentsService,
    private readonly benchmarks: BenchmarksService,
    private readonly selection: SampleSelection,
    private readonly limiter: CallLimiter,
    private readonly config: AppConfig,
    private readonly vault: Vault,
  ) {}

  of(lease: Lease): Promise<EntryContext> {
    // A run that is extended has more epochs, and so another plan.
    const key = `${lease.entryId}:${lease.config.epochs}`;
    return remembered(this.contexts, key, () => this.build(lease));
  }

  /** Of a score set: all its entries are scored alike. */
  ofScoreSet(lease: Lease): Promise<ScoringContext> {
    return remembered(this.rescorings, lease.runId, async () => {
      const [set] = await this.dataSource.query<{ scoring: ScoringSpec }[]>(
        'SELECT scoring FROM score_sets WHERE id = $1',
        [lease.runId],
      );
      if (!set) throw new Error(`Score set ${lease.runId} is gone.`);
      return this.scoring(lease, set.scoring);
    });
  }

  private async scoring(lease: Lease, spec: ScoringSpec): Promise<ScoringContext> {
    const { benchmarkVersionId, workspaceId } = lease;
    const { sampleCount: population } = await this.benchmarks.version(benchmarkVersionId);
    const judges = await Promise.all(
      judgesOf(spec).map(async (ref) => [ref, await this.other(ref, {}, workspaceId)] as const),
    );
    return {
      score: compileScoring(spec, this.config.code),
      judges: new Map(judges),
      plan: await this.selection.plan(lease, population),
    };
  }

  private async build(lease: Lease): Promise<EntryContext> {
    const { agent, config, benchmarkVersionId, workspaceId } = lease;
    const version = await this.benchmarks.version(benchmarkVersionId);
    const { definition } = version;
    const { conversation, scoring } = definition;
    const user = conversation?.user;
    return {
      ...(await this.scoring(lease, scoring)),
      ...(await this.callee(agent, { ...definition.generation, ...config }, workspaceId)),
      prompt: await this.benchmarks.prompt(version),
      responseSchema: definition.response_schema,
      conversation,
      user:
        user &&
        (await this.other(
          user.agent,
          { max_tokens: user.max_tokens, temperature: user.temperature },
          workspaceId,
        )),
    };
  }

  private async callee(agent: AgentSpec, generation: GenerationJson, workspaceId: string): Promise<Callee> {
    const factory = this.adapters.factory(agent.adapter);
    const limits = factory.limits(agent, workspaceId, await this.vault.of(workspaceId));
    return {
      agent,
      adapter: factory.create(agent, () => this.vault.of(workspaceId)),
      remote: factory.remote,
      settings: toGenerationSettings(generation),
      limit: limits && this.limiter.limit(limits),
    };
  }

  private async other(ref: string, generation: GenerationJson, workspaceId: string): Promise<Callee> {
    return this.callee(await this.agents.resolve(workspaceId, ref), generation, workspaceId);
  }
}

/** What fails is tried again when it is asked for next. */
function remembered<T extends object>(
  kept: LRUCache<string, Promise<T>>,
  key: string,
  build: () => Promise<T>,
): Promise<T> {
  let value = kept.get(key);
  if (!value) {
    value = build();
    kept.set(key, value);
    value.catch(() => kept.delete(key));
  }
  return value;
}
