import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { messageOf } from '#libs/common';
import { GuardedClient } from '#libs/outbound';
import { DeliveryStore, type ClaimedDelivery, type DeliveryOutcome } from './delivery-store.js';
import { retryDelayMs } from './retry-delay.js';
import { signedHeaders } from './signature.js';
import { toMessage } from './webhook-events.js';
import { WebhookSecrets } from './webhook-secrets.js';

const TICK_MS = 1000;
/** Requests of one worker at a time. */
const MAX_SENDING = 8;
/** The receiver wants no more of them. */
const GONE = 410;

/** Sends what is due. */
@Injectable()
export class WebhookSender implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(WebhookSender.name);
  private readonly sending = new Set<Promise<void>>();
  private claiming: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly client: GuardedClient,
    private readonly secrets: WebhookSecrets,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.secrets.sealAll();
  }

  /** Takes what is due and begins to send it. One that hangs holds up its own slot and nothing else. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.stopping || this.sending.size >= MAX_SENDING) return;
    this.claiming ??= this.claim().finally(() => (this.claiming = undefined));
    await this.claiming;
  }

  /** Starts nothing more and waits for what is under way, which the client's time limit bounds. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.claiming;
    await Promise.all(this.sending);
  }

  private async claim(): Promise<void> {
    try {
      for (const delivery of await this.deliveries.claim(MAX_SENDING - this.sending.size)) {
        const sent = this.send(delivery).finally(() => this.sending.delete(sent));
        this.sending.add(sent);
      }
    } catch (error) {
      this.logger.warn(
        `Could not look for webhooks to send, will again in ${TICK_MS} ms: ${messageOf(error)}`,
      );
    }
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    try {
      const outcome = await this.attempt(delivery);
      if (outcome.responseStatus === GONE) await this.deliveries.deactivate(delivery.webhookId);
      await this.deliveries.settle(delivery, outcome);
    } catch (error) {
      this.logger.warn(
        `What became of webhook delivery ${delivery.id} was not stored, so it is sent again: ${messageOf(error)}`,
      );
    }
  }

  private async attempt(delivery: ClaimedDelivery): Promise<DeliveryOutcome> {
    const { id, url, attempts, webhookId, workspaceId } = delivery;
    const body = JSON.stringify(toMessage(delivery));
    const retryMs = retryDelayMs(attempts, Math.random());
    try {
      const secret = this.secrets.open(delivery, { id: webhookId, workspaceId });
      const headers = { 'content-type': 'application/json', ...signedHeaders(secret, id, new Date(), body) };
      const responseStatus = await this.client.post(url, headers, body);
      const error = complaint(responseStatus);
      return { responseStatus, error, retryMs: responseStatus === GONE || error === null ? null : retryMs };
    } catch (error) {
      return { responseStatus: null, error: messageOf(error), retryMs };
    }
  }
}

/** What is wrong with an answer, in words; null where it is one of success. */
function complaint(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status === GONE) return 'The receiver answered 410 (Gone), so the webhook was set inactive.';
  if (status >= 300 && status < 400)
    return `The receiver answered ${status}, and redirects are not followed. Set the URL to where it leads.`;
  return `The receiver answered ${status}.`;
}
