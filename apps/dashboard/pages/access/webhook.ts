import type { components } from '../../../cli/api/schema.js';

export type Webhook = components['schemas']['Webhook'];
export type Delivery = components['schemas']['Delivery'];
export type WebhookEvent = Webhook['events'][number];

export const EVENTS: WebhookEvent[] = ['run.completed', 'run.failed', 'run.cancelled', 'run.paused'];
