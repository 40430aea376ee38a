import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { ExecutionModule, RunsModule } from '#libs/runs';

/** What executes runs, and the schedules that keep them going. */
@Module({
  imports: [ScheduleModule.forRoot(), RunsModule, ExecutionModule],
})
export class WorkerModule {}
