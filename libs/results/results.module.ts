import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DiscardedCallEntity } from './discarded-call.entity.js';
import { ResultEntity } from './result.entity.js';
import { ResultsReader } from './results-reader.js';
import { RollupEntity } from './rollup.entity.js';
import { TrialPages } from './trial-pages.js';
import { TranscriptEntity } from './transcript.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([ResultEntity, TranscriptEntity, RollupEntity, DiscardedCallEntity])],
  providers: [ResultsReader, TrialPages],
  exports: [ResultsReader, TrialPages],
})
export class ResultsModule {}
