import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '#libs/auth';
import { BenchmarkEntity } from './benchmark.entity.js';
import { BenchmarkPublisher } from './benchmark-publisher.js';
import { BenchmarkVersionEntity } from './benchmark-version.entity.js';
import { BenchmarksService } from './benchmarks.service.js';
import { SampleEntity } from './sample.entity.js';
import { SuitePublisher } from './suite-publisher.js';

@Module({
  imports: [AuthModule, TypeOrmModule.forFeature([BenchmarkEntity, BenchmarkVersionEntity, SampleEntity])],
  providers: [BenchmarksService, BenchmarkPublisher, SuitePublisher],
  exports: [BenchmarksService, BenchmarkPublisher, SuitePublisher],
})
export class BenchmarksModule {}
