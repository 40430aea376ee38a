import { Module } from '@nestjs/common';
import { ComparisonReader } from './comparison-reader.js';
import { DeductionsReader } from './deductions-reader.js';
import { HistoryReader } from './history-reader.js';

@Module({
  providers: [ComparisonReader, DeductionsReader, HistoryReader],
  exports: [ComparisonReader, DeductionsReader, HistoryReader],
})
export class AnalyticsModule {}
