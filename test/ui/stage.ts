import type { Browser, Page } from 'playwright-core';
import type { Client } from '#test/support/service';
import type { ProviderServer } from '#test/support/provider-server';
import type { SpawnedService } from '#test/support/spawned-service';
import type { WebhookReceiver } from '#test/support/webhook-receiver';

/** One service for all, from its first start on: what one flow makes, the next ones find. */
export interface Stage {
  service: SpawnedService;
  client: Client;
  browser: Browser;
  /** Of the first admin. */
  page: Page;
  provider: ProviderServer;
  receiver: WebhookReceiver;
}

/** Somebody's way to what they want. */
export type Flow = (name: string, go: (stage: Stage) => Promise<void>) => void;

/** Calls the API with the session of the page. */
export const asReader =
  (page: Page) =>
  async <T = any>(method: string, path: string, data?: object): Promise<T> => {
    const answer = await page.request.fetch(path, { method, data });
    if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
    return answer.json() as Promise<T>;
  };
