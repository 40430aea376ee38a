import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AppError, isId, newId, type Page, type PageRequest } from '#libs/common';
import { GuardedClient } from '#libs/outbound';
import { newestFirst } from './newest-first.js';
import { newSecret } from './signature.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookEntity } from './webhook.entity.js';

export type NewWebhook = Pick<WebhookEntity, 'url' | 'events'>;
export type WebhookChange = Partial<NewWebhook & Pick<WebhookEntity, 'active'>>;

@Injectable()
export class WebhooksService {
  constructor(
    @InjectRepository(WebhookEntity) private readonly webhooks: Repository<WebhookEntity>,
    private readonly client: GuardedClient,
    private readonly secrets: WebhookSecrets,
  ) {}

  /**
   * @returns also the secret, for the only time.
   * @throws AppError for a URL that is not to be called, see `GuardedClient.check`, or `vault_not_configured`.
   */
  async create(
    workspaceId: string,
    { url, events }: NewWebhook,
  ): Promise<{ webhook: WebhookEntity; secret: string }> {
    await this.client.check(url);
    const id = newId();
    const secret = newSecret();
    const sealed = this.secrets.seal(secret, { id, workspaceId });
    await this.webhooks.insert({ id, workspaceId, url, events, ...sealed });
    return { webhook: await this.get(workspaceId, id), secret };
  }

  async list(workspaceId: string, page: PageRequest): Promise<Page<WebhookEntity>> {
    const query = this.webhooks.createQueryBuilder('webhook').where({ workspaceId });
    return newestFirst(query, page);
  }

  /** @throws AppError `webhook_not_found` */
  async get(workspaceId: string, id: string): Promise<WebhookEntity> {
    const webhook = isId(id) ? await this.webhooks.findOneBy({ workspaceId, id }) : null;
    if (webhook) return webhook;
    throw AppError.notFound('webhook_not_found', `There is no webhook "${id}". See GET /api/v1/webhooks.`);
  }

  /** @throws AppError as `get` and `create` do. */
  async update(workspaceId: string, id: string, change: WebhookChange): Promise<WebhookEntity> {
    await this.get(workspaceId, id);
    if (change.url !== undefined) await this.client.check(change.url);
    await this.webhooks.update({ workspaceId, id }, change);
    return this.get(workspaceId, id);
  }

  /** With its deliveries. @throws AppError `webhook_not_found` */
  async remove(workspaceId: string, id: string): Promise<void> {
    await this.get(workspaceId, id);
    await this.webhooks.delete({ workspaceId, id });
  }
}
