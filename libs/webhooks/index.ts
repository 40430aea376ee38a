export * from './deliveries.service.js';
export * from './webhook-delivery.entity.js';
export * from './webhook-events.js';
export * from './webhook-outbox.js';
export * from './webhook-sending.module.js';
export * from './webhook.entity.js';
export * from './webhooks.module.js';
export * from './webhooks.service.js';
