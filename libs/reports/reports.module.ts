import { Module } from '@nestjs/common';
import { ReportRenderer } from './report-renderer.js';

@Module({ providers: [ReportRenderer], exports: [ReportRenderer] })
export class ReportsModule {}
