import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DiscardedCallEntity } from './discarded-call.entity.js';
import { LabelEntity } from './labels/label.entity.js';
import { LabelsService } from './labels/labels.service.js';
import { ResultOverrideEntity } from './result-override.entity.js';
import { ResultEntity } from './result.entity.js';
import { ResultsReader } from './results-reader.js';
import { RollupCache } from './rollup-cache.js';
import { RollupEntity } from './rollup.entity.js';
import { RunSamplesReader } from './run-samples-reader.js';
import { TrialPages } from './trial-pages.js';
import { TranscriptEntity } from './transcript.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      ResultEntity,
      TranscriptEntity,
      RollupEntity,
      DiscardedCallEntity,
      LabelEntity,
      ResultOverrideEntity,
    ]),
  ],
  providers: [ResultsReader, RunSamplesReader, TrialPages, LabelsService, RollupCache],
  exports: [ResultsReader, RunSamplesReader, TrialPages, LabelsService, RollupCache],
})
export class ResultsModule {}
