import { Injectable } from '@nestjs/common';
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
import { CallLimiter, type CallLimit } from '#libs/limits';
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
  /** On its calls, which all workers share; null for an agent of our own. */
  limit: CallLimit | null;
}

/** Builds and keeps the contexts of the entries that this worker executes. Nothing in them ever changes. */
@Injectable()
export class EntryContexts {
  private readonly contexts = new LRUCache<string, Promise<EntryContext>>({ max: 100 });

  constructor(
    private readonly adapters: AdapterRegistry,
    private readonly benchmarks: BenchmarksService,
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
    const { definition, sampleCount: population } = await this.benchmarks.version(benchmarkVersionId);
    const { seed, epochs, limit: _limit, ...generation } = config;
    const factory = this.adapters.factory(agent.adapter);
    const limits = factory.limits(agent, workspaceId);
    return {
      agent,
      adapter: factory.create(agent),
      remote: factory.remote,
      prompt: compilePrompt(definition.prompt),
      score: compileScoring(definition.scoring, this.config.code),
      settings: toGenerationSettings({ ...definition.generation, ...generation }),
      plan: { seed, population, sampleCount, epochs },
      limit: limits && this.limiter.limit(limits),
    };
  }
}
