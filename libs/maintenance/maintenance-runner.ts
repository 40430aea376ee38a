import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type QueryRunner } from 'typeorm';
import { AppError, messageOf } from '#libs/common';
import { Metrics } from '#libs/observability';
import { MaintenanceJob, type Detail } from './maintenance-job.js';

export const JOBS = Symbol('jobs of maintenance');

/** The first half of each job's lock; the second is made of its name. */
const LOCK = 4_272_025;
/** Clocks tick a little early or late: a job that is due every minute is due after half of it has passed. */
const SLACK_SECONDS = 30;

/** A job and its last run; all null where it never ran. */
export interface JobView {
  job: MaintenanceJob;
  startedAt: Date | null;
  finishedAt: Date | null;
  error: string | null;
  detail: Detail | null;
  /** Whether it runs at this moment, in whatever process. */
  running: boolean;
}

const LIST = `
SELECT job, started_at AS "startedAt", finished_at AS "finishedAt", error, detail,
  extract(epoch FROM now() - started_at)::double precision AS age,
  EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = ${LOCK} AND objid = hashtext(job)::oid
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS running
FROM maintenance_runs`;

const BEGIN = `
INSERT INTO maintenance_runs (job) VALUES ($1)
ON CONFLICT (job) DO UPDATE SET started_at = now(), finished_at = NULL, error = NULL
WHERE maintenance_runs.started_at <= now() - make_interval(secs => $2)
RETURNING detail`;

const END = `UPDATE maintenance_runs SET finished_at = now(), error = $2, detail = coalesce($3, detail) WHERE job = $1`;

/** Runs jobs, each in one process at a time, and keeps what came of it. */
@Injectable()
export class MaintenanceRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger(MaintenanceRunner.name);
  /** What this process is at, by the backends that Postgres does it with. */
  private readonly running = new Map<number, Promise<void>>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(JOBS) private readonly jobs: MaintenanceJob[],
    private readonly metrics: Metrics,
  ) {}

  async list(): Promise<JobView[]> {
    const known = new Map((await this.lastRuns()).map((row) => [row.job, row]));
    const never = { startedAt: null, finishedAt: null, error: null, detail: null, running: false };
    return this.jobs.map((job) => ({ ...never, ...known.get(job.name), job }));
  }

  /** Runs what is due by Postgres's clock and no other process runs. */
  async runDue(): Promise<void> {
    const ages = new Map((await this.lastRuns()).map(({ job, age }) => [job, age]));
    const due = this.jobs.filter(
      ({ name, everySeconds }) => (ages.get(name) ?? Infinity) >= lapse(everySeconds),
    );
    for (const job of due) await (await this.start(job, lapse(job.everySeconds)))?.ended;
  }

  /**
   * Runs a job now, whenever it ran last. Resolves when it has begun.
   * @throws AppError `maintenance_job_unknown`, `maintenance_running`
   */
  async trigger(name: string): Promise<void> {
    const job = this.jobs.find((candidate) => candidate.name === name);
    if (!job) {
      const names = this.jobs.map((candidate) => candidate.name).join(', ');
      throw AppError.notFound('maintenance_job_unknown', `There is no job "${name}". There are ${names}.`);
    }
    if (await this.start(job, 0)) return;
    throw AppError.conflict(
      'maintenance_running',
      `The job ${name} runs already. See GET /api/v1/maintenance.`,
    );
  }

  /** Has Postgres stop what this process is at, and waits for it. */
  async beforeApplicationShutdown(): Promise<void> {
    const backends = [...this.running.keys()];
    if (backends.length > 0)
      await this.dataSource.query('SELECT pg_cancel_backend(unnest($1::int[]))', [backends]);
    await Promise.all(this.running.values());
  }

  /** @returns its end; undefined where another process has it, or had it within the seconds given. */
  private async start(
    job: MaintenanceJob,
    lapseSeconds: number,
  ): Promise<{ ended: Promise<void> } | undefined> {
    const sql = this.dataSource.createQueryRunner();
    const [{ locked, pid }] = (await sql.query(
      'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked, pg_backend_pid() AS pid',
      [LOCK, job.name],
    )) as [{ locked: boolean; pid: number }];
    const [begun] = locked
      ? ((await sql.query(BEGIN, [job.name, lapseSeconds])) as { detail: Detail | null }[])
      : [];
    const unlock = async (): Promise<void> => {
      if (locked) await sql.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCK, job.name]);
      await sql.release();
    };
    if (!begun) return void (await unlock());
    const ended = this.carryOut(job, sql, begun.detail)
      .then(unlock)
      .catch((error: unknown) => this.logger.error(error, `What came of ${job.name} could not be stored`))
      .finally(() => this.running.delete(pid));
    this.running.set(pid, ended);
    return { ended };
  }

  private async carryOut(job: MaintenanceJob, sql: QueryRunner, before: Detail | null): Promise<void> {
    const { name } = job;
    const startedAt = performance.now();
    const seconds = (): number => Math.round(performance.now() - startedAt) / 1000;
    try {
      const detail = await job.run(sql, before);
      await this.dataSource.query(END, [name, null, JSON.stringify(detail)]);
      this.metrics.maintenanceRuns.inc({ job: name, outcome: 'done' });
      this.metrics.maintenanceSuccess.set({ job: name }, Date.now() / 1000);
      this.logger.log(`${name} done in ${seconds()} s: ${JSON.stringify(detail)}`);
    } catch (error) {
      this.metrics.maintenanceRuns.inc({ job: name, outcome: 'failed' });
      this.logger.error(error, `${name} failed after ${seconds()} s`);
      await this.dataSource.query(END, [name, messageOf(error), null]);
    } finally {
      this.metrics.maintenanceSeconds.set({ job: name }, seconds());
    }
  }

  private lastRuns(): Promise<(Omit<JobView, 'job'> & { job: string; age: number })[]> {
    return this.dataSource.query(LIST);
  }
}

const lapse = (everySeconds: number): number => everySeconds - SLACK_SECONDS;
