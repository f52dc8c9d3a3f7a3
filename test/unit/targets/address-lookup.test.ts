import type { LookupAddress, LookupOptions } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { createAddressLookup, type ResolveAll } from '../../../src/targets/address-lookup.js';

type Answer = { readonly code?: string | undefined; readonly address: string | LookupAddress[] | undefined };

function lookUp(addresses: readonly string[], options: LookupOptions = {}, error?: Error): Answer {
  const resolve: ResolveAll = (_hostname, _options, callback) => {
    callback(
      error ?? null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  let answer: Answer = { address: undefined };
  createAddressLookup(resolve)('litellm.example', options, (failed, address) => {
    answer = { code: failed?.code, address };
  });
  return answer;
}

const REFUSED = [
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '100.100.100.200',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'ff02::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::ffff:0.0.0.0',
];

describe('createAddressLookup', () => {
  test.each(REFUSED)('refuses a name that leads to %s alone', (address) => {
    expect(lookUp([address])).toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(lookUp([address], { all: true })).toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  test.each(['127.0.0.1', '10.1.2.3', '192.0.2.1', '8.8.8.8', '::1', '2001:db8::1', 'fd00:ec2::253'])(
    'lets %s pass',
    (address) => {
      expect(lookUp([address])).toEqual({ code: undefined, address });
    },
  );

  test('leaves refused addresses out and keeps the others in order', () => {
    expect(lookUp(['fe80::1', '10.0.0.2', '169.254.169.254', '10.0.0.1'], { all: true }).address).toEqual([
      { address: '10.0.0.2', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]);
  });

  test('refuses a name without any address', () => {
    expect(lookUp([]).code).toBe('ADDRESS_REFUSED');
  });

  test('passes on what the resolver says', () => {
    const error = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    expect(lookUp(['10.0.0.1'], {}, error).code).toBe('ENOTFOUND');
  });

  test.each([
    [undefined, 0],
    [4, 4],
    [6, 6],
    ['IPv4', 4],
    ['IPv6', 6],
  ] as const)('asks for the family %s', (family, asked) => {
    let seen: number | undefined;
    const resolve: ResolveAll = (_hostname, options) => {
      seen = options.family;
    };
    createAddressLookup(resolve)('litellm.example', family === undefined ? {} : { family }, () => undefined);
    expect(seen).toBe(asked);
  });

  test('asks the system by default', async () => {
    const address = await new Promise((resolve) => {
      createAddressLookup()('127.0.0.1', {}, (_error, found) => resolve(found));
    });
    expect(address).toBe('127.0.0.1');
  });
});
