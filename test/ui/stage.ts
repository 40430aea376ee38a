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

/** Calls the API as the page does. */
export const asReader =
  (page: Page) =>
  async <T = any>(method: string, path: string, data?: object): Promise<T> => {
    const { ok, text } = await page.evaluate(
      async ([verb, address, body]) => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(address, { method: verb, ...(body !== '' && { headers, body }) });
        return { ok: answer.ok, text: await answer.text() };
      },
      [method, path, data ? JSON.stringify(data) : ''] as const,
    );
    if (!ok) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text) as T;
  };
