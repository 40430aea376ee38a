import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DiscardedCallEntity } from './discarded-call.entity.js';
import { ResultOverrideEntity } from './result-override.entity.js';
import { ResultEntity } from './result.entity.js';
import { ResultsReader } from './results-reader.js';
import { RollupEntity } from './rollup.entity.js';
import { TranscriptEntity } from './transcript.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      ResultEntity,
      ResultOverrideEntity,
      TranscriptEntity,
      RollupEntity,
      DiscardedCallEntity,
    ]),
  ],
  providers: [ResultsReader],
  exports: [ResultsReader],
})
export class ResultsModule {}
