/** What a webhook can ask for. */
export const RUN_EVENTS = ['run.completed', 'run.failed', 'run.cancelled', 'run.paused'] as const;
export type RunEventType = (typeof RUN_EVENTS)[number];

/** What is sent: also `webhook.test`, to whoever asks for it. */
export const WEBHOOK_EVENTS = [...RUN_EVENTS, 'webhook.test'] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENTS)[number];

/** The body of a request, as the Standard Webhooks specification recommends it. */
export interface WebhookMessage {
  type: WebhookEventType;
  /** When it happened, ISO 8601; not when it is sent. */
  timestamp: string;
  data: Record<string, unknown>;
}

export const toMessage = (delivery: {
  event: WebhookEventType;
  createdAt: Date;
  payload: Record<string, unknown>;
}): WebhookMessage => ({
  type: delivery.event,
  timestamp: delivery.createdAt.toISOString(),
  data: delivery.payload,
});
