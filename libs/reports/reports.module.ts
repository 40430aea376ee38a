import { Module } from '@nestjs/common';
import { AnalyticsModule } from '#libs/analytics';
import { ReportsService } from './reports.service.js';

@Module({
  imports: [AnalyticsModule],
  providers: [ReportsService],
  exports: [ReportsService],
})
export class ReportsModule {}
