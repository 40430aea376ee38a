import { Module } from '@nestjs/common';
import { DeductionsReader } from './deductions-reader.js';
import { HistoryReader } from './history-reader.js';

@Module({
  providers: [DeductionsReader, HistoryReader],
  exports: [DeductionsReader, HistoryReader],
})
export class AnalyticsModule {}
