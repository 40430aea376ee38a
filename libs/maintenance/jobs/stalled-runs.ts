import { Injectable } from '@nestjs/common';
import { RunDispatcher } from '#libs/runs';
import { MaintenanceJob, MINUTE, type Detail } from '../maintenance-job.js';

@Injectable()
export class StalledRuns extends MaintenanceJob {
  readonly name = 'stalled-runs';
  readonly description =
    'Takes shards back from silent workers, ends entries that nobody ended, offers what waits.';
  readonly everySeconds = MINUTE;

  constructor(private readonly dispatcher: RunDispatcher) {
    super();
  }

  async run(): Promise<Detail> {
    return this.dispatcher.repair();
  }
}
