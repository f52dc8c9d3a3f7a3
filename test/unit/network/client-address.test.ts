import { describe, expect, test } from 'vitest';

import { HeaderLines } from '../../../src/internal/header-lines.js';
import { compileClientAddress } from '../../../src/network/client-address.js';
import type { NetworkOptions } from '../../../src/network/options.js';
import { formatPeer } from '../../../src/network/peer-address.js';
import { resolveNetworkOptions } from '../../../src/network/resolve-options.js';

/** The client's address; with a question mark when it is not exact; the reason when there is none. */
function tell(options: NetworkOptions, peer: string | undefined, lines: readonly string[] = []): string {
  const resolved = resolveNetworkOptions(options);
  if (!resolved.ok) throw new Error('options are invalid');
  const headers = HeaderLines.fromRaw(lines.flatMap((line) => ['X-Forwarded-For', line]));
  const told = compileClientAddress(resolved.value)(peer, headers);
  if (!told.ok) return told.error;
  return formatPeer(told.value.address) + (told.value.exact ? '' : '?');
}

const PROXIES: NetworkOptions = { trustedProxies: ['10.0.0.0/24', '2001:db8::/48'] };

function chain(hops: number): string {
  return Array.from({ length: hops }, () => '10.0.0.2').join(',');
}

describe('compileClientAddress', () => {
  test.each([undefined, '', 'garbage', '/run/scrapegate.sock', '%eth0'])(
    'without a peer (%j) nobody is known',
    (peer) => {
      expect(tell({}, peer, ['192.0.2.1'])).toBe('peer_unknown');
    },
  );

  test.each([
    ['C2: ignores the header of an untrusted peer', '198.51.100.7', ['10.20.0.1'], '198.51.100.7'],
    ['C2: ignores the header of a private peer that is not listed', '10.0.1.1', ['192.0.2.1'], '10.0.1.1'],
    [
      'C1: takes the hop that the proxy added, not the forged one',
      '10.0.0.1',
      ['10.20.0.1, 198.51.100.7'],
      '198.51.100.7',
    ],
    [
      'C1: even if the forged one is a trusted proxy',
      '10.0.0.1',
      ['192.0.2.1, 10.0.0.9, 198.51.100.7'],
      '198.51.100.7',
    ],
    ['walks over trusted hops', '10.0.0.1', ['192.0.2.1, 198.51.100.7, 10.0.0.2,10.0.0.3'], '198.51.100.7'],
    [
      'C10: joins several lines in order',
      '10.0.0.1',
      ['192.0.2.1', '198.51.100.7, 10.0.0.2', '10.0.0.3'],
      '198.51.100.7',
    ],
    [
      'C10: a second line that the proxy added is the nearer one',
      '10.0.0.1',
      ['10.20.0.1', '198.51.100.7'],
      '198.51.100.7',
    ],
    ['takes the leftmost where all hops are trusted', '10.0.0.1', ['10.0.0.4, 10.0.0.3'], '10.0.0.4'],
    ['takes the peer where there is no header', '10.0.0.1', [], '10.0.0.1'],
    [
      'C6: reads mapped peers and hops as IPv4',
      '::ffff:10.0.0.1',
      ['::ffff:198.51.100.7, ::ffff:a00:2'],
      '198.51.100.7',
    ],
    ['C6: does not read NAT64 as IPv4', '10.0.0.1', ['64:ff9b::10.0.0.2'], '64:ff9b::a00:2'],
    ['allows tabs and spaces around hops', '10.0.0.1', [' \t198.51.100.7\t , 10.0.0.2 '], '198.51.100.7'],
    ['reads IPv6 chains', '2001:db8::1', ['192.0.2.1, 2001:db8:1::5'], '2001:db8:1::5'],
  ] as const)('%s', (_title, peer, lines, client) => {
    expect(tell(PROXIES, peer, lines)).toBe(client);
  });

  test.each([
    '0x7f.1',
    '010.0.0.1',
    '10.20.0.1:80',
    '[::1]:80',
    'fe80::1%eth0',
    'unknown',
    '_obf',
    '',
    '10.20.0.1\u00a0',
    '"10.20.0.1"',
    'for=10.20.0.1',
    'x'.repeat(10_000),
  ])('C8: a hop %j ends the walk at the proxy that named it', (hop) => {
    expect(tell(PROXIES, '10.0.0.1', [`10.20.0.1, ${hop}`])).toBe('10.0.0.1?');
    expect(tell(PROXIES, '10.0.0.1', [`10.20.0.1, ${hop}, 10.0.0.2`])).toBe('10.0.0.2?');
    expect(tell(PROXIES, '10.0.0.1', [`${hop}, 198.51.100.7, 10.0.0.2`])).toBe('198.51.100.7');
  });

  test('C8: empty elements are unreadable hops, and are not skipped', () => {
    expect(tell(PROXIES, '10.0.0.1', [''])).toBe('10.0.0.1?');
    expect(tell(PROXIES, '10.0.0.1', ['192.0.2.1,'])).toBe('10.0.0.1?');
    expect(tell(PROXIES, '10.0.0.1', [',10.0.0.2'])).toBe('10.0.0.2?');
    expect(tell(PROXIES, '10.0.0.1', ['192.0.2.1', ''])).toBe('10.0.0.1?');
  });

  test('C8: follows 32 trusted hops at most', () => {
    expect(tell(PROXIES, '10.0.0.1', [`192.0.2.1,${chain(31)}`])).toBe('192.0.2.1');
    expect(tell(PROXIES, '10.0.0.1', [`192.0.2.1,${chain(32)}`])).toBe('10.0.0.2?');
  });

  test('the zone of a link-local peer is not part of its address', () => {
    expect(tell({}, 'fe80::1%eth0')).toBe('fe80::1');
  });

  test('C10: reads no header but its own', () => {
    const resolved = resolveNetworkOptions(PROXIES);
    if (!resolved.ok) throw new Error('options are invalid');
    const headers = HeaderLines.fromRaw(
      [
        'Forwarded',
        'X-Real-IP',
        'X_Forwarded_For',
        'X.Forwarded.For',
        'X-Forwarded-For ',
        'X-Forwarded-For\t',
      ].flatMap((name) => [name, name === 'Forwarded' ? 'for=192.0.2.1' : '192.0.2.1']),
    );
    const told = compileClientAddress(resolved.value)('10.0.0.1', headers);
    expect(told.ok && formatPeer(told.value.address)).toBe('10.0.0.1');
  });

  test('with no header to read the peer is the client', () => {
    expect(tell({ ...PROXIES, clientAddressHeader: 'none' }, '10.0.0.1', ['192.0.2.1'])).toBe('10.0.0.1');
  });
});

