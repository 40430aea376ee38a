import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { Agent } from 'undici';
import { AppError, messageOf, within } from '#libs/common';
import { AddressPolicy } from './address-policy.js';

/** Until a name is resolved, and until a connection stands. */
export const CONNECT_MS = 5_000;

/** Judges where a URL that users chose leads, at save and as it is connected to. */
export class AddressGuard {
  private readonly policy: AddressPolicy;

  /** @param allowed what is permitted beside public addresses: ranges (CIDR), addresses and host names. */
  constructor(
    allowed: readonly string[],
    private readonly lookup = (host: string): Promise<LookupAddress[]> => systemLookup(host, { all: true }),
  ) {
    this.policy = new AddressPolicy(allowed);
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
   * The host of a URL that is fit to be called. Never shows the URL: its path, too, may be a secret.
   * A literal address is judged here, since connecting to it looks nothing up.
   * @throws AppError `invalid_url` or `address_not_allowed`.
   */
  hostOf(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      throw invalidUrl('The URL is none of http or https. Give one such as https://example.com/hook.');
    }
    if (url.username !== '' || url.password !== '') {
      throw invalidUrl('The URL holds a user name or a password. Leave them out.');
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host)) this.demand(host, host);
    return host;
  }

  /**
   * For the dispatcher whose connections it judges. What is checked is what is connected to: a name that leads
   * elsewhere by now helps nobody.
   * @param timeout of a connection, in milliseconds; absent: undici's.
   */
  dispatcherOptions(timeout?: number): Agent.Options {
    return {
      connect: {
        ...(timeout !== undefined && { timeout }),
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
    };
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

const invalidUrl = (message: string): AppError => AppError.invalid('invalid_url', message);
