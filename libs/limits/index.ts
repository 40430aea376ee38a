export { CallDelayed } from './call-delayed.js';
export { CallLimiter } from './call-limiter.js';
export { CallLimit, type CallLimitSpec } from './call-limit.js';
export * from './limits.module.js';
export * from './permit.js';
