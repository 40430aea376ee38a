import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { MaintenanceScheduleModule } from '#libs/maintenance';
import { ExecutionModule, RunsModule } from '#libs/runs';
import { WebhookSendingModule } from '#libs/webhooks';

/** What executes runs, the schedules that keep them going, the sending of webhooks, and maintenance. */
@Module({
  imports: [
    ScheduleModule.forRoot(),
    RunsModule,
    ExecutionModule,
    WebhookSendingModule,
    MaintenanceScheduleModule,
  ],
})
export class WorkerModule {}
