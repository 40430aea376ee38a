export * from './coordination.module.js';
export * from './rate-windows.js';
export * from './shared-state.js';
export * from './signals.js';
