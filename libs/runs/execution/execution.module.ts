import { Module } from '@nestjs/common';
import { AgentsModule } from '#libs/agents';
import { BenchmarksModule } from '#libs/benchmarks';
import { ToolsModule } from '#libs/tools';
import { BatchCanceller } from './batch-canceller.js';
import { BatchTrials } from './batch-trials.js';
import { CallBudget } from './call-budget.js';
import { CallGate } from './call-gate.js';
import { EntryContexts } from './entry-context.js';
import { Rescorer } from './rescorer.js';
import { RunWorker } from './run-worker.js';
import { RunsModule } from '../runs.module.js';
import { ShardExecutor } from './shard-executor.js';
import { TrialRunner } from './trial-runner.js';
import { TrialStore } from './trial-store.js';

/** The execution of runs: what a worker process adds. */
@Module({
  imports: [RunsModule, AgentsModule, BenchmarksModule, ToolsModule],
  providers: [
    RunWorker,
    ShardExecutor,
    BatchTrials,
    BatchCanceller,
    EntryContexts,
    CallBudget,
    CallGate,
    TrialRunner,
    Rescorer,
    TrialStore,
  ],
})
export class ExecutionModule {}
