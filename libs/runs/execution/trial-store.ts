import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { messageOf } from '#libs/common';
import { RunSignals } from '../run-signals.js';
import { LeaseLost, type Lease } from '../shard-store.js';
import { STORE, toRows, type FinishedTrial } from './store-trials.js';

interface Waiting extends FinishedTrial {
  resolve: (errors: number) => void;
  reject: (error: unknown) => void;
}

interface Held {
  shardId: string;
  attempt: number;
  /** Of the entry so far. */
  errors: number;
}

const MAX_BATCH = 500;
/** Between the starts of two statements: what a trial costs Postgres falls with the number that go together. */
const PACE_MS = 20;
/** A database that restarts is back within this, and no answer that was paid for is lost meanwhile. */
const RETRY_DELAYS_MS = [100, 500, 1000, 2000, 5000, 10_000, 10_000, 10_000, 10_000];

/**
 * Stores trials by group commit: the first goes at once, and those that come while it is under way, or
 * shortly after, go together in the next statement. Answers are thus safe within a round trip and an instant, and cost few statements.
 */
@Injectable()
export class TrialStore {
  private readonly logger = new Logger(TrialStore.name);
  private waiting: Waiting[] = [];
  private flushing = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly signals: RunSignals,
  ) {}

  /**
   * Resolves once the trial is committed and what was reserved for it is given back.
   * @returns the errors that the entry has so far.
   * @throws LeaseLost: another worker's answer is the trial's; the usage of this one is recorded none the less.
   */
  store(finished: FinishedTrial): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...finished, resolve, reject });
      if (!this.flushing) void this.flush();
    });
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    while (this.waiting.length > 0) {
      const pace = sleep(PACE_MS);
      await this.commit(this.waiting.splice(0, MAX_BATCH));
      if (this.waiting.length < MAX_BATCH) await pace;
    }
    this.flushing = false;
  }

  private async commit(batch: Waiting[]): Promise<void> {
    try {
      const held = await this.write(batch);
      for (const { lease, resolve, reject } of batch) {
        this.signals.changed(lease.runId);
        const errors = held.get(keyOf(lease));
        if (errors === undefined) reject(new LeaseLost(lease.shardId));
        else resolve(errors);
      }
    } catch (error) {
      if (batch.length === 1 || !isOurFault(error)) for (const { reject } of batch) reject(error);
      // One that Postgres refuses must not take the answers of others with it.
      else for (const one of batch) await this.commit([one]);
    }
  }

  /** @returns the errors of the entry, by the leases that still hold. */
  private async write(batch: Waiting[]): Promise<Map<string, number>> {
    const rows = toRows(batch);
    for (let retry = 0; ; retry++) {
      try {
        const held = await this.dataSource.query<Held[]>(STORE, [rows]);
        return new Map(held.map((row) => [keyOf(row), row.errors]));
      } catch (error) {
        const delay = RETRY_DELAYS_MS[retry];
        if (delay === undefined || isOurFault(error)) throw error;
        this.logger.warn(`Could not store ${batch.length} trials, trying again: ${messageOf(error)}`);
        await sleep(delay);
      }
    }
  }
}

const keyOf = ({ shardId, attempt }: Pick<Lease, 'shardId' | 'attempt'>): string => `${shardId}:${attempt}`;

/** Data that Postgres refuses (SQLSTATE class 22, 23 or 42) is refused again next time. */
function isOurFault(error: unknown): boolean {
  return /^(22|23|42)/.test((error as { code?: string }).code ?? '');
}
