export * from './database.module.js';
export * from './migrate.js';
