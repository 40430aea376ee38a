import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnalyticsModule } from '#libs/analytics';
import { RunsModule } from '#libs/runs';
import { BackupFreshness } from './jobs/backup-freshness.js';
import { DatabaseSize } from './jobs/database-size.js';
import { Dependencies } from './jobs/dependencies.js';
import { ExpiredRows } from './jobs/expired-rows.js';
import { Reindex } from './jobs/reindex.js';
import { RetentionJob } from './jobs/retention-job.js';
import { StalledRuns } from './jobs/stalled-runs.js';
import { Vacuum } from './jobs/vacuum.js';
import { WarmUp } from './jobs/warm-up.js';
import type { MaintenanceJob } from './maintenance-job.js';
import { MaintenanceRunEntity } from './maintenance-run.entity.js';
import { JOBS, MaintenanceRunner } from './maintenance-runner.js';
import { MaintenanceSchedule } from './maintenance-schedule.js';
import { Retention } from './retention.js';

/** Every job, in the order in which they run where several are due. */
const ALL = [
  StalledRuns,
  ExpiredRows,
  RetentionJob,
  Vacuum,
  Reindex,
  WarmUp,
  DatabaseSize,
  BackupFreshness,
  Dependencies,
];

/** The jobs, for whoever runs one by hand. */
@Module({
  imports: [TypeOrmModule.forFeature([MaintenanceRunEntity]), RunsModule, AnalyticsModule],
  providers: [
    ...ALL,
    { provide: JOBS, inject: ALL, useFactory: (...jobs: MaintenanceJob[]) => jobs },
    MaintenanceRunner,
    Retention,
  ],
  exports: [MaintenanceRunner, Retention],
})
export class MaintenanceModule {}

/** The clock: what a worker adds. */
@Module({ imports: [MaintenanceModule], providers: [MaintenanceSchedule] })
export class MaintenanceScheduleModule {}
