import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

const CURRENT = 'SELECT pg_current_snapshot()::text AS name';
/** A transaction that changes no row, and has a number. */
const EMPTY = 'SELECT pg_current_xact_id()';

/**
 * Which transactions a statement sees: "Transaction ID and Snapshot Information Functions" of PostgreSQL's manual. A name
 * does not come again while the server runs; after a crash of it, or on another that takes its place, it may.
 */
@Injectable()
export class Snapshots {
  private next: Promise<string> | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Names what a statement sees that is sent now. While the name stays the same, nobody has committed anything, in whichever
   * process. All who ask within one turn of the event loop share a statement, sent after the last of them asked.
   */
  current(): Promise<string> {
    this.next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.ask());
    return this.next;
  }

  /**
   * Has the name change although no row did: for who changed what is read beside Postgres. Never throws: without Postgres
   * nobody learns a name.
   */
  async advance(): Promise<void> {
    await this.dataSource.query(EMPTY).catch(() => undefined);
  }

  private async ask(): Promise<string> {
    this.next = undefined;
    // With parameters, if none: only such a statement is prepared.
    const [snapshot] = await this.dataSource.query<[{ name: string }]>(CURRENT, []);
    return snapshot.name;
  }
}
