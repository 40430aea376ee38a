import { describe, expect, it } from 'vitest';
import { AddressPolicy } from './address-policy.js';

describe('AddressPolicy', () => {
  const strict = new AddressPolicy([]);

  it.each(['93.184.215.14', '8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
    'permits the public %s',
    (address) => expect(strict.permits(address, 'example.com')).toBe(true),
  );

  it.each([
    ['this host', '0.0.0.0'],
    ['this host', '::'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '192.168.1.1'],
    ['shared (RFC 6598), and Alibaba’s metadata', '100.100.100.200'],
    ['link-local, and metadata', '169.254.169.254'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['unique local, and AWS’ metadata', 'fd00:ec2::254'],
    ['Azure’s platform', '168.63.129.16'],
    ['Oracle’s metadata', '192.0.0.192'],
    ['documentation', '192.0.2.1'],
    ['documentation', '2001:db8::1'],
    ['benchmarking', '198.18.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['IPv4 mapped', '::ffff:127.0.0.1'],
    ['IPv4 mapped, in hex', '::ffff:7f00:1'],
    ['IPv4 mapped and private', '::ffff:10.1.2.3'],
    ['IPv4 compatible', '::127.0.0.1'],
    ['IPv4 compatible, in hex', '::7f00:1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:7f00:1::'],
    ['not given out', '4000::1'],
  ])('refuses what is %s: %s', (_kind, address) => {
    expect(strict.permits(address, 'example.com')).toBe(false);
  });

  it('permits what the operator names, and no more', () => {
    const policy = new AddressPolicy(['10.1.0.0/16', '192.168.7.7', 'fd00::/8', '::1', 'Receiver.internal']);
    const permitted = (...addresses: string[]): boolean[] =>
      addresses.map((address) => policy.permits(address, 'elsewhere'));
    expect(permitted('10.1.2.3', '::ffff:10.1.2.3', '192.168.7.7', 'fd12::1', '::1')).not.toContain(false);
    expect(permitted('10.2.0.1', '192.168.7.8', '127.0.0.1', 'fe80::1')).not.toContain(true);
    expect(policy.permits('127.0.0.1', 'receiver.INTERNAL.')).toBe(true);
    expect(policy.permits('127.0.0.1', 'receiver.internal.example.com')).toBe(false);
  });
});
