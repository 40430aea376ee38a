export * from './run-view.js';
export * from './stored-runs.js';
