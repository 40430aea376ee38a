import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { RunDispatcher } from './run-dispatcher.js';
import { statusesBefore } from './run-state.js';

/** Holding a run up and letting it go on. */
@Injectable()
export class RunControl {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly dispatcher: RunDispatcher,
  ) {}

  /**
   * No further trial is started; calls in flight end and are stored.
   * @returns false where the run has ended or is paused already.
   */
  async pause(runId: string): Promise<boolean> {
    const [paused] = await this.dataSource.query<[unknown[]]>(
      `UPDATE runs SET status = 'paused' WHERE id = $1 AND status = ANY ($2) RETURNING id`,
      [runId, statusesBefore('paused')],
    );
    return paused.length > 0;
  }

  /** @returns false where the run is not paused. */
  async resume(runId: string): Promise<boolean> {
    const [resumed] = await this.dataSource.query<[unknown[]]>(
      `UPDATE runs SET status = CASE WHEN started_at IS NULL THEN 'queued' ELSE 'processing' END
       WHERE id = $1 AND status = 'paused' RETURNING id`,
      [runId],
    );
    if (resumed.length > 0) void this.dispatcher.dispatch(runId);
    return resumed.length > 0;
  }
}
