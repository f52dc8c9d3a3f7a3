import { describe, expect, test } from 'vitest';

import { parseForwardedElement } from '../../../src/network/forwarded.js';
import { formatIpAddress } from '../../../src/network/ip-address.js';

function read(element: string): string | undefined {
  const ip = parseForwardedElement(element);
  return ip === undefined ? undefined : formatIpAddress(ip);
}

describe('parseForwardedElement', () => {
  test.each([
    ['nothing', ''],
    ['no for', 'proto=https;by=192.0.2.1'],
    ['a for without a value', 'for='],
    ['an empty for', 'for=""'],
    ['unknown', 'for=unknown'],
    ['an obfuscated name', 'for=_hidden'],
    ['an obfuscated name with a port', 'for="_hidden:80"'],
    ['for twice', 'for=192.0.2.1;for=192.0.2.2'],
    ['for twice, in other case', 'for=192.0.2.1;For=192.0.2.1'],
    ['another parameter twice', 'for=192.0.2.1;proto=http;proto=https'],
    ['an empty pair', 'for=192.0.2.1;'],
    ['a space before the sign', 'for =192.0.2.1'],
    ['a space behind the sign', 'for= 192.0.2.1'],
    ['a port without quotes', 'for=192.0.2.1:80'],
    ['IPv6 without quotes', 'for=[2001:db8::1]'],
    ['IPv6 without brackets', 'for="2001:db8::1"'],
    ['IPv6 with half a bracket', 'for="[2001:db8::1"'],
    ['IPv4 in brackets', 'for="[192.0.2.1]"'],
    ['a zone', 'for="[fe80::1%eth0]"'],
    ['a port of six digits', 'for="192.0.2.1:123456"'],
    ['an empty port', 'for="192.0.2.1:"'],
    ['a port behind the quotes', 'for="192.0.2.1":80'],
    ['a quote that is not closed', 'for="192.0.2.1'],
    ['a quote that was not opened', 'for=192.0.2.1"'],
    ['single quotes', "for='192.0.2.1'"],
    ['an escape', 'for="192.0.2\\.1"'],
    ['octal', 'for=010.0.0.1'],
    ['a short form', 'for=127.1'],
    ['a network', 'for="192.0.2.0/24"'],
    ['text behind the address', 'for=192.0.2.1 x'],
    ['a bare address', '192.0.2.1'],
    ['a delimiter in quotes', 'for=192.0.2.1;host="a;b"'],
  ])('names nobody with %s', (_, element) => {
    expect(read(element)).toBeUndefined();
  });

  test.each([
    ['for=192.0.2.43', '192.0.2.43'],
    ['For="192.0.2.43"', '192.0.2.43'],
    ['for="192.0.2.43:47011"', '192.0.2.43'],
    ['for="192.0.2.43:_gazonk"', '192.0.2.43'],
    ['for="[2001:db8:cafe::17]"', '2001:db8:cafe::17'],
    ['for="[2001:DB8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for="[::ffff:192.0.2.1]"', '192.0.2.1'],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', '192.0.2.60'],
    ['proto=http; by=203.0.113.43; for=192.0.2.60', '192.0.2.60'],
    ['for=192.0.2.60;host="gate.example:443";x-own=1', '192.0.2.60'],
  ])('reads %s', (element, address) => {
    expect(read(element)).toBe(address);
  });
});
