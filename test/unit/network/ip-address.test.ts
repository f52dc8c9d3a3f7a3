import { describe, expect, test } from 'vitest';

import {
  addressPrefix,
  formatIpAddress,
  isLoopback,
  isPrivate,
  parseIpAddress,
  type IpAddress,
} from '../../../src/network/ip-address.js';

function ip(text: string): IpAddress {
  const parsed = parseIpAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

describe('parseIpAddress', () => {
  test.each([
    '',
    ' ',
    'unknown',
    '_obf',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '010.0.0.1',
    '10.0.0.01',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0.1\n',
    '10.0.0.1:80',
    '10.0.0.1/32',
    '10.0.0.256',
    '10.0.0',
    '10.0.0.1.1',
    '１0.0.0.1',
    '::ffff:010.0.0.1',
    '[::1]',
    '[::1]:80',
    'fe80::1%eth0',
    '::1%',
    '::1%25eth0',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '1'.repeat(10_000),
    `${':'.repeat(10_000)}1`,
  ])('C8, C9: refuses %j', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  test.each([
    ['0.0.0.0', 4, 0n],
    ['10.1.2.3', 4, 0x0a010203n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['2001:db8::1', 6, 0x20010db8000000000000000000000001n],
    ['1:2:3:4:5:6:7:8', 6, 0x00010002000300040005000600070008n],
    ['1:2:3:4:5:6:7::', 6, 0x00010002000300040005000600070000n],
    ['::2:3:4:5:6:7:8', 6, 0x00000002000300040005000600070008n],
    ['FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF', 6, (1n << 128n) - 1n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', 6, (1n << 128n) - 1n],
  ] as const)('reads %s', (text, version, bits) => {
    expect(parseIpAddress(text)).toEqual({ version, bits });
  });

  test.each([
    '::ffff:1.2.3.4',
    '::FFFF:1.2.3.4',
    '::ffff:102:304',
    '0:0:0:0:0:ffff:1.2.3.4',
    '0000:0000:0000:0000:0000:ffff:0102:0304',
  ])('C6: %s is the IPv4 address by its bits', (text) => {
    expect(parseIpAddress(text)).toEqual(ip('1.2.3.4'));
  });

  test.each(['64:ff9b::1.2.3.4', '2001:db8::1.2.3.4', '::1.2.3.4', '::fffe:1.2.3.4', '1::ffff:1.2.3.4'])(
    'C6: %s stays IPv6, however it is written',
    (text) => {
      expect(ip(text).version).toBe(6);
    },
  );
});

describe('formatIpAddress', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8:0:0:0:0:0:0', '2001:db8::'],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:0:1:0:0:0', '2001:db8:0:0:1::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('RFC 5952: %s is %s', (text, canonical) => {
    expect(formatIpAddress(ip(text))).toBe(canonical);
  });
});

describe('addressPrefix', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1/32'],
    ['::ffff:192.0.2.1', '192.0.2.1/32'],
    ['::ffff:192.0.2.2', '192.0.2.2/32'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::', '2001:db8:1:3::/64'],
  ])('C6: %s counts as %s', (text, prefix) => {
    expect(addressPrefix(ip(text))).toBe(prefix);
  });
});

describe('isPrivate and isLoopback', () => {
  test.each(['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1'])('%s is loopback', (text) => {
    expect([isLoopback(ip(text)), isPrivate(ip(text))]).toEqual([true, true]);
  });

  test.each([
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.0',
    '192.168.255.255',
    '169.254.0.0',
    '169.254.255.255',
    'fc00::',
    'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fe80::',
    'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ])('%s is private', (text) => {
    expect([isLoopback(ip(text)), isPrivate(ip(text))]).toEqual([false, true]);
  });

  test.each([
    '9.255.255.255',
    '11.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '100.64.0.1',
    '0.0.0.0',
    '::',
    '::2',
    'fbff::',
    'fe00::',
    'fe7f::',
    'fec0::',
    '2001:db8::1',
    '64:ff9b::10.0.0.1',
  ])('%s is neither', (text) => {
    expect([isLoopback(ip(text)), isPrivate(ip(text))]).toEqual([false, false]);
  });
});
