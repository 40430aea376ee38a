import { DataSource } from 'typeorm';
import { expect, it, onTestFinished } from 'vitest';
import { createTestDatabase } from '#test/support/postgres';
import { dataSourceOptions } from './data-source-options.js';
import { migrate } from './migrate.js';

it('gives a table back to those who wait for it where a migration does not get it, and is done when it does', async () => {
  const { url, drop } = await createTestDatabase();
  const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
  onTestFinished(async () => {
    await dataSource.destroy();
    await drop();
  });
  const pending = (): Promise<boolean> => dataSource.showMigrations();
  await dataSource.undoLastMigration();
  const writer = dataSource.createQueryRunner();
  await writer.startTransaction();
  // What the last migration alters, as whoever writes to it does.
  await writer.query('LOCK TABLE runs IN ROW EXCLUSIVE MODE');
  await expect(migrate(url)).rejects.toMatchObject({ code: 'migration_blocked' });
  expect(await pending()).toBe(true);
  await writer.commitTransaction();
  await writer.release();
  await Promise.all([migrate(url), migrate(url)]);
  expect(await pending()).toBe(false);
});
