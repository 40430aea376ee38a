import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** All of IPv6 that is given out for the public internet; what lies beside it may hide an IPv4 address. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** A public address by its number, where Azure talks to its virtual machines alone. */
const AZURE_PLATFORM = '168.63.129.16';

/** Which addresses users may have us call: public ones, and what the operator names in OUTBOUND_ALLOWED. */
export class AddressPolicy {
  private readonly hosts: Set<string>;
  private readonly ranges: [Address, number][];

  /** @param allowed ranges (CIDR), addresses and host names. */
  constructor(allowed: readonly string[]) {
    const isHost = (entry: string): boolean => !entry.includes('/') && isIP(entry) === 0;
    this.hosts = new Set(allowed.filter(isHost).map(plainHost));
    this.ranges = allowed.filter((entry) => !isHost(entry)).map(toRange);
  }

  /** @param host the name that led to the address, or the address itself. */
  permits(address: string, host: string): boolean {
    // Of an IPv4 address in an IPv6 one, the inner one is what the packets reach.
    const ip = ipaddr.process(address);
    return (
      isPublic(ip) ||
      this.hosts.has(plainHost(host)) ||
      this.ranges.some(([range, bits]) => range.kind() === ip.kind() && ip.match(range, bits))
    );
  }
}

function isPublic(ip: Address): boolean {
  if (ip.range() !== 'unicast') return false;
  return ip.kind() === 'ipv6' ? ip.match(PUBLIC_IPV6) : ip.toString() !== AZURE_PLATFORM;
}

function toRange(entry: string): [Address, number] {
  if (entry.includes('/')) return ipaddr.parseCIDR(entry);
  return [ipaddr.parse(entry), isIP(entry) === 4 ? 32 : 128];
}

/** DNS knows no case, and a dot at the end only says that the name is whole. */
const plainHost = (host: string): string => host.toLowerCase().replace(/\.$/, '');
