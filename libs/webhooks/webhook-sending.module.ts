import { Module } from '@nestjs/common';
import { OutboundModule } from '#libs/outbound';
import { DeliveryStore } from './delivery-store.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksModule } from './webhooks.module.js';

/** The sending: what a worker process adds. */
@Module({ imports: [WebhooksModule, OutboundModule], providers: [WebhookSender, DeliveryStore] })
export class WebhookSendingModule {}
