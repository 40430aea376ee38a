export * from './guarded-client.js';
export * from './outbound.module.js';
