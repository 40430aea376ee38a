import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AppError, isId, newId, type Page, type PageRequest } from '#libs/common';
import { newestFirst } from './newest-first.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { WebhookEntity } from './webhook.entity.js';

/** What was sent to a webhook, and what users have sent to it. */
@Injectable()
export class DeliveriesService {
  constructor(
    @InjectRepository(WebhookDeliveryEntity) private readonly deliveries: Repository<WebhookDeliveryEntity>,
  ) {}

  async list(webhook: WebhookEntity, page: PageRequest): Promise<Page<WebhookDeliveryEntity>> {
    const query = this.deliveries.createQueryBuilder('delivery').where({ webhookId: webhook.id });
    return newestFirst(query, page);
  }

  /** Queues a `webhook.test`. @throws AppError `webhook_inactive` */
  async test(webhook: WebhookEntity): Promise<WebhookDeliveryEntity> {
    demandActive(webhook);
    const id = newId();
    const payload = { webhook_id: webhook.id };
    await this.deliveries.insert({ id, webhookId: webhook.id, event: 'webhook.test', payload });
    return this.get(webhook, id);
  }

  /**
   * Queues a delivery once more, with all its tries and under its old id, by which a receiver knows it again.
   * @throws AppError `delivery_not_found` or `webhook_inactive`
   */
  async redeliver(webhook: WebhookEntity, id: string): Promise<WebhookDeliveryEntity> {
    await this.get(webhook, id);
    demandActive(webhook);
    await this.deliveries.update(id, {
      status: 'pending',
      attempts: 0,
      nextAttemptAt: () => 'now()',
      responseStatus: null,
      error: null,
      deliveredAt: null,
    });
    return this.get(webhook, id);
  }

  private async get(webhook: WebhookEntity, id: string): Promise<WebhookDeliveryEntity> {
    const delivery = isId(id) ? await this.deliveries.findOneBy({ webhookId: webhook.id, id }) : null;
    if (delivery) return delivery;
    throw AppError.notFound(
      'delivery_not_found',
      `Webhook ${webhook.id} has no delivery "${id}". See GET /api/v1/webhooks/${webhook.id}/deliveries.`,
    );
  }
}

function demandActive({ id, active }: WebhookEntity): void {
  if (active) return;
  throw AppError.conflict(
    'webhook_inactive',
    `Webhook ${id} is not active, so nothing is sent to it. Set "active" to true with PATCH /api/v1/webhooks/${id}.`,
  );
}
