import { Module } from '@nestjs/common';
import { AnalyticsModule } from '#libs/analytics';
import { ReportRenderer } from './report-renderer.js';
import { ReportsService } from './reports.service.js';

@Module({
  imports: [AnalyticsModule],
  providers: [ReportRenderer, ReportsService],
  exports: [ReportsService],
})
export class ReportsModule {}
