export * from './result-override.entity.js';
export * from './result.entity.js';
export * from './results-reader.js';
export * from './results.module.js';
export * from './rollup-sql.js';
export * from './rollup.entity.js';
export * from './transcript.entity.js';
export * from './trial.js';
