import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { DAY, MaintenanceJob, type Detail } from '../maintenance-job.js';
import { Retention } from '../retention.js';

@Injectable()
export class RetentionJob extends MaintenanceJob {
  readonly name = 'retention';
  readonly description =
    'Deletes transcripts, results and audit entries that their workspace does not keep any longer.';
  readonly everySeconds = DAY;

  constructor(private readonly retention: Retention) {
    super();
  }

  async run(sql: QueryRunner): Promise<Detail> {
    return { ...(await this.retention.apply(sql)) };
  }
}
