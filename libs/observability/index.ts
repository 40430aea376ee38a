export * from './metrics.js';
export * from './observability.module.js';
export { Logger } from 'nestjs-pino';
