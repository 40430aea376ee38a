import { Module } from '@nestjs/common';
import { ComparisonReader } from './comparison-reader.js';
import { DeductionsReader } from './deductions-reader.js';
import { HistoryReader } from './history-reader.js';
import { LeaderboardReader } from './leaderboard-reader.js';
import { TrendReader } from './trend-reader.js';

@Module({
  providers: [ComparisonReader, DeductionsReader, HistoryReader, LeaderboardReader, TrendReader],
  exports: [ComparisonReader, DeductionsReader, HistoryReader, LeaderboardReader, TrendReader],
})
export class AnalyticsModule {}
