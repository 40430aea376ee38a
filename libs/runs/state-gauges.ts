import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import type { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { within } from '#libs/common';
import { Metrics } from '#libs/observability';
import { RunQueue } from '#libs/queue';

const SCRAPE_MS = 2000;

const UNFINISHED = ['queued', 'processing', 'paused'] as const;

/** Runs by status, their trials that are not stored, and the largest part of a budget that is used. */
type RunsState = Record<(typeof UNFINISHED)[number] | 'remaining' | 'budgetUsed', number>;

/** Fills the gauges that describe a state when somebody scrapes them. */
@Injectable()
export class StateGauges implements OnModuleInit {
  private asked: Promise<RunsState> | undefined;

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
    this.metrics.poolMax.set(pool.options.max);
    const { activeRuns, runs, trialsRemaining, budgetUsed, queueLength, queueActive } = this.metrics;
    onScrape(activeRuns, async (gauge) => {
      const { queued, processing } = await this.state();
      gauge.set(queued + processing);
    });
    onScrape(runs, async (gauge) => {
      const state = await this.state();
      for (const status of UNFINISHED) gauge.set({ status }, state[status]);
    });
    onScrape(trialsRemaining, async (gauge) => gauge.set((await this.state()).remaining));
    onScrape(budgetUsed, async (gauge) => gauge.set((await this.state()).budgetUsed));
    onScrape(queueLength, async (gauge) => gauge.set((await this.queue.counts()).waiting));
    onScrape(queueActive, async (gauge) => gauge.set((await this.queue.counts()).active));
  }

  /** Asked once for all gauges of a scrape. */
  private state(): Promise<RunsState> {
    this.asked ??= this.dataSource
      .query<[RunsState]>(
        `SELECT count(*) FILTER (WHERE r.status = 'queued')::int AS queued,
           count(*) FILTER (WHERE r.status = 'processing')::int AS processing,
           count(*) FILTER (WHERE r.status = 'paused')::int AS paused,
           coalesce(sum(e.remaining), 0)::int AS remaining,
           coalesce(max(e.usd / (r.limits ->> 'max_cost_usd')::numeric), 0)::double precision AS "budgetUsed"
         FROM runs r CROSS JOIN LATERAL (
           SELECT sum(e.cost_usd + e.doubtful_usd) AS usd, sum(e.trials - e.scored - e.agent_errors - e.infra_errors
             - e.unscored) FILTER (WHERE e.status = 'processing') AS remaining
           FROM run_entries e WHERE e.run_id = r.id AND r.status = 'processing') e
         WHERE r.status = ANY ($1)`,
        [UNFINISHED],
      )
      .then(([state]) => state)
      .finally(() => (this.asked = undefined));
    return this.asked;
  }
}

/** A dependency that is down or hangs must not take the other metrics with it: its gauge stays, and /ready tells of it. */
function onScrape(gauge: Gauge, fill: (gauge: Gauge) => Promise<void>): void {
  Object.assign(gauge, { collect: () => within(SCRAPE_MS, fill(gauge)).catch(() => undefined) });
}
