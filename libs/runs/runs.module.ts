import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgentsModule } from '#libs/agents';
import { BenchmarksModule } from '#libs/benchmarks';
import { ResultsModule } from '#libs/results';
import { ToolsModule } from '#libs/tools';
import { WebhooksModule } from '#libs/webhooks';
import { Entrants } from './entrants.js';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { ResultOverrides } from './result-overrides.js';
import { RunCompletion } from './run-completion.js';
import { RunContinuation } from './run-continuation.js';
import { RunControl } from './run-control.js';
import { RunCreator } from './run-creator.js';
import { RunDispatcher } from './run-dispatcher.js';
import { RunEstimator } from './run-estimator.js';
import { RunProgress } from './run-progress.js';
import { RunSignals } from './run-signals.js';
import { RunEntity } from './run.entity.js';
import { RunEntryEntity } from './run-entry.entity.js';
import { RunsReader } from './runs-reader.js';
import { NewScoresReader } from './score-sets/new-scores-reader.js';
import { ScoreSetCreator } from './score-sets/score-set-creator.js';
import { ScoreSetEntity } from './score-sets/score-set.entity.js';
import { ScoreSetEntryEntity } from './score-sets/score-set-entry.entity.js';
import { ScoreSetsReader } from './score-sets/score-sets-reader.js';
import { ShardEntity } from './shard.entity.js';
import { SampleSelection } from './sample-selection.js';
import { ShardBatches } from './shard-batches.js';
import { ShardStore } from './shard-store.js';
import { StateGauges } from './state-gauges.js';
import { InspectImporter } from './transfer/inspect/inspect-importer.js';
import { RunExporter } from './transfer/run-exporter.js';
import { RunImporter } from './transfer/run-importer.js';

/** Everything about runs but their execution. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      RunEntity,
      RunEntryEntity,
      ShardEntity,
      IdempotencyKeyEntity,
      ScoreSetEntity,
      ScoreSetEntryEntity,
    ]),
    AgentsModule,
    BenchmarksModule,
    ResultsModule,
    ToolsModule,
    WebhooksModule,
  ],
  providers: [
    Entrants,
    IdempotencyKeys,
    ResultOverrides,
    ScoreSetCreator,
    ScoreSetsReader,
    NewScoresReader,
    RunCreator,
    RunContinuation,
    RunEstimator,
    RunsReader,
    RunProgress,
    RunSignals,
    RunCompletion,
    RunControl,
    RunDispatcher,
    SampleSelection,
    ShardBatches,
    ShardStore,
    StateGauges,
    RunExporter,
    RunImporter,
    InspectImporter,
  ],
  exports: [
    IdempotencyKeys,
    ResultOverrides,
    ScoreSetCreator,
    ScoreSetsReader,
    NewScoresReader,
    RunCreator,
    RunContinuation,
    RunEstimator,
    RunsReader,
    RunProgress,
    RunCompletion,
    RunControl,
    RunDispatcher,
    RunSignals,
    SampleSelection,
    ShardBatches,
    ShardStore,
    RunExporter,
    RunImporter,
    InspectImporter,
  ],
})
export class RunsModule {}
