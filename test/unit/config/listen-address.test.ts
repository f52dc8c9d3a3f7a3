import { describe, expect, it } from 'vitest';
import {
  formatListenAddress,
  isWildcardHost,
  parseListenAddress,
  parsePort,
} from '../../../src/config/listen-address.js';
import { isLoopbackHost } from '../../../src/network/host-list.js';

describe('parseListenAddress', () => {
  it.each([
    '',
    '9087',
    ':9087',
    'localhost',
    'localhost:',
    'localhost:65536',
    'localhost:-1',
    'localhost:09087',
    'localhost:9087 ',
    '256.0.0.1:9087',
    '127.1:9087',
    '1:9087',
    '::1:9087',
    '[::1]',
    '[::1%eth0]:9087',
    '[localhost]:9087',
    'unix:run/scrapegate.sock',
    'unix:',
    'unix:/run/',
    'unix:/run/a\nb',
    `unix:/${'a'.repeat(103)}`,
    'systemd:',
    'systemd:a b',
    'systemd:a:b',
    'systemd9',
    'http://localhost:9087',
    '-a:1',
    'a_b:1',
  ])('refuses %j', (text) => expect(parseListenAddress(text)).toBeUndefined());

  it.each([
    ['0.0.0.0:9087', { host: '0.0.0.0', port: 9087 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['metrics.example:65535', { host: 'metrics.example', port: 65_535 }],
    ['[::1]:9087', { host: '::1', port: 9087 }],
    ['[::]:9087', { host: '::', port: 9087 }],
    ['unix:/run/scrapegate.sock', { path: '/run/scrapegate.sock', mode: 0o660 }],
    ['systemd', { systemd: {} }],
    ['systemd:metrics', { systemd: { name: 'metrics' } }],
  ])('%s and back', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
    expect(formatListenAddress(address)).toBe(text);
  });
});

describe('parsePort', () => {
  it.each(['', ' 1', '0x10', '1e3', '1.5', '00', '99999', '+1'])('refuses %j', (text) =>
    expect(parsePort(text)).toBeUndefined(),
  );
});

describe('who can reach a host', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', 'localhost', 'LOCALHOST'])(
    '%s is this machine',
    (host) => expect(isLoopbackHost(host)).toBe(true),
  );
  it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'localhost.example', '127.example'])(
    '%s is not',
    (host) => expect(isLoopbackHost(host)).toBe(false),
  );
  it.each([
    ['0.0.0.0', true],
    ['::', true],
    ['0:0::0', true],
    ['127.0.0.1', false],
    ['localhost', false],
  ])('%s stands for every address: %s', (host, expected) => expect(isWildcardHost(host)).toBe(expected));
});
