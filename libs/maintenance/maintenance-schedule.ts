import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { messageOf } from '#libs/common';
import { MaintenanceRunner } from './maintenance-runner.js';

/** Looks every minute, in every worker, for what is due: a time that passed while nothing ran is made up for. */
@Injectable()
export class MaintenanceSchedule {
  private readonly logger = new Logger(MaintenanceSchedule.name);

  constructor(private readonly runner: MaintenanceRunner) {}

  @Cron(CronExpression.EVERY_MINUTE, { waitForCompletion: true })
  async look(): Promise<void> {
    try {
      await this.runner.runDue();
    } catch (error) {
      this.logger.warn(
        `Could not look for maintenance that is due, will again in a minute: ${messageOf(error)}`,
      );
    }
  }
}
