import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Interval } from '@nestjs/schedule';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Metrics } from '#libs/observability';
import { RunQueue } from '#libs/queue';

const SAMPLE_MS = 5000;

/** Keeps the gauges that describe a state near the truth. An outage leaves them as they were; /ready tells of it. */
@Injectable()
export class GaugeSampler {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly queue: RunQueue,
    private readonly metrics: Metrics,
  ) {}

  @Interval(SAMPLE_MS)
  async sample(): Promise<void> {
    const pool = (this.dataSource.driver as unknown as { master: Pool }).master;
    this.metrics.poolConnections.set({ state: 'used' }, pool.totalCount - pool.idleCount);
    this.metrics.poolConnections.set({ state: 'idle' }, pool.idleCount);
    this.metrics.poolConnections.set({ state: 'waiting' }, pool.waitingCount);
    try {
      const [runs] = await this.dataSource.query<{ active: number }[]>(
        `SELECT count(*)::int AS active FROM runs WHERE status IN ('queued', 'processing')`,
      );
      this.metrics.activeRuns.set(runs?.active ?? 0);
      this.metrics.queueLength.set((await this.queue.counts()).waiting);
    } catch {
      // told by /ready
    }
  }
}
