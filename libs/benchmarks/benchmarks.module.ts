import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '#libs/auth';
import { OutboundModule } from '#libs/outbound';
import { BenchmarkEntity } from './benchmark.entity.js';
import { BenchmarkCloner } from './benchmark-cloner.js';
import { BenchmarkPublisher } from './benchmark-publisher.js';
import { BenchmarkVersionEntity } from './benchmark-version.entity.js';
import { BenchmarksService } from './benchmarks.service.js';
import { DatasetReader } from './importing/dataset-reader.js';
import { SampleEntity } from './sample.entity.js';
import { SuitePublisher } from './suite-publisher.js';
import { VersionDiff } from './version-diff.js';

@Module({
  imports: [
    AuthModule,
    OutboundModule,
    TypeOrmModule.forFeature([BenchmarkEntity, BenchmarkVersionEntity, SampleEntity]),
  ],
  providers: [
    BenchmarksService,
    BenchmarkCloner,
    BenchmarkPublisher,
    DatasetReader,
    SuitePublisher,
    VersionDiff,
  ],
  exports: [
    BenchmarksService,
    BenchmarkCloner,
    BenchmarkPublisher,
    DatasetReader,
    SuitePublisher,
    VersionDiff,
  ],
})
export class BenchmarksModule {}
