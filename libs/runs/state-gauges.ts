import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import type { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { within } from '#libs/common';
import { Metrics } from '#libs/observability';
import { RunQueue } from '#libs/queue';

const SCRAPE_MS = 2000;

/** Fills the gauges that describe a state when somebody scrapes them. */
@Injectable()
export class StateGauges implements OnModuleInit {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly queue: RunQueue,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const pool = (this.dataSource.driver as unknown as { master: Pool }).master;
    onScrape(this.metrics.poolConnections, async (gauge) => {
      gauge.set({ state: 'used' }, pool.totalCount - pool.idleCount);
      gauge.set({ state: 'idle' }, pool.idleCount);
      gauge.set({ state: 'waiting' }, pool.waitingCount);
    });
    onScrape(this.metrics.activeRuns, async (gauge) => {
      const [{ active }] = await this.dataSource.query<[{ active: number }]>(
        `SELECT count(*)::int AS active FROM runs WHERE status IN ('queued', 'processing')`,
      );
      gauge.set(active);
    });
    onScrape(this.metrics.queueLength, async (gauge) => gauge.set((await this.queue.counts()).waiting));
  }
}

/** A dependency that is down or hangs must not take the other metrics with it: its gauge stays, and /ready tells of it. */
function onScrape(gauge: Gauge, fill: (gauge: Gauge) => Promise<void>): void {
  Object.assign(gauge, { collect: () => within(SCRAPE_MS, fill(gauge)).catch(() => undefined) });
}
