import type { LookupAddress } from 'node:dns';
import { Agent, request, type Dispatcher } from 'undici';
import { AppError, messageOf } from '#libs/common';
import { AddressGuard, CONNECT_MS } from './address-guard.js';

/** From the first look-up to the last byte of the answer. */
const TOTAL_MS = 10_000;
const MAX_RESPONSE_BYTES = 64 * 1024;
/** Of a download: until its answer begins, and between two pieces of it. */
const IDLE_MS = 30_000;
/** From the first look-up to the last byte of a download. */
const DOWNLOAD_MS = 600_000;
const MAX_REDIRECTS = 5;

/** Calls URLs that users chose. Whatever they lead to, no address is reached that the policy does not permit. */
export class GuardedClient {
  private readonly guard: AddressGuard;
  private readonly dispatcher: Dispatcher;

  /** @param allowed what is permitted beside public addresses: ranges (CIDR), addresses and host names. */
  constructor(allowed: readonly string[], lookup?: (host: string) => Promise<LookupAddress[]>) {
    this.guard = new AddressGuard(allowed, lookup);
    this.dispatcher = new Agent(this.guard.dispatcherOptions(CONNECT_MS));
  }

  /**
   * Whether the URL can be called, as far as that is known before it is.
   * @throws AppError `invalid_url`, `host_not_found` or `address_not_allowed`.
   */
  check(url: string): Promise<void> {
    return this.guard.check(url);
  }

  /**
   * Posts. A redirect is an answer like others and is not followed.
   * @returns the status of the answer; of its body at most 64 KiB are read, and none is kept.
   * @throws AppError, in words for whoever chose the URL: as `check`, or `no_answer`.
   */
  async post(url: string, headers: Record<string, string>, body: string): Promise<number> {
    const host = this.guard.hostOf(url);
    const signal = AbortSignal.timeout(TOTAL_MS);
    const { dispatcher } = this;
    try {
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher });
      // The receiver has answered by its status. Reading on keeps the connection, and so is tried and not insisted on.
      await answer.body.dump({ limit: MAX_RESPONSE_BYTES, signal }).catch(() => undefined);
      return answer.statusCode;
    } catch (error) {
      throw noAnswer(host, error, signal, TOTAL_MS);
    }
  }

  /**
   * The bytes that a URL leads to. Redirects are followed, five at most, and each is judged as the URL is; none leads
   * from https to http.
   * @param limit bytes that there may be.
   * @throws AppError, in words for whoever chose the URL: as `post`, `download_failed` or `file_too_large`.
   */
  async *download(url: string, limit: number): AsyncGenerator<Buffer> {
    const signal = AbortSignal.timeout(DOWNLOAD_MS);
    const { dispatcher } = this;
    let target = url;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const host = this.guard.hostOf(target);
      try {
        const times = { headersTimeout: IDLE_MS, bodyTimeout: IDLE_MS };
        const { statusCode, headers, body } = await request(target, { signal, dispatcher, ...times });
        if (statusCode === 200) {
          yield* atMost(limit, body as AsyncIterable<Buffer>, host);
          return;
        }
        await body.dump({ limit: MAX_RESPONSE_BYTES, signal }).catch(() => undefined);
        target = redirect(statusCode, headers.location, target, host);
      } catch (error) {
        throw noAnswer(host, error, signal, DOWNLOAD_MS);
      }
    }
    throw failed(`The URL leads from one to another more than ${MAX_REDIRECTS} times`);
  }

  /**
   * Begins a call whose answer the caller reads, and bounds. A redirect is an answer like others and is not followed.
   * @throws AppError as `check` does; whatever undici throws.
   */
  async request(
    url: string,
    options: Pick<
      Dispatcher.RequestOptions,
      'method' | 'headers' | 'body' | 'signal' | 'headersTimeout' | 'bodyTimeout'
    >,
  ): Promise<Dispatcher.ResponseData> {
    this.guard.hostOf(url);
    return request(url, { ...options, dispatcher: this.dispatcher });
  }
}

function noAnswer(host: string, error: unknown, signal: AbortSignal, ms: number): AppError {
  if (error instanceof AppError) return error;
  const reason = signal.aborted
    ? `nothing came within ${ms / 1000} s`
    : messageOf(error) || String((error as { code?: string }).code);
  return new AppError('unavailable', 'no_answer', `No answer from "${host}": ${reason}.`);
}

async function* atMost(limit: number, bytes: AsyncIterable<Buffer>, host: string): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > limit) {
      throw new AppError('too_large', 'file_too_large', `What "${host}" sends has more than ${limit} bytes.`);
    }
    yield chunk;
  }
}

function redirect(status: number, location: unknown, from: string, host: string): string {
  if (![301, 302, 303, 307, 308].includes(status) || typeof location !== 'string') {
    throw failed(`"${host}" answers with status ${status}, not with the file`);
  }
  if (!URL.canParse(location, from)) throw failed(`"${host}" redirects to what is no URL`);
  const target = new URL(location, from);
  if (from.startsWith('https:') && target.protocol === 'http:') {
    throw failed(`"${host}" redirects from https to http`);
  }
  return target.href;
}

const failed = (what: string): AppError => AppError.invalid('download_failed', `${what}. Check the URL.`);
