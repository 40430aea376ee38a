export { MAX_BLOCK_MS } from './adaptive-limit.js';
export { CallDelayed } from './call-delayed.js';
export { CallLimiter } from './call-limiter.js';
export { CallLimit, type CallLimitSpec } from './call-limit.js';
export { LIMIT_DEFAULTS } from './limit-options.js';
export * from './limits.module.js';
export * from './permit.js';
