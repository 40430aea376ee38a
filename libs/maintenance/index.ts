export * from './maintenance-runner.js';
export * from './maintenance.module.js';
export * from './retention.js';
