import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '#libs/auth';
import { OutboundModule } from '#libs/outbound';
import { DeliveriesService } from './deliveries.service.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEntity } from './webhook.entity.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhooksService } from './webhooks.service.js';

/** Everything about webhooks but the sending. */
@Module({
  imports: [AuthModule, OutboundModule, TypeOrmModule.forFeature([WebhookEntity, WebhookDeliveryEntity])],
  providers: [WebhooksService, DeliveriesService, WebhookOutbox, WebhookSecrets],
  exports: [WebhooksService, DeliveriesService, WebhookOutbox, WebhookSecrets],
})
export class WebhooksModule {}
