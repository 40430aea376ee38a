import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import {
  DELIVERY_STATUSES,
  RUN_EVENTS,
  toMessage,
  WEBHOOK_EVENTS,
  type WebhookDeliveryEntity,
  type WebhookEntity,
} from '#libs/webhooks';
import { pageOf } from '../http/page.schema.js';

const url = z
  .string()
  .min(1)
  .max(2000)
  .describe('http or https, on the public internet unless OUTBOUND_ALLOWED says otherwise');
const events = z.array(z.enum(RUN_EVENTS)).min(1).max(RUN_EVENTS.length);

const newWebhookSchema = z
  .strictObject({ url, events: events.default([...RUN_EVENTS]) })
  .meta({ examples: [{ url: 'https://example.com/hook', events: ['run.completed', 'run.failed'] }] });

const webhookChangeSchema = z
  .strictObject({ url: url.optional(), events: events.optional(), active: z.boolean().optional() })
  .refine((change) => Object.keys(change).length > 0, 'give url, events or active')
  .meta({ examples: [{ active: false }] });

const webhookSchema = z.object({
  id: z.uuid(),
  url: z.string(),
  events: z.array(z.enum(RUN_EVENTS)),
  active: z.boolean().describe('Nothing is sent to one that is not; an answer of 410 sets it to false'),
  created_at: z.iso.datetime(),
});

const deliverySchema = z.object({
  id: z.uuid().describe('The header webhook-id, the same on every try'),
  webhook_id: z.uuid(),
  event: z.enum(WEBHOOK_EVENTS),
  run_id: z.uuid().nullable(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.int(),
  next_attempt_at: z.iso.datetime().nullable().describe('Null once it is delivered or has failed'),
  response_status: z.int().nullable().describe('Of the last try; null where no answer came'),
  error: z.string().nullable().describe('Of the last try'),
  created_at: z.iso.datetime(),
  delivered_at: z.iso.datetime().nullable(),
  body: z
    .object({
      type: z.enum(WEBHOOK_EVENTS),
      timestamp: z.iso.datetime(),
      data: z.record(z.string(), z.unknown()),
    })
    .describe('What is sent'),
});

export class NewWebhookDto extends createZodDto(newWebhookSchema) {}
export class WebhookChangeDto extends createZodDto(webhookChangeSchema) {}
export class WebhookDto extends createZodDto(webhookSchema) {}
export class CreatedWebhookDto extends createZodDto(
  webhookSchema.extend({ secret: z.string().describe('The key of the signatures; shown this once') }),
) {}
export class WebhookPageDto extends createZodDto(pageOf(webhookSchema, 'Webhook')) {}
export class DeliveryDto extends createZodDto(deliverySchema) {}
export class DeliveryPageDto extends createZodDto(pageOf(deliverySchema, 'Delivery')) {}

export const toWebhookJson = (webhook: WebhookEntity): z.infer<typeof webhookSchema> => ({
  id: webhook.id,
  url: webhook.url,
  events: webhook.events,
  active: webhook.active,
  created_at: webhook.createdAt.toISOString(),
});

export const toDeliveryJson = (delivery: WebhookDeliveryEntity): z.infer<typeof deliverySchema> => ({
  id: delivery.id,
  webhook_id: delivery.webhookId,
  event: delivery.event,
  run_id: delivery.runId,
  status: delivery.status,
  attempts: delivery.attempts,
  next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
  response_status: delivery.responseStatus,
  error: delivery.error,
  created_at: delivery.createdAt.toISOString(),
  delivered_at: delivery.deliveredAt?.toISOString() ?? null,
  body: toMessage(delivery),
});
