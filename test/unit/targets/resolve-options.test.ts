import { describe, expect, test } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import { Secret } from '../../../src/internal/secret.js';
import type { HttpTargetOptions, TargetCredential } from '../../../src/targets/options.js';
import { resolveHttpTargetOptions } from '../../../src/targets/resolve-options.js';
import { readFixture } from '../../support/hostile-server.js';
import { callUntyped } from '../../support/untyped.js';

const URL_TEXT = 'https://litellm.example:4000/metrics/';
const ca = readFixture('ca.pem');

function problemsOf(options: HttpTargetOptions): ScrapegateError {
  try {
    resolveHttpTargetOptions(options);
  } catch (error) {
    if (error instanceof ScrapegateError) return error;
    throw error;
  }
  throw new Error('the options were accepted');
}

function pathsOf(options: Partial<HttpTargetOptions>): readonly string[] {
  return problemsOf({ name: 'litellm', url: URL_TEXT, ...options }).problems.map(({ path }) => path);
}

describe('refuses', () => {
  test.each([
    '',
    'litellm',
    '/metrics',
    'http:/metrics',
    'http:///metrics',
    'file:///etc/passwd',
    'unix:/run/metrics.sock',
    'http+unix://%2Frun%2Fmetrics.sock/metrics',
    'ftp://litellm.example/metrics',
    'data:text/plain,up 1',
    'javascript:void 0',
    'http://litellm.example:99999/metrics',
    'http://[::1/metrics',
    'http://lite llm.example/metrics',
    ' http://litellm.example/metrics',
    'http://litellm.example/met\trics',
    'http://litellm.example/metrics\r\nX-Forwarded-For: 10.0.0.1',
    'http:\\\\litellm.example\\metrics',
    'http://litellm.example/métriques',
    'http://ⓛitellm.example/metrics',
    'http://litellm.example/metrics#fragment',
    'http://litellm.example/metrics#',
    'http://2130706433/metrics',
    'http://0x7f.1/metrics',
    'http://0177.0.0.1/metrics',
    'http://127.1/metrics',
  ])('the URL %j', (url) => {
    expect(pathsOf({ url })).toEqual(['url']);
  });

  test.each([
    'https://gate:sk-hidden@litellm.example/',
    'https://@litellm.example/',
    'https://sk-hidden@h.example/#x',
  ])('user information, without printing it: %s', (url) => {
    const error = problemsOf({ name: 'litellm', url });
    expect(error.problems[0]?.path).toBe('url');
    expect(error.problems[0]?.message).toContain('user information');
    const printed = [error.message, ...error.problems.map(({ path, message }) => path + message)].join(' ');
    expect(printed).not.toMatch(/sk-hidden|example/);
  });

  test.each(['', '.', '..', '-x', 'a/b', 'a b', 'ä', 'x'.repeat(64)])('the name %j', (name) => {
    expect(pathsOf({ name })).toEqual(['name']);
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity, 3_600_001])('a timeout of %s ms', (timeoutMs) => {
    expect(pathsOf({ timeoutMs })).toEqual(['timeoutMs']);
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity, 1024 ** 3 + 1])('a cap of %s bytes', (maxBytes) => {
    expect(pathsOf({ maxBytes })).toEqual(['maxBytes']);
  });

  test.each([
    ['an empty text', ''],
    ['a path', '/etc/ssl/ca.pem'],
    ['a private key', readFixture('server.key.pem')],
    ['a damaged certificate', ca.replace(/\n[A-Za-z0-9+/]{8}/, '\n????????')],
    [
      'a damaged certificate after a whole one',
      `${ca}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
    ],
  ])('authorities that are %s', (_title, text) => {
    expect(pathsOf({ ca: text })).toEqual(['ca']);
  });

  test('authorities for a URL without TLS, where they would do nothing', () => {
    expect(pathsOf({ url: 'http://litellm.example/metrics', ca })).toEqual(['ca']);
  });

  const CREDENTIALS: readonly [title: string, credential: TargetCredential, path: string][] = [
    ['an empty token', { kind: 'bearer', token: new Secret('') }, 'credential.token'],
    ['a token with a line feed', { kind: 'bearer', token: new Secret('sk-1\n') }, 'credential.token'],
    ['a token with a space', { kind: 'bearer', token: new Secret('sk 1') }, 'credential.token'],
    ['a token beyond ASCII', { kind: 'bearer', token: new Secret('schlüssel') }, 'credential.token'],
    [
      'a username with a colon',
      { kind: 'basic', username: 'a:b', password: new Secret('x') },
      'credential.username',
    ],
    [
      'a username with a line feed',
      { kind: 'basic', username: 'a\nb', password: new Secret('x') },
      'credential.username',
    ],
    [
      'a password with a NUL',
      { kind: 'basic', username: 'a', password: new Secret('x\0') },
      'credential.password',
    ],
  ];
  test.each(CREDENTIALS)('%s', (_title, credential, path) => {
    expect(pathsOf({ credential })).toEqual([path]);
  });

  test.each([
    [{ url: 7 }, 'url'],
    [{ name: undefined }, 'name'],
    [{ ca: 7 }, 'ca'],
    [{ timeoutMs: '10s' }, 'timeoutMs'],
    [{ maxBytes: null }, 'maxBytes'],
    [{ onMalformed: null }, 'onMalformed'],
    [{ onMalformed: 'ignore' }, 'onMalformed'],
    [{ credential: { kind: 'digest' } }, 'credential.kind'],
    [{ credential: { kind: 'bearer', token: 'sk-plain' } }, 'credential.token'],
    [{ credential: { kind: 'basic', password: new Secret('x') } }, 'credential.username'],
    [{ credential: { kind: 'basic', username: 'gate', password: 'plain' } }, 'credential.password'],
  ])('what no type would let through: %j', (options, path) => {
    expect(callUntyped(pathsOf, options)).toEqual([path]);
  });

  test('everything at once', () => {
    const error = problemsOf({
      name: '',
      url: 'ftp://litellm.example',
      credential: { kind: 'bearer', token: new Secret('a b') },
      ca: 'none',
      timeoutMs: 0,
      maxBytes: 0,
    });
    expect(error.code).toBe('ERR_SCRAPEGATE_OPTIONS_INVALID');
    expect(error.problems.map(({ path }) => path)).toEqual([
      'name',
      'url',
      'credential.token',
      'ca',
      'timeoutMs',
      'maxBytes',
    ]);
  });
});

describe('resolves', () => {
  test('the defaults', () => {
    expect(resolveHttpTargetOptions({ name: 'litellm', url: URL_TEXT })).toEqual({
      name: 'litellm',
      url: {
        href: URL_TEXT,
        protocol: 'https:',
        hostname: 'litellm.example',
        origin: 'https://litellm.example:4000',
        path: '/metrics/',
      },
      credential: undefined,
      ca: undefined,
      timeoutMs: 10_000,
      maxBytes: 268_435_456,
      onMalformed: 'fail',
    });
  });

  test.each([
    ['http://127.0.0.1:4000/metrics', '127.0.0.1', '/metrics'],
    ['http://[::1]:4000/metrics', '[::1]', '/metrics'],
    ['http://169.254.20.10:9253/metrics', '169.254.20.10', '/metrics'],
    ['HTTP://LiteLLM.example', 'litellm.example', '/'],
    ['http://litellm.example/metrics?name[]=a%20b', 'litellm.example', '/metrics?name[]=a%20b'],
    ['http://litellm.example/@me', 'litellm.example', '/@me'],
  ])('%s', (url, hostname, path) => {
    expect(resolveHttpTargetOptions({ name: 'x', url }).url).toMatchObject({ hostname, path });
  });

  test('several authorities in one text', () => {
    expect(resolveHttpTargetOptions({ name: 'x', url: URL_TEXT, ca: `${ca}\n${ca}` }).ca).toContain('BEGIN');
  });

  test('to something that cannot be changed, and does not print its secret', () => {
    const credential = { kind: 'basic', username: 'gate', password: new Secret('sk-hidden') } as const;
    const resolved = resolveHttpTargetOptions({ name: 'x', url: URL_TEXT, credential });
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(Object.isFrozen(resolved.url)).toBe(true);
    expect(Object.isFrozen(resolved.credential)).toBe(true);
    expect(JSON.stringify(resolved)).not.toContain('sk-hidden');
  });
});
