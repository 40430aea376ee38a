import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { LRUCache } from 'lru-cache';
import {
  AdapterRegistry,
  toGenerationSettings,
  type AgentAdapter,
  type AgentSpec,
  type GenerationSettings,
} from '#libs/agents';
import { BenchmarksService, compilePrompt, type CompiledPrompt } from '#libs/benchmarks';
import { AppConfig } from '#libs/config';
import { compileScoring, type CompiledScoring } from '#libs/scoring';
import type { Plan } from '../plan.js';
import type { Lease } from '../shard-store.js';

/** Everything that the trials of one entry share. */
export interface EntryContext {
  agent: AgentSpec;
  adapter: AgentAdapter;
  /** Whether its calls cost somebody money. */
  remote: boolean;
  prompt: CompiledPrompt;
  score: CompiledScoring;
  settings: GenerationSettings;
  plan: Plan;
  /** Bounds the calls in flight to this agent from this worker, over all entries and runs. */
  limit: LimitFunction;
}

/** Builds and keeps the contexts of the entries that this worker executes. Nothing in them ever changes. */
@Injectable()
export class EntryContexts {
  private readonly contexts = new LRUCache<string, Promise<EntryContext>>({ max: 100 });
  private readonly limits = new LRUCache<string, LimitFunction>({ max: 1000 });

  constructor(
    private readonly adapters: AdapterRegistry,
    private readonly benchmarks: BenchmarksService,
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

  private async build({ agent, config, sampleCount, benchmarkVersionId }: Lease): Promise<EntryContext> {
    const { definition, sampleCount: population } = await this.benchmarks.version(benchmarkVersionId);
    const { seed, epochs, limit: _limit, ...generation } = config;
    const factory = this.adapters.factory(agent.adapter);
    return {
      agent,
      adapter: factory.create(agent),
      remote: factory.remote,
      prompt: compilePrompt(definition.prompt),
      score: compileScoring(definition.scoring),
      settings: toGenerationSettings({ ...definition.generation, ...generation }),
      plan: { seed, population, sampleCount, epochs },
      limit: this.limitOf(agent),
    };
  }

  private limitOf(agent: AgentSpec): LimitFunction {
    const concurrency =
      (agent.settings['concurrency'] as number | undefined) ?? this.config.engine.agentConcurrency;
    const limit = this.limits.get(agent.id) ?? pLimit(concurrency);
    this.limits.set(agent.id, limit);
    return limit;
  }
}
