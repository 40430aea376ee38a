export { checkRedis } from './bull/check-redis.js';
export { queueBoard } from './bull/queue-board.js';
export * from './job-catalogue.js';
export * from './queue.module.js';
export * from './run-queue.js';
