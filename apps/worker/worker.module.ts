import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { ExecutionModule, RunsModule } from '#libs/runs';
import { WebhookSendingModule } from '#libs/webhooks';

/** What executes runs, the schedules that keep them going, and the sending of webhooks. */
@Module({
  imports: [ScheduleModule.forRoot(), RunsModule, ExecutionModule, WebhookSendingModule],
})
export class WorkerModule {}
