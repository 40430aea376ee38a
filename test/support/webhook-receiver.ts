import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  /** As it came: signatures are of bytes. */
  body: string;
}

export interface WebhookReceiver {
  /** Of a hook on 127.0.0.1. */
  url: string;
  /** Every request so far, in order of arrival. */
  received: ReceivedWebhook[];
  /** Waits for so many. @returns the last of them. */
  until(count: number): Promise<ReceivedWebhook>;
  /** The statuses of the next answers, the last of them for good; `hang` is none. A redirect leads to /elsewhere. */
  answer(...answers: (number | 'hang')[]): void;
  close(): Promise<void>;
}

/** A server that is told of what happens; it answers 204. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  let answers: (number | 'hang')[] = [204];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (typeof answer === 'number') response.writeHead(answer, { location: '/elsewhere' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    until: async (count) => {
      for (;;) {
        const last = received[count - 1];
        if (last) return last;
        await sleep(20);
      }
    },
    answer: (...wanted) => {
      answers = wanted;
    },
    close: async () => {
      server.close().closeAllConnections();
    },
  };
}
