export * from './coordination.module.js';
export * from './rate-windows.js';
export * from './request-counts.js';
export * from './shared-cache.js';
export * from './shared-state.js';
export * from './signals.js';
