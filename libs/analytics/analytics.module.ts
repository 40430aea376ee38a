import { Module } from '@nestjs/common';
import { CalibrationReader } from './calibration/calibration-reader.js';
import { ComparisonReader } from './comparison-reader.js';
import { DeductionsReader } from './deductions-reader.js';
import { HistoryReader } from './history-reader.js';

@Module({
  providers: [CalibrationReader, ComparisonReader, DeductionsReader, HistoryReader],
  exports: [CalibrationReader, ComparisonReader, DeductionsReader, HistoryReader],
})
export class AnalyticsModule {}
