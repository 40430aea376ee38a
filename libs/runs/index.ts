export * from './execution.module.js';
export * from './run-completion.js';
export * from './run-config.js';
export * from './run-creator.js';
export * from './run-progress.js';
export * from './run-state.js';
export * from './runs-reader.js';
export * from './runs.module.js';
export { ShardStore } from './shard-store.js';