describe('trustPrivatePeers', () => {
  const options: NetworkOptions = { trustPrivatePeers: true };

  test.each([
    ['of a public peer it believes nothing', '198.51.100.7', ['192.0.2.1'], '198.51.100.7'],
    ['of a private peer it believes one hop', '192.168.1.1', ['192.0.2.1, 198.51.100.7'], '198.51.100.7'],
    [
      'and never a second one, however private the first is',
      '127.0.0.1',
      ['192.0.2.1, 10.0.0.7'],
      '10.0.0.7',
    ],
    ['and not garbage', '127.0.0.1', ['192.0.2.1, unknown'], '127.0.0.1?'],
    ['a private peer without a header is the client', 'fd00::1', [], 'fd00::1'],
  ] as const)('%s', (_title, peer, lines, client) => {
    expect(tell(options, peer, lines)).toBe(client);
  });
});

describe('compileClientAddress, other sources', () => {
  const read = (
    options: NetworkOptions,
    peer: string,
    lines: readonly (readonly [string, string])[],
    proxied?: string,
  ): string => {
    const { clientAddressHeader, ...rest } = options;
    const resolved = resolveNetworkOptions(rest);
    if (!resolved.ok) throw new Error('options are invalid');
    const settings = { ...resolved.value, ...(clientAddressHeader !== undefined && { clientAddressHeader }) };
    const told = compileClientAddress(settings)(peer, HeaderLines.fromRaw(lines.flat()), proxied);
    return told.ok ? formatPeer(told.value.address) + (told.value.exact ? '' : '?') : told.error;
  };
  const FORWARDED: NetworkOptions = { ...PROXIES, clientAddressHeader: 'forwarded' };
  const PROXY: NetworkOptions = { ...PROXIES, clientAddressHeader: 'proxy_protocol' };

  test.each<readonly [string, NetworkOptions, string, readonly (readonly [string, string])[], string]>([
    [
      'C2: of a stranger is ignored',
      FORWARDED,
      '198.51.100.7',
      [['Forwarded', 'for=10.20.0.1']],
      '198.51.100.7',
    ],
    [
      'C1: the rightmost untrusted element wins',
      FORWARDED,
      '10.0.0.1',
      [['Forwarded', 'for=10.20.0.1, for=198.51.100.7;proto=http, for="10.0.0.2:80"']],
      '198.51.100.7',
    ],
    [
      'C10: lines are one list, in order',
      FORWARDED,
      '10.0.0.1',
      [
        ['Forwarded', 'for=10.20.0.1'],
        ['forwarded', 'for=198.51.100.7'],
      ],
      '198.51.100.7',
    ],
    ['C10: no other header is read', FORWARDED, '10.0.0.1', [['X-Forwarded-For', '192.0.2.1']], '10.0.0.1'],
    [
      'C8: unknown ends the walk',
      FORWARDED,
      '10.0.0.1',
      [['Forwarded', 'for=192.0.2.1, for=unknown']],
      '10.0.0.1?',
    ],
    [
      'C8: a quoted comma is unreadable',
      FORWARDED,
      '10.0.0.1',
      [['Forwarded', 'for="a,for=192.0.2.1"']],
      '10.0.0.1?',
    ],
    [
      'a quote left open by a stranger changes nothing',
      FORWARDED,
      '10.0.0.1',
      [['Forwarded', 'for="x, for=192.0.2.1']],
      '192.0.2.1',
    ],
  ])('Forwarded: %s', (_, options, peer, lines, client) => {
    expect(read(options, peer, lines)).toBe(client);
  });

  test.each([
    ['the client of the PROXY header', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['IPv4 in mapped notation as IPv4', '10.0.0.1', '::ffff:192.0.2.1', '192.0.2.1'],
    ['the proxy itself where it speaks for itself', '10.0.0.1', undefined, '10.0.0.1'],
    ['nobody for sure where the proxy does not know', '10.0.0.1', '', '10.0.0.1?'],
    ['the peer, where it is no longer trusted', '198.51.100.7', '192.0.2.1', '198.51.100.7'],
  ])('PROXY protocol: %s', (_, peer, proxied, client) => {
    expect(read(PROXY, peer, [['X-Forwarded-For', '192.0.2.99']], proxied)).toBe(client);
  });

  test.each<readonly [string, NetworkOptions, string]>([
    ['is itself', {}, 'unix'],
    ['is covered by no network', { trustedProxies: ['0.0.0.0/1', '::/1'] }, 'unix'],
    ['is not believed because private peers are', { trustPrivatePeers: true }, 'unix'],
    ['may name a client where the list says so', { trustedProxies: ['unix'] }, '192.0.2.1'],
  ])('a Unix socket %s', (_, options, client) => {
    expect(read(options, 'unix', [['X-Forwarded-For', '192.0.2.1']])).toBe(client);
  });

  test('nobody is called unix over the network', () => {
    expect(read({ trustedProxies: ['10.0.0.0/8', 'unix'] }, '10.0.0.1', [['X-Forwarded-For', 'unix']])).toBe(
      '10.0.0.1?',
    );
    expect(read({ ...PROXY, trustedProxies: ['10.0.0.0/8', 'unix'] }, '10.0.0.1', [], 'unix')).toBe(
      '10.0.0.1?',
    );
  });
});
