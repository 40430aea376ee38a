import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, request, type Dispatcher } from 'undici';
import { AppError, messageOf, within } from '#libs/common';
import { AddressPolicy } from './address-policy.js';

/** Until a name is resolved, and until a connection stands. */
const CONNECT_MS = 5_000;
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
  private readonly policy: AddressPolicy;
  private readonly dispatcher: Dispatcher;

  /** @param allowed what is permitted beside public addresses: ranges (CIDR), addresses and host names. */
  constructor(
    allowed: readonly string[],
    private readonly lookup = (host: string): Promise<LookupAddress[]> => systemLookup(host, { all: true }),
  ) {
    this.policy = new AddressPolicy(allowed);
    this.dispatcher = new Agent({
      connect: {
        timeout: CONNECT_MS,
        // What is checked is what is connected to: a name that leads elsewhere by now helps nobody.
        lookup: (host, _options, done) => {
          this.resolve(host).then(
            (addresses) => done(null, addresses),
            (error: Error) => done(error, []),
          );
        },
      },
      // Tries all addresses, and so asks the look-up for all; with Node's 250 ms for each, distant hosts fail.
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1_000,
    });
  }

  /**
   * Whether the URL can be called, as far as that is known before it is.
   * @throws AppError `invalid_url`, `host_not_found` or `address_not_allowed`.
   */
  async check(url: string): Promise<void> {
    const host = this.hostOf(url);
    try {
      await within(CONNECT_MS, this.resolve(host));
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw AppError.invalid(
        'host_not_found',
        `The host "${host}" cannot be found: ${messageOf(error)}. Check how its name is written.`,
      );
    }
  }

  /**
   * Posts. A redirect is an answer like others and is not followed.
   * @returns the status of the answer; of its body at most 64 KiB are read, and none is kept.
   * @throws AppError, in words for whoever chose the URL: as `check`, or `no_answer`.
   */
  async post(url: string, headers: Record<string, string>, body: string): Promise<number> {
    const host = this.hostOf(url);
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
      const host = this.hostOf(target);
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

  /** The host of a URL that is fit to be called. Never shows the URL: its path, too, may be a secret. */
  private hostOf(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      throw invalidUrl('The URL is none of http or https. Give one such as https://example.com/hook.');
    }
    if (url.username !== '' || url.password !== '') {
      throw invalidUrl('The URL holds a user name or a password. Leave them out.');
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // Connecting to a literal address looks nothing up.
    if (isIP(host)) this.demand(host, host);
    return host;
  }

  private async resolve(host: string): Promise<LookupAddress[]> {
    const addresses = await this.lookup(host);
    for (const { address } of addresses) this.demand(address, host);
    return addresses;
  }

  private demand(address: string, host: string): void {
    if (this.policy.permits(address, host)) return;
    const what = host === address ? address : `"${host}" leads to ${address}, which`;
    throw AppError.invalid(
      'address_not_allowed',
      `${what} is no address of the public internet. Choose another URL, or have the operator add the address to OUTBOUND_ALLOWED.`,
    );
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

const invalidUrl = (message: string): AppError => AppError.invalid('invalid_url', message);
