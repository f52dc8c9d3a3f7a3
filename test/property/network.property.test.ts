import { BlockList } from 'node:net';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HeaderLines } from '../../src/internal/header-lines.js';
import { compileCidrSet, parseCidr } from '../../src/network/cidr.js';
import { compileClientAddress } from '../../src/network/client-address.js';
import { formatPeer } from '../../src/network/peer-address.js';
import { addressPrefix, formatIpAddress, parseIpAddress } from '../../src/network/ip-address.js';
import { resolveNetworkOptions } from '../../src/network/resolve-options.js';

/** Bytes that are often 0 or 255, so that networks overlap and zero runs appear. */
const byte = fc.oneof(fc.constantFrom(0, 1, 10, 127, 255), fc.integer({ min: 0, max: 255 }));
const group = fc.oneof(fc.constantFrom(0, 1, 0xffff), fc.integer({ min: 0, max: 0xffff }));
const ipv4Text = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'));
const ipv6Groups = fc.array(group, { minLength: 8, maxLength: 8 });
const ipv6Text = fc
  .tuple(ipv6Groups, fc.boolean())
  .map(([groups, padded]) => groups.map((g) => g.toString(16).padStart(padded ? 4 : 1, '0')).join(':'));
const addressText = fc.oneof(ipv4Text, ipv6Text);
const almostAddress = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdefxX:.%/[], \t-_g')),
  maxLength: 50,
});

/** A network that is valid by construction: an address with its host bits cleared. */
const network = fc.oneof(
  fc.tuple(ipv4Text, fc.integer({ min: 0, max: 32 })),
  fc.tuple(ipv6Text, fc.integer({ min: 0, max: 128 })),
);

function cleared(text: string, prefixLength: number): string | undefined {
  const ip = parseIpAddress(text);
  if (ip === undefined) return undefined;
  const total = ip.version === 4 ? 32 : 128;
  if (prefixLength > total) return undefined;
  const shift = BigInt(total - prefixLength);
  return `${formatIpAddress({ ...ip, bits: (ip.bits >> shift) << shift })}/${prefixLength}`;
}

/** The same hops, cut into header lines at arbitrary places. */
function split(hops: readonly string[], cuts: readonly boolean[]): readonly string[] {
  const lines: string[][] = [[]];
  for (const [index, hop] of hops.entries()) {
    if (index > 0 && cuts[index] === true) lines.push([]);
    lines.at(-1)?.push(hop);
  }
  return lines.map((line) => line.join(', '));
}

