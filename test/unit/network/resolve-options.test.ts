import { describe, expect, test } from 'vitest';

import { parseIpAddress } from '../../../src/network/ip-address.js';
import { callUntyped } from '../../support/untyped.js';
import { resolveNetworkOptions } from '../../../src/network/resolve-options.js';

describe('resolveNetworkOptions', () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ['not an object', 'loopback', ['']],
    ['null', null, ['']],
    ['a misspelt restriction', { allowedIPs: ['10.0.0.1'] }, ['allowedIPs']],
    ['C3: hop counts', { trustedProxies: 1 }, ['trustedProxies']],
    ['C3: true', { trustedProxies: true }, ['trustedProxies']],
    ['C3: "true"', { trustedProxies: 'true' }, ['trustedProxies']],
    ['C4: a string for a boolean', { trustPrivatePeers: 'true' }, ['trustPrivatePeers']],
    [
      'C5: everyone is a proxy',
      { trustedProxies: ['10.0.0.1', '0.0.0.0/0', '::/0'] },
      ['trustedProxies[1]', 'trustedProxies[2]'],
    ],
    ['C5: everyone, in two halves', { trustedProxies: ['0.0.0.0/1', '128.0.0.0/1'] }, ['trustedProxies']],
    ['C5: everyone, in mapped notation', { trustedProxies: ['::ffff:0:0/96'] }, ['trustedProxies[0]']],
    ['C7: a mapped network', { trustedProxies: ['::ffff:10.0.0.0/8'] }, ['trustedProxies[0]']],
    [
      'C8: lax addresses',
      { allowedIps: ['10.0.0.1', '0177.0.0.1', '10.0.0.5/8', 7] },
      ['allowedIps[1]', 'allowedIps[2]', 'allowedIps[3]'],
    ],
    ['empty lists', { allowedIps: [], trustedProxies: [] }, ['trustedProxies', 'allowedIps']],
    ['an unknown header', { clientAddressHeader: 'x-real-ip' }, ['clientAddressHeader']],
    ['both kinds of trust', { trustPrivatePeers: true, trustedProxies: ['10.0.0.1'] }, ['trustPrivatePeers']],
  ])('refuses %s', (_title, options, paths) => {
    const resolved = callUntyped(resolveNetworkOptions, options);
    expect(resolved.ok ? [] : resolved.error.map(({ path }) => path)).toEqual(paths);
  });

  test('trusts loopback alone, and allows every address, unless told otherwise', () => {
    const resolved = resolveNetworkOptions();
    if (!resolved.ok) throw new Error('not resolved');
    const trusts = (text: string): boolean => {
      const ip = parseIpAddress(text);
      return ip !== undefined && resolved.value.trustedProxies.contains(ip);
    };
    expect(['127.0.0.1', '127.9.9.9', '::1', '10.0.0.1', '::2'].map(trusts)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(resolved.value).toMatchObject({
      clientAddressHeader: 'x-forwarded-for',
      trustPrivatePeers: false,
      allowedIps: undefined,
    });
  });
});
