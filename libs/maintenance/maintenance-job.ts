import type { QueryRunner } from 'typeorm';

export type Detail = Record<string, unknown>;

/** Something that is done to the whole service from time to time. To add one, list it in `maintenance.module.ts`. */
export abstract class MaintenanceJob {
  abstract readonly name: string;
  /** What it does, for whoever looks at the list. */
  abstract readonly description: string;
  abstract readonly everySeconds: number;

  /**
   * @param sql the connection that holds the job's lock, outside of any transaction; what runs on it is cancelled when the
   * process stops.
   * @param before what it came to the last time.
   * @returns what it came to; it is logged and shown.
   */
  abstract run(sql: QueryRunner, before: Detail | null): Promise<Detail>;
}

export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