describe('addresses', () => {
  test('parse after format gives the same address, and the same text again', () => {
    fc.assert(
      fc.property(addressText, (text) => {
        const ip = parseIpAddress(text);
        if (ip === undefined) throw new Error(`refused ${text}`);
        const canonical = formatIpAddress(ip);
        expect(parseIpAddress(canonical)).toEqual(ip);
        expect(parseIpAddress(canonical.toUpperCase())).toEqual(ip);
      }),
    );
  });

  test('the canonical text is the one of the WHATWG URL parser', () => {
    fc.assert(
      fc.property(ipv6Text, (text) => {
        const ip = parseIpAddress(text);
        if (ip === undefined) throw new Error(`refused ${text}`);
        if (ip.version === 4) return;
        expect(`[${formatIpAddress(ip)}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });

  test('nothing makes the parsers throw, and what they take is an address', () => {
    fc.assert(
      fc.property(almostAddress, (text) => {
        const taken = parseIpAddress(text) ?? parseCidr(text);
        expect(taken === undefined || /^[0-9a-fA-F:.]+(?:\/\d+)?$/.test(text)).toBe(true);
      }),
    );
  });

  test('a client prefix is a network that holds the client', () => {
    fc.assert(
      fc.property(addressText, (text) => {
        const ip = parseIpAddress(text);
        const prefix = ip && parseCidr(addressPrefix(ip));
        if (ip === undefined || prefix === undefined) throw new Error(`no prefix of ${text}`);
        expect(compileCidrSet([prefix]).contains(ip)).toBe(true);
      }),
    );
  });
});

describe('CIDR sets', () => {
  test('answer as node:net BlockList does', () => {
    fc.assert(
      fc.property(
        fc.array(network, { maxLength: 12 }),
        fc.array(addressText, { maxLength: 12 }),
        (networks, asked) => {
          const texts = networks.flatMap(([text, length]) => cleared(text, length) ?? []);
          const cidrs = texts.flatMap((text) => parseCidr(text) ?? []);
          expect(cidrs).toHaveLength(texts.length);
          const set = compileCidrSet(cidrs);
          const edges = texts.map((text) => text.slice(0, text.indexOf('/')));
          for (const text of [...asked, ...edges]) {
            const ip = parseIpAddress(text);
            if (ip === undefined) throw new Error(`refused ${text}`);
            const version = ip.version === 4 ? 'ipv4' : 'ipv6';
            // Of the address's own version alone: in a BlockList, IPv6 networks hold mapped IPv4 addresses too.
            const oracle = new BlockList();
            for (const [index, cidr] of cidrs.entries()) {
              const [address = '', length = ''] = (texts[index] ?? '').split('/');
              if (cidr.version === ip.version) oracle.addSubnet(address, Number(length), version);
            }
            expect(set.contains(ip)).toBe(oracle.check(formatIpAddress(ip), version));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('client address', () => {
  const resolved = resolveNetworkOptions({ trustedProxies: ['10.0.0.0/8', 'fd00::/8'] });
  if (!resolved.ok) throw new Error('options are invalid');
  const read = compileClientAddress(resolved.value);
  const trusted = fc.constantFrom('10.0.0.1', '10.255.0.9', 'fd00::1', '::ffff:10.1.1.1');
  const stranger = fc.constantFrom('192.0.2.1', '2001:db8::7', '11.0.0.1', '::ffff:192.0.2.9');
  const junk = fc.oneof(
    almostAddress.filter((text) => parseIpAddress(text.trim()) === undefined && !text.includes(',')),
    fc.constantFrom('', 'unknown', '10.0.0.1:80'),
  );
  const anything = fc.array(fc.oneof(trusted, stranger, junk), { maxLength: 6 });
  const chain = fc.array(trusted, { maxLength: 6 });
  const tell = (peer: string, lines: readonly string[]): unknown => {
    const told = read(peer, HeaderLines.fromRaw(lines.flatMap((line) => ['x-forwarded-for', line])));
    return told.ok ? [formatPeer(told.value.address), told.value.exact] : told.error;
  };

  test('never depends on anything left of the first untrusted hop, nor on how lines are cut', () => {
    fc.assert(
      fc.property(
        trusted,
        anything,
        fc.oneof(stranger, junk),
        chain,
        fc.array(fc.boolean()),
        (peer, left, end, right, cuts) => {
          const alone = tell(peer, split([end, ...right], []));
          expect(tell(peer, split([...left, end, ...right], cuts))).toEqual(alone);
        },
      ),
    );
  });

  test('is that untrusted hop, or else the trusted one nearest to an unreadable hop', () => {
    fc.assert(
      fc.property(trusted, anything, fc.oneof(stranger, junk), chain, (peer, left, end, right) => {
        const ip = parseIpAddress(end);
        const nearest = parseIpAddress(right[0] ?? peer);
        const expected = ip ?? nearest;
        if (expected === undefined) throw new Error('no address');
        expect(tell(peer, [[...left, end, ...right].join(',')])).toEqual([
          formatIpAddress(expected),
          ip !== undefined,
        ]);
      }),
    );
  });

  test('is the peer whenever the peer is not trusted, whatever the header says', () => {
    fc.assert(
      fc.property(stranger, anything, (peer, hops) => {
        expect(tell(peer, [hops.join(',')])).toEqual(tell(peer, []));
      }),
    );
  });
});

describe('the Forwarded header', () => {
  const resolved = resolveNetworkOptions({
    trustedProxies: ['10.0.0.0/8'],
    clientAddressHeader: 'forwarded',
  });
  if (!resolved.ok) throw new Error('options are invalid');
  const read = compileClientAddress(resolved.value);
  const tell = (lines: readonly string[]): unknown => {
    const told = read('10.0.0.1', HeaderLines.fromRaw(lines.flatMap((line) => ['Forwarded', line])));
    return told.ok ? [formatPeer(told.value.address), told.value.exact] : told.error;
  };
  const port = fc.constantFrom('', ':1', ':65535', ':_x');
  const node = fc.oneof(
    fc.tuple(ipv4Text, port).map(([text, suffix]) => `"${text}${suffix}"`),
    ipv4Text,
    fc.tuple(ipv6Text, port).map(([text, suffix]) => `"[${text}]${suffix}"`),
  );
  const element = fc
    .tuple(
      fc.constantFrom('for', 'For', 'FOR'),
      node,
      fc.constantFrom('', ';proto=https', '; host="gate.example:1"'),
    )
    .map(([name, value, rest]) => `${name}=${value}${rest}`);
  const garbage = fc.string({
    unit: fc.constantFrom(...Array.from('for=192.0.2.1;"\\[]:, \t_x')),
    maxLength: 40,
  });

  test('whatever a stranger wrote, what a trusted proxy adds behind it decides', () => {
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 4 }), element, fc.boolean(), (left, last, sameLine) => {
        fc.pre(!/10\.\d|:ffff:a/i.test(last));
        const alone = tell([last]);
        expect(tell(sameLine ? [[...left, last].join(', ')] : [...left, last])).toEqual(alone);
      }),
    );
  });

  test('a valid element is read as the address that is in it', () => {
    fc.assert(
      fc.property(addressText, port, (text, suffix) => {
        const ip = parseIpAddress(text);
        if (ip === undefined) throw new Error(`refused ${text}`);
        const value = text.includes(':') ? `"[${text}]${suffix}"` : `"${text}${suffix}"`;
        const isTrusted = ip.version === 4 && ip.bits >> 24n === 10n;
        expect(tell([`for=${value}`])).toEqual([formatIpAddress(ip), true]);
        expect(tell([`for=192.0.2.1, for=${value}`])).toEqual([
          isTrusted ? '192.0.2.1' : formatIpAddress(ip),
          true,
        ]);
      }),
    );
  });

  test('nothing makes it throw, and an address is never taken out of what is not whole', () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const told = tell([text]);
        expect(Array.isArray(told)).toBe(true);
        const isNamed = Array.isArray(told) && told[1] === true && told[0] !== '10.0.0.1';
        expect(isNamed && !/for=/i.test(text)).toBe(false);
      }),
    );
  });
});
