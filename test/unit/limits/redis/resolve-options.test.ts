import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/internal/secret.js';
import { resolveRedisOptions } from '../../../../src/limits/redis/resolve-options.js';

const CA = readFileSync(new URL('../../../support/fixtures/tls/ca.pem', import.meta.url), 'utf8');

function problemsOf(options: unknown): readonly string[] {
  const resolved = resolveRedisOptions(options);
  return resolved.ok ? [] : resolved.error.map(({ path }) => path);
}

describe('options of a Redis', () => {
  it.each([
    '',
    'redis.example:6379',
    'http://redis.example',
    'redis://',
    'redis:///0',
    'redis://:0',
    'redis://redis.example:0',
    'redis://redis.example:65536',
    'redis://redis.example/zero',
    'redis://redis.example/0/1',
    'redis://redis.example?db=1',
    'redis://redis.example#1',
    'redis://user:%E0%A4@redis.example',
    'redis://red is.example',
    'unix:///run/redis.sock',
  ])('refuse the URL %j, and do not repeat it', (url) => {
    const resolved = resolveRedisOptions({ url: new Secret(url) });
    expect(problemsOf({ url: new Secret(url) })).toEqual(['url']);
    expect(JSON.stringify(resolved)).not.toContain(`"${url}"`);
  });

  it('take an URL only as a secret', () => {
    expect(problemsOf({ url: 'redis://redis.example' })).toEqual(['url']);
    expect(problemsOf({})).toEqual(['url']);
    expect(problemsOf(undefined)).toEqual(['']);
  });

  it('tell every problem at once', () => {
    expect(problemsOf({ url: new Secret('x'), caPem: 'x', keyPrefix: 'with space', tls: true })).toEqual([
      'tls',
      'url',
      'caPem',
      'keyPrefix',
    ]);
  });

  it('refuse an authority where there is no TLS', () => {
    expect(problemsOf({ url: new Secret('redis://redis.example'), caPem: CA })).toEqual(['caPem']);
    expect(problemsOf({ url: new Secret('rediss://redis.example'), caPem: CA })).toEqual([]);
    const broken = '-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n';
    const secondIsNone = { url: new Secret('rediss://redis.example'), caPem: `${CA}\n${broken}` };
    expect(problemsOf(secondIsNone)).toEqual(['caPem']);
  });

  it.each([
    ['redis://redis.example', { host: 'redis.example', port: 6379, tls: false, database: 0 }],
    ['rediss://redis.example:6380/', { host: 'redis.example', port: 6380, tls: true, database: 0 }],
    ['redis://[::1]:7000/15', { host: '::1', port: 7000, tls: false, database: 15 }],
  ])('read %s', (url, expected) => {
    expect(resolveRedisOptions({ url: new Secret(url) })).toMatchObject({
      ok: true,
      value: { ...expected, username: undefined, password: undefined, keyPrefix: 'scrapegate:' },
    });
  });

  it('read user and password, which stays secret', () => {
    const resolved = resolveRedisOptions({ url: new Secret('redis://gate:p%40ss%3Aword@redis.example') });
    if (!resolved.ok) throw new Error('refused');
    expect(resolved.value.username).toBe('gate');
    expect(resolved.value.password?.reveal()).toBe('p@ss:word');
    expect(JSON.stringify(resolved)).not.toContain('p@ss');
  });
});
