export * from './metrics.js';
export * from './operations-token.js';
export * from './observability.module.js';
export { Logger } from 'nestjs-pino';
