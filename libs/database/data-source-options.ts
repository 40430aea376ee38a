import type { DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '#migrations';
import { scopedDriver } from './scoped-pool.js';
import { SnakeNamingStrategy } from './snake-naming.strategy.js';

/** @param pool connections kept, and connections beyond those that a burst may open. */
export function dataSourceOptions(url: string, pool = { poolSize: 2, maxOverflow: 0 }): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    driver: scopedDriver,
    namingStrategy: new SnakeNamingStrategy(),
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    applicationName: 'aibench',
    poolErrorHandler: () => undefined, // a broken idle connection is replaced by the pool; /ready tells of an outage
    extra: {
      min: pool.poolSize,
      max: pool.poolSize + pool.maxOverflow,
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: 10_000,
    },
  };
}
