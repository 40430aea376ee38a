export * from './metrics.js';
export * from './operations-token.js';
export * from './observability.module.js';
export * from './tracing/tracing.js';
export { Logger } from 'nestjs-pino';
