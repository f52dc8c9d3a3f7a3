import { describe, expect, test } from 'vitest';

import { cidrProblem, compileCidrSet, parseCidr, type Cidr } from '../../../src/network/cidr.js';
import { parseIpAddress } from '../../../src/network/ip-address.js';

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`not a network: ${text}`);
  return parsed;
}

function holds(networks: readonly string[], address: string): boolean {
  const ip = parseIpAddress(address);
  if (ip === undefined) throw new Error(`not an address: ${address}`);
  return compileCidrSet(networks.map(cidr)).contains(ip);
}

describe('parseCidr', () => {
  test.each([
    ['', 'not an IP address or CIDR'],
    ['10/8', 'not an IP address or CIDR'],
    ['10.0.0.0/', 'from 0 to 32'],
    ['10.0.0.0/33', 'from 0 to 32'],
    ['10.0.0.0/08', 'from 0 to 32'],
    ['10.0.0.0/+8', 'from 0 to 32'],
    ['10.0.0.0/-1', 'from 0 to 32'],
    ['10.0.0.0/8 ', 'from 0 to 32'],
    ['10.0.0.0/8/8', 'from 0 to 32'],
    ['10.0.0.0/255.0.0.0', 'from 0 to 32'],
    ['::/129', 'from 0 to 128'],
    ['::ffff:10.0.0.0/129', 'from 0 to 128'],
    ['fe80::1%eth0/64', 'not an IP address or CIDR'],
    ['::ffff:10.0.0.0/8', 'at least 96'],
    ['::ffff:10.0.0.0/95', 'at least 96'],
    ['10.0.0.5/8', 'expected 10.0.0.0/8 for the network, or 10.0.0.5 for the one address'],
    ['2001:db8::1/32', 'expected 2001:db8::/32 for the network, or 2001:db8::1 for the one address'],
    ['::ffff:10.0.0.5/104', 'expected 10.0.0.0/8 for the network'],
  ])('C7: refuses %j and says what was expected', (text, problem) => {
    expect(parseCidr(text)).toBeUndefined();
    expect(cidrProblem(text)).toContain(problem);
  });

  test('does not repeat what may be a secret in the wrong place', () => {
    expect(cidrProblem('sk-secret')).not.toContain('sk-secret');
  });

  test.each([
    ['10.0.0.0/8', 4, 0x0a000000n, 0x0affffffn, 8],
    ['10.0.0.5', 4, 0x0a000005n, 0x0a000005n, 32],
    ['0.0.0.0/0', 4, 0n, 0xffffffffn, 0],
    ['::ffff:10.0.0.0/104', 4, 0x0a000000n, 0x0affffffn, 8],
    ['::ffff:10.0.0.5', 4, 0x0a000005n, 0x0a000005n, 32],
    ['::ffff:0:0/96', 4, 0n, 0xffffffffn, 0],
    ['::/0', 6, 0n, (1n << 128n) - 1n, 0],
    ['::1', 6, 1n, 1n, 128],
  ] as const)('C7: reads %s', (text, version, first, last, prefixLength) => {
    expect(parseCidr(text)).toEqual({ version, first, last, prefixLength });
    expect(cidrProblem(text)).toBeUndefined();
  });
});

describe('compileCidrSet', () => {
  test.each([
    [[], '10.0.0.1', false],
    [['10.0.0.0/8'], '9.255.255.255', false],
    [['10.0.0.0/8'], '10.0.0.0', true],
    [['10.0.0.0/8'], '10.255.255.255', true],
    [['10.0.0.0/8'], '11.0.0.0', false],
    [['10.0.0.0/8'], '::ffff:10.2.3.4', true],
    [['10.0.0.0/8'], '::a02:304', false],
    [['::/0'], '10.0.0.1', false],
    [['0.0.0.0/0'], '::1', false],
    [['10.0.0.0/9', '10.128.0.0/9', '10.0.0.0/24'], '10.200.0.1', true],
    [['192.0.2.9', '192.0.2.1', '192.0.2.5', '192.0.2.1'], '192.0.2.5', true],
    [['192.0.2.9', '192.0.2.1', '192.0.2.5'], '192.0.2.4', false],
    [['2001:db8::/32', '2001:db8:1::/48'], '2001:db8:ffff::', true],
  ] as const)('%j, asked for %s: %s', (networks, address, expected) => {
    expect(holds(networks, address)).toBe(expected);
  });

  test('knows when it holds every address of a version, also piece by piece', () => {
    expect(compileCidrSet([cidr('0.0.0.0/0')]).coversAll(4)).toBe(true);
    expect(compileCidrSet([cidr('128.0.0.0/1'), cidr('0.0.0.0/1')]).coversAll(4)).toBe(true);
    expect(compileCidrSet([cidr('128.0.0.0/1'), cidr('0.0.0.0/2')]).coversAll(4)).toBe(false);
    expect(compileCidrSet([cidr('::/0')]).coversAll(6)).toBe(true);
    expect(compileCidrSet([cidr('::/0')]).coversAll(4)).toBe(false);
  });
});
