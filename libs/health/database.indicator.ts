import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { within } from '#libs/common';
import { READY_MS } from './ready-ms.js';

/** Postgres answers, and has every migration that this build knows. */
@Injectable()
export class DatabaseIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  async check(key: string): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(key);
    try {
      const pending = await within(READY_MS, this.pendingMigrations());
      return pending.length === 0
        ? indicator.up()
        : indicator.down(
            `Migrations are missing: ${pending.join(', ')}. The start of a process of this release applies them.`,
          );
    } catch {
      // The reason may hold host names and users, which an open probe must not tell.
      return indicator.down('Postgres does not answer.');
    }
  }

  private async pendingMigrations(): Promise<string[]> {
    const done = await this.dataSource.query<{ name: string }[]>('SELECT name FROM migrations');
    const names = new Set(done.map(({ name }) => name));
    return this.dataSource.migrations
      .map((migration) => migration.constructor.name)
      .filter((name) => !names.has(name));
  }
}
