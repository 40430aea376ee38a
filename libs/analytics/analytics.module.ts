import { Module } from '@nestjs/common';
import { CalibrationReader } from './calibration/calibration-reader.js';
import { ComparisonReader } from './comparison-reader.js';
import { DeductionsReader } from './deductions-reader.js';
import { HistoryReader } from './history-reader.js';
import { LeaderboardReader } from './leaderboard-reader.js';
import { SampleScoresReader } from './sample-scores-reader.js';
import { TrendReader } from './trend-reader.js';

const READERS = [
  CalibrationReader,
  ComparisonReader,
  DeductionsReader,
  HistoryReader,
  LeaderboardReader,
  SampleScoresReader,
  TrendReader,
];

@Module({ providers: READERS, exports: READERS })
export class AnalyticsModule {}
