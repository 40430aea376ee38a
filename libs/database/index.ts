export * from './data-source-options.js';
export * from './database.module.js';
export * from './migrate.js';
export * from './snapshots.js';
export * from './workspace-scope.js';
export { EmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
