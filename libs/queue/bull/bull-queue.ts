import { Logger } from '@nestjs/common';
import type { Queue } from 'bull';
import { outsideWorkspaces } from '#libs/database';
import { JOB_CATALOGUE, type Job, type JobName } from '../job-catalogue.js';
import { RunQueue, type JobHandler, type QueueCounts } from '../run-queue.js';

/** The queue of many processes, on Redis. One Bull queue for each job name. */
export class BullQueue extends RunQueue {
  readonly system = 'bull';
  private readonly logger = new Logger('BullQueue');

  constructor(private readonly queues: Record<JobName, Queue>) {
    super();
    for (const queue of this.all()) {
      queue.on('error', (error) => this.logger.error(error, `Queue ${queue.name}`));
      queue.on('failed', (job, error) => this.logger.error(error, `Job ${job.id} failed`));
    }
  }

  async enqueue<N extends JobName>(name: N, jobs: Job<N>[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.queues[name].addBulk(
      jobs.map(({ id, payload }) => ({
        data: JOB_CATALOGUE[name].parse(payload),
        // A finished job that stayed would keep its id from being enqueued again.
        opts: { jobId: id, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }

  async consume<N extends JobName>(name: N, slots: number, handler: JobHandler<N>): Promise<void> {
    // The promise of process() settles only when the queue closes.
    void this.queues[name].process(slots, (job) =>
      // Connections that a request was the first to use have its scope.
      outsideWorkspaces(() => handler(JOB_CATALOGUE[name].parse(job.data))),
    );
    await this.queues[name].isReady();
  }

  async pause(): Promise<void> {
    await Promise.all(this.all().map((queue) => queue.pause(true, true)));
  }

  async counts(): Promise<QueueCounts> {
    const counts = await Promise.all(this.all().map((queue) => queue.getJobCounts()));
    return {
      waiting: counts.reduce((sum, count) => sum + count.waiting + count.delayed, 0),
      active: counts.reduce((sum, count) => sum + count.active, 0),
    };
  }

  async ping(): Promise<void> {
    await Promise.all(this.all().map((queue) => queue.client.ping()));
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((queue) => queue.close()));
  }

  /** Every Bull queue there is. */
  all(): Queue[] {
    return Object.values(this.queues);
  }
}
