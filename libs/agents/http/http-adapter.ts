import type { Dispatcher } from 'undici';
import type { GuardedClient } from '#libs/outbound';
import { AgentAdapter, type AgentRequest, type AgentResponse } from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { plainOnly } from '../plain-only.js';
import { scrubbed } from '../scrub.js';
import { NO_KEY, type Endpoint, type ProviderConfig } from '../provider/endpoint.js';
import { refusal, toAgentError, truncatedResponse } from '../provider/provider-failure.js';
import { StreamedAnswer } from '../provider/streamed-answer.js';
import { wholeEvents } from '../provider/whole-events.js';
import { AnswerReader } from './answer-reader.js';
import { eventData } from './event-data.js';
import type { HttpSettings } from './http-settings.js';
import { JsonPath } from './json-path.js';
import { fill, fillText, valuesOf, type Values } from './placeholders.js';

/** An agent behind a URL of its own, asked and read as its settings say. */
export class HttpAdapter extends AgentAdapter {
  private readonly endpoint: Endpoint;
  private readonly reader: AnswerReader;

  /** @param secrets by their names; taken out of answers by whoever made this. */
  constructor(
    private readonly client: GuardedClient,
    private readonly limits: ProviderConfig,
    private readonly settings: HttpSettings,
    private readonly model: string,
    private readonly secrets: ReadonlyMap<string, string>,
  ) {
    super();
    this.reader = new AnswerReader(settings.response);
    this.endpoint = {
      name: `The server at ${new URL(settings.url).origin}`,
      baseUrl: settings.url,
      apiKey: NO_KEY,
      official: false,
      keyAdvice:
        "Check the agent's headers, and the secrets that they name: the workspace's, or the operator's AGENT_SECRET_*.",
      urlSetting: 'url',
    };
  }

  async complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    signal.throwIfAborted();
    plainOnly(request, 'http');
    const ending = AbortSignal.any([signal, AbortSignal.timeout(this.limits.totalTimeoutMs)]);
    let begun = false;
    try {
      const streamed = new StreamedAnswer();
      const answer = await this.send(valuesOf(request, this.model), ending);
      begun = true;
      await this.refuse(answer);
      if (this.settings.stream) return await this.readEvents(answer.body, streamed);
      return { ...this.readWhole(await this.text(answer.body)), ttftMs: null };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (ending.aborted) throw this.tooLong();
      throw toAgentError(this.endpoint, error, begun);
    }
  }

  private send(values: Values, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { url, method, query, headers, body, stream } = this.settings;
    const target = new URL(url);
    for (const [name, template] of Object.entries(query)) {
      target.searchParams.append(name, fillText(template, values));
    }
    const sent: Record<string, string> = { accept: stream ? 'text/event-stream' : '*/*' };
    if (body !== undefined) sent['content-type'] = 'application/json';
    for (const [name, value] of Object.entries(headers)) {
      sent[name.toLowerCase()] =
        typeof value === 'string' ? value : value.prefix + (this.secrets.get(value.secret) ?? '');
    }
    return this.client.request(target.href, {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(fill(body, values)),
      signal,
      headersTimeout: this.limits.headersTimeoutMs,
      bodyTimeout: this.limits.idleTimeoutMs,
    });
  }

  /** @throws AgentError for a status that is no success, and for a web page. */
  private async refuse({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<void> {
    const header = (name: string): string | null => headers[name]?.toString() ?? null;
    if (statusCode >= 300) {
      const said = this.redact(await this.text(body).catch(() => ''));
      throw refusal(this.endpoint, parsed(said) ?? said, statusCode, { get: header });
    }
    if (header('content-type')?.startsWith('text/html') && this.settings.response) {
      await body.dump().catch(() => undefined);
      throw new AgentError(
        'retryable',
        'provider_html_response',
        `${this.endpoint.name} answered with a web page. Check that url is that of an API, and that no proxy asks to sign in.`,
      );
    }
  }

  private readWhole(text: string): Omit<AgentResponse, 'ttftMs'> {
    return this.reader.read(this.settings.response ? JSON.parse(text) : text);
  }

  private async readEvents(body: AsyncIterable<Buffer>, answer: StreamedAnswer): Promise<AgentResponse> {
    const { stream } = this.settings;
    const path = new JsonPath(stream?.path ?? '');
    const events: unknown[] = [];
    let found = false;
    let done = stream?.done === undefined;
    for await (const data of eventData(wholeEvents(this.bounded(body), this.limits.idleTimeoutMs))) {
      if (data === stream?.done) {
        done = true;
        break;
      }
      const event: unknown = JSON.parse(data);
      const error = (event as { error?: unknown } | null)?.error;
      if (error !== undefined && error !== null) {
        throw refusal(this.endpoint, parsed(this.redact(JSON.stringify(event))));
      }
      for (const piece of path.read(event)) {
        if (typeof piece !== 'string') continue;
        found = true;
        answer.addText(piece);
      }
      if (this.reader.reads(event)) events.push(event);
    }
    const rest = this.reader.facts(events);
    if (!done) throw truncatedResponse(rest.usage);
    if (!found) throw this.reader.nothingAt(path.text, undefined, rest.usage);
    return { text: answer.text, toolCalls: [], ttftMs: answer.ttftMs, ...rest };
  }

  private async text(body: AsyncIterable<Buffer>): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.bounded(body)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  private async *bounded(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > this.limits.maxResponseBytes) {
        throw new AgentError(
          'agent_fault',
          'provider_response_too_large',
          `${this.endpoint.name} sent more than PROVIDER_MAX_RESPONSE_BYTES.`,
        );
      }
      yield chunk;
    }
  }

  private redact(text: string): string {
    return scrubbed(text, this.secrets.values());
  }

  private tooLong(): AgentError {
    return new AgentError(
      'retryable',
      'provider_timeout',
      `${this.endpoint.name} did not finish within ${this.limits.totalTimeoutMs} ms. Try again, or raise PROVIDER_TOTAL_TIMEOUT_MS.`,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
