import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { wires } from '#test/support/provider-server/protocols';
import { answerText, usageOf, type Behaviour, type LedgerCall, type Treatment } from './ledger.js';

/**
 * A provider in a process of its own that keeps a ledger of every Chat Completions call, whatever becomes of the
 * callers. Prints its URL; `PUT /behaviour` and `GET /ledger` are the runner's; ends with its parent.
 */
const HUGE_BYTES = 100_000_000;
const RETRY_AFTER_SECONDS = 2;

const ledger: LedgerCall[] = [];
const strikes = new Map<string, number>();
let behaviour: Behaviour = { delayMs: 0 };

/** How each fault answers. Only an answer without choices has a bill, for the prompt that was read. */
const TREATMENTS: Record<Treatment, (response: ServerResponse, call: LedgerCall) => void | Promise<void>> = {
  rate_limited: (response) => complain(response, 429, 'rate_limit_exceeded'),
  rate_limited_with_retry_after: (response) =>
    complain(response.setHeader('retry-after', RETRY_AFTER_SECONDS), 429, 'rate_limit_exceeded'),
  server_error: (response) => complain(response, 500, 'server_error'),
  truncated_json: (response, call) => {
    const text = JSON.stringify(wholeAnswer(call));
    send(response, 200, text.slice(0, text.length / 2));
  },
  web_page: (response) => {
    response.setHeader('content-type', 'text/html');
    send(response, 200, '<!doctype html><title>Sign in</title>');
  },
  no_choices: (response, call) => {
    call.inputTokens = usageOf(call.question).input;
    send(response, 200, JSON.stringify({ ...wholeAnswer(call, 0), choices: [] }));
  },
  stall: (response, call) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(eventsOf(call)[0]);
  },
  keep_alive: async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (; !response.destroyed; await sleep(100)) response.write(': keep-alive\n\n');
  },
  huge: async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // Who leaves before the end ends it.
    await pipeline(endlessLine, response).catch(() => undefined);
  },
  reset_midway: (response, call) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(eventsOf(call)[0]);
    response.socket?.resetAndDestroy();
  },
};

async function complete(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await json(request)) as Record<string, unknown>;
  const question = Number(/\d+/.exec(wires.chat.messages(body).at(-1)?.content ?? '')?.[0]);
  const call: LedgerCall = {
    id: `call-${ledger.length}`,
    model: String(body.model),
    question,
    seed: Number(body.seed),
    status: 0,
    treatment: 'answer',
    inputTokens: 0,
    outputTokens: 0,
    answered: false,
    leftByClient: false,
  };
  ledger.push(call);
  const treatment = treatmentOf(call);
  const { socket } = request;
  response.on('finish', () => (call.answered = !socket.destroyed && !socket.readableEnded));
  response.on('close', () => (call.leftByClient = !response.writableFinished));
  await sleep(behaviour.delayMs);
  if (treatment) await TREATMENTS[treatment](response, call);
  else answer(response, call, body.stream === true);
  call.status = response.statusCode;
}

function treatmentOf(call: LedgerCall): Treatment | undefined {
  const { strike } = behaviour;
  if (!strike || call.question % strike.every !== 0) return undefined;
  const trial = `${call.model} ${call.question} ${call.seed}`;
  const before = strikes.get(trial) ?? 0;
  if (before >= strike.times) return undefined;
  strikes.set(trial, before + 1);
  return (call.treatment = strike.treatment);
}

function answer(response: ServerResponse, call: LedgerCall, stream: boolean): void {
  const { input, output } = usageOf(call.question);
  Object.assign(call, { inputTokens: input, outputTokens: output });
  if (!stream) return send(response, 200, JSON.stringify(wholeAnswer(call)));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(eventsOf(call).join(''));
}

const answerOf = ({ id, question }: LedgerCall, output = usageOf(question).output) => ({
  id,
  text: answerText(question),
  usage: { ...usageOf(question), output },
});
const wholeAnswer = (call: LedgerCall, output?: number): object =>
  wires.chat.whole(call.model, answerOf(call, output)) as object;
const eventsOf = (call: LedgerCall): string[] => wires.chat.events(call.model, answerOf(call));

function complain(response: ServerResponse, status: number, type: string): void {
  send(response, status, JSON.stringify({ error: { message: 'Not now.', type, code: type } }));
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json');
  response.writeHead(status).end(text);
}

function* endlessLine(): Generator<Buffer> {
  const block = Buffer.alloc(65_536, 'x');
  for (let sent = 0; sent < HUGE_BYTES; sent += block.length) yield block;
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider');
  const handle = async (): Promise<void> => {
    if (pathname === '/v1/chat/completions') return complete(request, response);
    if (pathname === '/behaviour') behaviour = (await json(request)) as Behaviour;
    const model = searchParams.get('model');
    send(response, 200, JSON.stringify(ledger.filter((call) => call.model === model)));
  };
  handle().catch((error: unknown) => response.destroy(error as Error));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.stdin.resume().on('end', () => process.exit(0));
