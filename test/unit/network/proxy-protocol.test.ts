import { describe, expect, test } from 'vitest';

import { parseProxyHeader } from '../../../src/network/proxy-protocol.js';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const IPV4 = 'c0000207c633640113880050';
const IPV6 = '20010db800000000000000000000000720010db800000000000000000000000113880050';

/** A header of version 2: command, protocol, and a body that may say another length than it has. */
function v2(command: string, protocol: string, body: string, length = body.length / 2): Buffer {
  return Buffer.from(
    `${SIGNATURE}${command}${protocol}${length.toString(16).padStart(4, '0')}${body}`,
    'hex',
  );
}

describe('version 1', () => {
  test.each([
    ['a request', 'GET / HTTP/1.1\r\n', 'missing'],
    ['another case', 'proxy TCP4 192.0.2.7 192.0.2.1 1 2\r\n', 'missing'],
    ['no space', 'PROXYTCP4', 'missing'],
    ['an unknown protocol', 'PROXY UDP4 192.0.2.7 192.0.2.1 1 2\r\n', 'malformed'],
    ['two spaces', 'PROXY TCP4  192.0.2.7 192.0.2.1 1 2\r\n', 'malformed'],
    ['no ports', 'PROXY TCP4 192.0.2.7 192.0.2.1\r\n', 'malformed'],
    ['a fifth field', 'PROXY TCP4 192.0.2.7 192.0.2.1 1 2 3\r\n', 'malformed'],
    ['a port too large', 'PROXY TCP4 192.0.2.7 192.0.2.1 65536 2\r\n', 'malformed'],
    ['a port with zeros', 'PROXY TCP4 192.0.2.7 192.0.2.1 01 2\r\n', 'malformed'],
    ['the other family', 'PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n', 'malformed'],
    ['families that differ', 'PROXY TCP6 2001:db8::7 192.0.2.1 1 2\r\n', 'malformed'],
    ['octal', 'PROXY TCP4 0300.0.2.7 192.0.2.1 1 2\r\n', 'malformed'],
    ['a bare line feed', 'PROXY TCP4 192.0.2.7 192.0.2.1 1 2\n\r\n', 'malformed'],
    ['no end', `PROXY UNKNOWN ${'x'.repeat(100)}`, 'malformed'],
    ['no end yet', 'PROXY TCP4 192.0.2.7', 'incomplete'],
    ['a beginning', 'PRO', 'incomplete'],
    ['nothing', '', 'incomplete'],
  ])('%s', (_, text, state) => {
    expect(parseProxyHeader(Buffer.from(text, 'latin1'))).toEqual({ state });
  });

  test.each([
    ['PROXY TCP4 192.0.2.7 192.0.2.1 5000 443', '192.0.2.7'],
    ['PROXY TCP6 2001:db8::7 2001:db8::1 5000 443', '2001:db8::7'],
    ['PROXY TCP6 ::ffff:192.0.2.7 ::1 0 65535', '::ffff:192.0.2.7'],
    ['PROXY UNKNOWN', ''],
    ['PROXY UNKNOWN ffff::1 ffff::2 1 2', ''],
  ])('%s', (line, client) => {
    const bytes = Buffer.from(`${line}\r\nGET / HTTP/1.1\r\n`, 'latin1');
    expect(parseProxyHeader(bytes)).toEqual({ state: 'whole', length: line.length + 2, client });
  });
});

describe('version 2', () => {
  test.each<readonly [string, Buffer, string]>([
    ['another version', v2('11', '11', IPV4), 'malformed'],
    ['another command', v2('22', '11', IPV4), 'malformed'],
    ['datagrams', v2('21', '12', IPV4), 'malformed'],
    ['an unknown family', v2('21', '41', IPV4), 'malformed'],
    ['addresses cut short', v2('21', '11', IPV4.slice(2)), 'malformed'],
    ['addresses of the other family', v2('21', '21', IPV4), 'malformed'],
    ['64 kB of further values', v2('21', '11', IPV4, 65_535), 'malformed'],
    ['one byte more than is taken', v2('21', '11', IPV4, 4097), 'malformed'],
    ['the same of a proxy that speaks for itself', v2('20', '00', '', 65_535), 'malformed'],
    ['half a signature', Buffer.from(SIGNATURE.slice(0, 12), 'hex'), 'incomplete'],
    ['half a head', v2('21', '11', IPV4).subarray(0, 15), 'incomplete'],
    ['all but the last byte', v2('21', '11', IPV4).subarray(0, 27), 'incomplete'],
    ['a signature that goes on otherwise', Buffer.from('\r\n\r\nGET'), 'missing'],
  ])('%s', (_, bytes, state) => {
    expect(parseProxyHeader(bytes)).toEqual({ state });
  });

  test.each<readonly [string, Buffer, number, string | undefined]>([
    ['IPv4', v2('21', '11', IPV4), 28, '192.0.2.7'],
    ['IPv6', v2('21', '21', IPV6), 52, '2001:db8:0:0:0:0:0:7'],
    ['IPv4 with further values', v2('21', '11', `${IPV4}040001ff`), 32, '192.0.2.7'],
    ['IPv4 with as many as are taken', v2('21', '11', IPV4 + '00'.repeat(4084)), 4112, '192.0.2.7'],
    ['a Unix socket', v2('21', '31', '2f'.repeat(216)), 232, ''],
    ['a client that is not known', v2('21', '00', ''), 16, ''],
    ['the proxy itself', v2('20', '00', ''), 16, undefined],
    ['the proxy itself, with addresses', v2('20', '11', IPV4), 28, undefined],
  ])('%s', (_, bytes, length, client) => {
    const followed = Buffer.concat([bytes, Buffer.from('GET')]);
    expect(parseProxyHeader(followed)).toEqual({
      state: 'whole',
      length,
      ...(client !== undefined && { client }),
    });
  });
});
