import { describe, expect, test } from 'vitest';
import { certificateName, parseAlternativeNames } from '../../../src/auth/certificate-name.js';

describe('parseAlternativeNames', () => {
  test.each<[string | undefined, readonly string[]]>([
    [undefined, []],
    ['', []],
    ['DNS:a.example', ['dns a.example']],
    ['DNS:A.Example', ['dns a.example']],
    [
      'DNS:a.example, URI:spiffe://x/y, email:a@b.example',
      ['dns a.example', 'uri spiffe://x/y', 'email a@b.example'],
    ],
    ['IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1', ['ip 10.0.0.1', 'ip 2001:db8::1']],
    // What can be mistaken is in quotes, and never a name.
    ['DNS:"a.example"', []],
    ['DNS:"x, DNS:a.example"', []],
    ['DNS:"x\\", DNS:a.example"', []],
    ['DNS:"a.example\\u0000.evil.example"', []],
    ['DNS:"x, DNS:evil.example", DNS:a.example', ['dns a.example']],
    ['DirName:"CN=x\\\\\\u002c DNS:evil.example", DNS:a.example', ['dns a.example']],
    // Other types are passed over; what cannot be read at all takes everything with it.
    ['othername:<unsupported>, Registered ID:1.2.3.4, DNS:a.example', ['dns a.example']],
    ['IP Address:<invalid>, DNS:a.example', ['dns a.example']],
    ['constructor:x, __proto__:y, DNS:a.example', []],
    ['toString:x, DNS:a.example', ['dns a.example']],
    ['DNS:a.example,DNS:b.example', []],
    ['DNS:a.example, nonsense', []],
    ['DNS:"a.example, DNS:b.example', []],
    ['DNS:a.example, DNS:b"c', []],
  ])('reads %j', (text, names) => {
    expect(parseAlternativeNames(text).map(({ type, value }) => `${type} ${value}`)).toEqual(names);
  });

  test('takes a long text in time', () => {
    const text = Array.from({ length: 5_000 }, (_, index) => `DNS:n${index}.example`).join(', ');
    expect(parseAlternativeNames(text)).toHaveLength(5_000);
    expect(parseAlternativeNames(`${text}"`)).toEqual([]);
  });
});

describe('certificateName', () => {
  test.each([
    '',
    '*',
    '*.example',
    'a b',
    'a..b',
    '.a',
    'a.',
    'a,b',
    "a'b",
    'a"b',
    'a\0b',
    'ä.example',
    '-a',
    'a'.repeat(254),
  ])('%j is no DNS name', (value) => {
    expect(certificateName('dns', value)).toBeUndefined();
  });

  test.each<['dns' | 'uri' | 'email' | 'ip', string]>([
    ['uri', 'no-scheme'],
    ['uri', 'http://a b'],
    ['email', 'nobody'],
    ['email', 'a@b@c'],
    ['email', '@b'],
    ['ip', '010.0.0.1'],
    ['ip', '10.0.0.0/8'],
    ['ip', 'fe80::1%eth0'],
    ['ip', 'localhost'],
  ])('as %s, %j is no name', (type, value) => {
    expect(certificateName(type, value)).toBeUndefined();
  });

  test.each<['dns' | 'uri' | 'email' | 'ip', string, string]>([
    ['dns', 'Scraper-1.Example', 'scraper-1.example'],
    ['dns', '_svc.example', '_svc.example'],
    ['uri', 'spiffe://Example/Scraper', 'spiffe://Example/Scraper'],
    ['uri', 'urn:example:a', 'urn:example:a'],
    ['email', 'A@b.example', 'A@b.example'],
    ['ip', '2001:DB8::0001', '2001:db8::1'],
  ])('as %s, %j is %j', (type, given, value) => {
    expect(certificateName(type, given)).toEqual({ type, value });
  });
});
