import { EventEmitter } from 'node:events';
import { Agent, request, type Dispatcher } from 'undici';
import type { AddressGuard } from '#libs/outbound';
import { AgentError } from '../agent-error.js';
import type { Endpoint, ProviderConfig } from './endpoint.js';
import { CarriedFailure, refusal, toAgentError } from './provider-failure.js';
import { wholeEvents } from './whole-events.js';

/**
 * The sockets of one factory's agents, and the limits that hold on the wire.
 * @param guard of where they lead; absent: the operator said where.
 */
export function providerDispatcher(config: ProviderConfig, guard?: AddressGuard): Dispatcher {
  return new Agent({
    ...guard?.dispatcherOptions(),
    headersTimeout: config.headersTimeoutMs,
    // Between two reads of the body.
    bodyTimeout: config.idleTimeoutMs,
    maxResponseSize: config.maxResponseBytes,
  });
}

/** All that may leave of the headers an SDK sets: it would add what it finds in the environment, secrets too. */
const SENT_HEADERS = [
  'authorization',
  'x-api-key',
  'api-key',
  'anthropic-version',
  'content-type',
  'accept',
  'user-agent',
];

/** Ends one call early. undici listens to an emitter at a fraction of what an AbortSignal for each call would cost. */
class CallEnd extends EventEmitter {
  aborted = false;

  readonly abort = (): void => {
    this.aborted = true;
    this.emit('abort');
  };
}

const CALLS = new WeakMap<AbortSignal, Set<CallEnd>>();

/** The calls that a signal aborts. One listener for all of them: a list of hundreds would be searched for each. */
function callsUnder(signal: AbortSignal): Set<CallEnd> {
  let calls = CALLS.get(signal);
  if (!calls) {
    const under = (calls = new Set<CallEnd>());
    CALLS.set(signal, under);
    signal.addEventListener('abort', () => under.forEach((call) => call.abort()), { once: true });
  }
  return calls;
}

/** What a call hands to its SDK's method, which hands it on to `fetch`. */
export interface CallOptions {
  fetchOptions: Omit<RequestInit, 'method' | 'headers' | 'body' | 'signal'>;
}

/** The way of one agent's calls to its endpoint: an SDK's `fetch`, its other options, and the guard around a call. */
export class ProviderConnection {
  constructor(
    readonly endpoint: Endpoint,
    private readonly config: ProviderConfig,
    private readonly dispatcher: Dispatcher,
    /** Of the agent, in lower case. */
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Options that both SDKs take. Retries are the engine's, and their log would go around ours. */
  sdkOptions() {
    return {
      apiKey: this.endpoint.apiKey,
      baseURL: this.endpoint.baseUrl,
      maxRetries: 0,
      timeout: this.config.totalTimeoutMs,
      logLevel: 'off',
      fetch: this.fetch,
    } as const;
  }

  /**
   * Runs one call, which `signal` and the total time-out abort. The SDK gets neither: it would leave a listener on
   * whatever outlives the call.
   * @throws AgentError, or the reason of `signal` when that aborts.
   */
  async call<T>(signal: AbortSignal, work: (options: CallOptions) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const end = new CallEnd();
    const others = callsUnder(signal).add(end);
    const timer = setTimeout(end.abort, this.config.totalTimeoutMs);
    try {
      return await work({ fetchOptions: { end } as CallOptions['fetchOptions'] });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (end.aborted) throw this.tooLong();
      throw toAgentError(this.endpoint, error);
    } finally {
      clearTimeout(timer);
      others.delete(end);
    }
  }

  /**
   * `fetch` for an SDK, on `undici.request`: with the object below instead of a `Response`, calls take about half
   * the CPU of the global `fetch`. Error statuses are judged here, where the whole body is still at hand.
   */
  private readonly fetch = async (
    url: string | URL | Request,
    init: RequestInit & { end?: CallEnd } = {},
  ): Promise<Response> => {
    const { statusCode, headers, body } = await this.send(url instanceof Request ? url.url : url, init);
    const received = new ReceivedHeaders(headers);
    if (statusCode >= 300) {
      const text = await body.text().catch(() => '');
      throw new CarriedFailure(refusal(this.endpoint, parsed(text), statusCode, received));
    }
    const type = received.get('content-type') ?? '';
    if (type.startsWith('text/html')) {
      await body.dump();
      throw new CarriedFailure(this.webPage());
    }
    const response = {
      ok: true,
      status: statusCode,
      url,
      headers: received,
      body: type.startsWith('text/event-stream') ? wholeEvents(body, this.config.idleTimeoutMs) : body,
      json: () => body.json(),
      text: () => body.text(),
    };
    return response as unknown as Response;
  };

  private async send(
    url: string | URL,
    init: RequestInit & { end?: CallEnd },
  ): Promise<Dispatcher.ResponseData> {
    // Both SDKs hand over a Headers of their own; a copy of it would cost as much as the rest of this.
    const given = init.headers instanceof Headers ? init.headers : new Headers(init.headers);
    const headers: Record<string, string> = { ...this.headers };
    for (const name of SENT_HEADERS) {
      const value = given.get(name);
      if (value !== null) headers[name] = value;
    }
    const method = (init.method ?? 'POST').toUpperCase();
    const options = { method, headers, body: await bodyOf(init, headers), signal: init.end };
    try {
      return await request(url, { ...options, dispatcher: this.dispatcher });
    } catch (error) {
      throw init.end?.aborted ? error : new CarriedFailure(toAgentError(this.endpoint, error, false));
    }
  }

  private tooLong(): AgentError {
    const limit = `${this.config.totalTimeoutMs} ms`;
    return new AgentError(
      'retryable',
      'provider_timeout',
      `${this.endpoint.name} did not finish within ${limit}. Try again, or raise PROVIDER_TOTAL_TIMEOUT_MS.`,
    );
  }

  private webPage(): AgentError {
    return new AgentError(
      'retryable',
      'provider_html_response',
      `${this.endpoint.name} answered with a web page. Check that the base URL is that of an API, and that no proxy asks to sign in.`,
    );
  }
}

/** JSON text, or the form of an upload, whose boundary is told in the headers. */
async function bodyOf(
  { body }: RequestInit,
  headers: Record<string, string>,
): Promise<string | Buffer | undefined> {
  if (!(body instanceof FormData)) return typeof body === 'string' ? body : undefined;
  const form = new Response(body);
  headers['content-type'] = form.headers.get('content-type') ?? '';
  return Buffer.from(await form.arrayBuffer());
}

/** As much of `Headers` as the SDKs and we read. Building a real one for each response costs more than reading it. */
class ReceivedHeaders {
  constructor(private readonly record: Dispatcher.ResponseData['headers']) {}

  /** @param name in lower case. */
  get(name: string): string | null {
    const value = this.record[name];
    return value === undefined ? null : String(value);
  }

  entries(): IterableIterator<[string, string]> {
    return Object.keys(this.record)
      .map((name): [string, string] => [name, this.get(name) ?? ''])
      .values();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
