import { Logger } from '@nestjs/common';
import { outsideWorkspaces } from '#libs/database';
import { JOB_CATALOGUE, type Job, type JobName } from '../job-catalogue.js';
import { RunQueue, type JobHandler, type QueueCounts } from '../run-queue.js';

interface Lane {
  waiting: Map<string, unknown>;
  active: Map<string, Promise<void>>;
  slots: number;
  handler?: (payload: never) => Promise<void>;
}

/** The queue of one process. It needs no disk: what it loses, the sweep finds in Postgres. */
export class InProcessQueue extends RunQueue {
  readonly system = 'in_process';
  private readonly logger = new Logger('InProcessQueue');
  private readonly lanes = new Map<JobName, Lane>();
  private delivering = true;

  async enqueue<N extends JobName>(name: N, jobs: Job<N>[]): Promise<void> {
    const lane = this.lane(name);
    for (const { id, payload } of jobs) {
      if (lane.active.has(id) || lane.waiting.has(id)) continue;
      lane.waiting.set(id, JOB_CATALOGUE[name].parse(payload));
    }
    this.deliver(lane);
  }

  async consume<N extends JobName>(name: N, slots: number, handler: JobHandler<N>): Promise<void> {
    const lane = this.lane(name);
    if (lane.handler) throw new Error(`Jobs named ${name} have a consumer already.`);
    Object.assign(lane, { slots, handler });
    this.deliver(lane);
  }

  async pause(): Promise<void> {
    this.delivering = false;
  }

  async counts(): Promise<QueueCounts> {
    const lanes = [...this.lanes.values()];
    return {
      waiting: lanes.reduce((sum, lane) => sum + lane.waiting.size, 0),
      active: lanes.reduce((sum, lane) => sum + lane.active.size, 0),
    };
  }

  async ping(): Promise<void> {
    // lives as long as its process
  }

  async close(): Promise<void> {
    await this.pause();
    await Promise.all([...this.lanes.values()].flatMap((lane) => [...lane.active.values()]));
  }

  private lane(name: JobName): Lane {
    let lane = this.lanes.get(name);
    if (!lane) this.lanes.set(name, (lane = { waiting: new Map(), active: new Map(), slots: 0 }));
    return lane;
  }

  private deliver(lane: Lane): void {
    const { handler } = lane;
    while (handler && this.delivering && lane.active.size < lane.slots) {
      const [next] = lane.waiting;
      if (!next) return;
      const [id, payload] = next;
      lane.waiting.delete(id);
      const done = Promise.resolve()
        // Also where a request brought it.
        .then(() => outsideWorkspaces(() => handler(payload as never)))
        .catch((error: unknown) => this.logger.error(error, `Job ${id} failed`))
        .finally(() => {
          lane.active.delete(id);
          this.deliver(lane);
        });
      lane.active.set(id, done);
    }
  }
}
