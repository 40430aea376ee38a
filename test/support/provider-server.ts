import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchEndpoints, type BatchControl } from './provider-server/batches.js';
import {
  protocolOf,
  wires,
  type Protocol,
  type ProviderAnswer,
  type ProviderMessage,
} from './provider-server/protocols.js';

export type { ProviderAnswer } from './provider-server/protocols.js';

/** One call that the server got. */
export interface ProviderCall {
  protocol: Protocol;
  model: string;
  messages: ProviderMessage[];
  headers: IncomingHttpHeaders;
  /** Path and query. */
  url: string;
  /** The request as it came. */
  body: Record<string, unknown>;
}

/** How the server treats a call; the empty behaviour answers at once and well. */
export interface ProviderBehaviour {
  /** Before the first byte. */
  delayMs?: number;
  /** Before each piece of a streamed answer. */
  pieceDelayMs?: number;
  /** Sent instead of an answer: an error, a web page, nonsense. An object is sent as JSON. */
  reply?: { status?: number; headers?: Record<string, string>; body?: string | object };
  /** Half way into the answer: say no more, or close the connection. */
  midway?: 'stall' | 'cut';
  /** Says only that it is still there, at this interval, and never answers. */
  keepAliveMs?: number;
  /** Of a request in a batch: the batch ends without having tried it. */
  untried?: true;
  /** Sends this many bytes of one endless line instead of an answer. */
  hugeBytes?: number;
}

/** Every call alike; one for each of the next calls, which then are treated well; or whatever a function says. */
export type Behaviours =
  | ProviderBehaviour
  | ProviderBehaviour[]
  | ((call: ProviderCall, index: number) => ProviderBehaviour | undefined);

export interface ProviderServerOptions {
  /** Default 0: any free port. */
  port?: number;
  /** By the content of the last message, or by a function of the call. */
  answer: Record<string, string> | ((call: ProviderCall) => string | ProviderAnswer);
}

export interface ProviderServer {
  /** `http://127.0.0.1:<port>`; OpenAI clients append `/v1` to their base URL themselves. */
  url: string;
  /** Every call so far, in order of arrival. */
  ledger: ProviderCall[];
  batches: BatchControl;
  behave(behaviours: Behaviours): void;
  close(): Promise<void>;
}

/**
 * A loopback provider that speaks Chat Completions, Responses and Messages, whole and streamed, Embeddings,
 * `/v1/models`, and the batch APIs.
 */
export async function startProviderServer(options: ProviderServerOptions): Promise<ProviderServer> {
  const ledger: ProviderCall[] = [];
  let behaviours: Behaviours = {};
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  // Requests of a batch are in the ledger as calls, and are treated when the batch ends.
  const inBatch = new Map<object, ProviderCall>();
  const batches = new BatchEndpoints(
    (request) => {
      const call = inBatch.get(request) as ProviderCall;
      const { reply: instead, untried } = next(call, ledger.indexOf(call));
      if (untried) return null;
      if (instead) return { status: instead.status ?? 200, body: instead.body };
      return { status: 200, body: wires[call.protocol].whole(call.model, withUsage(call, answerTo(call))) };
    },
    (request) => {
      const { protocol, body } = request;
      const call = {
        protocol,
        model: String(body.model),
        messages: wires[protocol].messages(body),
        headers: {},
        url: '',
        body,
      };
      inBatch.set(request, call);
      ledger.push(call);
    },
  );

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://loopback').pathname;
    if (path === '/v1/models') return json(response, 200, { object: 'list', data: [{ id: 'loopback' }] });
    if (await batches.handle(request, path, response)) return;
    const protocol = protocolOf(path);
    if (!protocol) return json(response, 404, { error: { message: `No such path: ${path}` } });
    const call = readCall(protocol, request, await readBody(request));
    const index = ledger.push(call) - 1;
    await treat(call, response, next(call, index));
  }

  function next(call: ProviderCall, index: number): ProviderBehaviour {
    if (typeof behaviours === 'function') return behaviours(call, index) ?? {};
    return Array.isArray(behaviours) ? (behaviours.shift() ?? {}) : behaviours;
  }

  async function treat(
    call: ProviderCall,
    response: ServerResponse,
    behaviour: ProviderBehaviour,
  ): Promise<void> {
    if (behaviour.delayMs) await sleep(behaviour.delayMs);
    if (behaviour.reply) return reply(response, behaviour.reply);
    if (behaviour.keepAliveMs) return keepAlive(response, behaviour.keepAliveMs);
    if (behaviour.hugeBytes) return huge(response, behaviour.hugeBytes);
    const answer = withUsage(call, answerTo(call));
    const wire = wires[call.protocol];
    const stream = call.body.stream === true;
    const parts = stream
      ? wire.events(call.model, answer)
      : halves(JSON.stringify(wire.whole(call.model, answer)));
    response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
    for (const [i, part] of parts.entries()) {
      if (behaviour.pieceDelayMs) await sleep(behaviour.pieceDelayMs);
      if (behaviour.midway && i >= parts.length / 2)
        return behaviour.midway === 'cut' ? cut(response) : undefined;
      response.write(part);
    }
    response.end();
  }

  function answerTo(call: ProviderCall): string | ProviderAnswer {
    if (typeof options.answer === 'function') return options.answer(call);
    const question = call.messages.at(-1)?.content ?? '';
    return options.answer[question] ?? `No answer is recorded for: ${question}`;
  }

  await new Promise<void>((listening) => server.listen(options.port ?? 0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ledger,
    batches: batches.control,
    behave: (wanted) => {
      behaviours = wanted;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function readCall(protocol: Protocol, { headers, url = '' }: IncomingMessage, text: string): ProviderCall {
  const body = JSON.parse(text) as Record<string, unknown>;
  return {
    protocol,
    model: String(body.model),
    messages: wires[protocol].messages(body),
    headers,
    url,
    body,
  };
}

function withUsage(call: ProviderCall, answer: string | ProviderAnswer): ProviderAnswer {
  const given = typeof answer === 'string' ? { text: answer } : answer;
  const tokens = (characters: number): number => Math.ceil(characters / 4);
  const prompt = call.messages.reduce((sum, { content }) => sum + content.length, 0);
  return { usage: { input: tokens(prompt), output: tokens(given.text.length) }, ...given };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const halves = (text: string): string[] => [text.slice(0, text.length / 2), text.slice(text.length / 2)];

function json(response: ServerResponse, status: number, body: object): void {
  reply(response, { status, body });
}

function reply(
  response: ServerResponse,
  { status = 200, headers, body = '' }: NonNullable<ProviderBehaviour['reply']>,
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

/** As a crashed server does: the bytes so far, then a reset. */
function cut(response: ServerResponse): void {
  setTimeout(() => response.destroy(), 20);
}

async function keepAlive(response: ServerResponse, intervalMs: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  while (!response.destroyed) {
    response.write(': keep-alive\n\n');
    await sleep(intervalMs);
  }
}

async function huge(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const block = 'x'.repeat(65_536);
  for (let sent = 0; sent < bytes && !response.destroyed; sent += block.length) {
    if (!response.write(block)) await Promise.race([drained(response), sleep(50)]);
  }
  response.end();
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => response.once('drain', resolve));
