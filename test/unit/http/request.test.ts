import { describe, expect, it } from 'vitest';
import { parseRequest, type RawRequest } from '../../../src/http/request.js';

function raw(target: string, options: Partial<RawRequest> = {}): RawRequest {
  return {
    method: 'GET',
    target,
    rawHeaders: ['Host', 'gate.example'],
    peerAddress: '127.0.0.1',
    ...options,
  };
}

function headers(...lines: readonly (readonly [string, string])[]): Pick<RawRequest, 'rawHeaders'> {
  return { rawHeaders: ['Host', 'gate.example', ...lines.flat()] };
}

describe('parseRequest', () => {
  it.each([
    '',
    '*',
    'metrics',
    'gate.example:443',
    'http://gate.example/metrics',
    '\\metrics',
    '/metrics\\x',
    '/metrics#x',
    '/metrics?a#b',
    '/met rics',
    '/metrics\t',
    '/metrics\r\n',
    '/metrics\0',
    '/m\u00e9trics',
    '/metrics\u007f',
  ])('refuses the target %j', (target) => {
    expect(parseRequest(raw(target))).toEqual({ ok: false, error: 'request_malformed' });
  });

  it.each([
    '/',
    '//metrics',
    '/metrics/',
    '/metrics//x',
    '/./metrics',
    '/../metrics',
    '/metrics/..',
    '/metrics/.x',
    '/.well-known',
    '/%6detrics',
    '/metrics%2f',
    '/metrics;a',
    '/metrics:80',
    '/a@b',
    '/a!b',
    '/a+b',
    '/a,b',
    '/a=b',
    "/a'b",
    '/?x',
  ])('gives the target %j no path', (target) => {
    const parsed = parseRequest(raw(target));
    expect(parsed).toMatchObject({ ok: true, value: { path: undefined } });
  });

  it.each([
    ['/metrics', '/metrics', ''],
    ['/metrics?', '/metrics', ''],
    ['/metrics?a=b&c', '/metrics', 'a=b&c'],
    ['/metrics?a?b', '/metrics', 'a?b'],
    ['/metrics?/health', '/metrics', '/health'],
    ['/METRICS', '/METRICS', ''],
    ['/metrics/lite-llm.v1_a~b', '/metrics/lite-llm.v1_a~b', ''],
    ['/-/metrics', '/-/metrics', ''],
    ['/__proto__', '/__proto__', ''],
  ])('reads the target %j as the path %j and the query %j', (target, path, query) => {
    expect(parseRequest(raw(target))).toMatchObject({ ok: true, value: { method: 'GET', path, query } });
  });

  it.each(['GET', 'HEAD'])('refuses a body on %s', (method) => {
    for (const line of [
      ['Content-Length', '1'],
      ['content-length', '00'],
      ['Content-Length', '0, 0'],
      ['Content-Length', ''],
      ['Transfer-Encoding', 'chunked'],
      ['TRANSFER-ENCODING', 'identity'],
    ] as const) {
      expect(parseRequest(raw('/metrics', { method, ...headers(line) }))).toEqual({
        ok: false,
        error: 'body_unexpected',
      });
    }
  });

  it('takes a length of nought on GET, and any body on a method that is refused later', () => {
    expect(parseRequest(raw('/metrics', headers(['Content-Length', '0']))).ok).toBe(true);
    expect(parseRequest(raw('/metrics', { method: 'POST', ...headers(['Content-Length', '9']) })).ok).toBe(
      true,
    );
  });

  it('refuses a second Host, also one that is equal', () => {
    expect(parseRequest(raw('/metrics', headers(['host', 'gate.example'])))).toEqual({
      ok: false,
      error: 'request_malformed',
    });
  });

  it('refuses more than a hundred header lines', () => {
    const lines = (count: number): string[] =>
      Array.from({ length: count }, (_, index) => [`X-${index}`, 'y']).flat();
    expect(parseRequest(raw('/metrics', { rawHeaders: lines(101) }))).toEqual({
      ok: false,
      error: 'headers_too_many',
    });
    expect(parseRequest(raw('/metrics', { rawHeaders: lines(100) })).ok).toBe(true);
  });

  it('keeps header lines in order, their names in lower case, and the peer as it is', () => {
    const parsed = parseRequest(
      raw('/metrics', { peerAddress: undefined, ...headers(['X-A', '1'], ['__proto__', '2'], ['x-a', '3']) }),
    );
    if (!parsed.ok) throw new Error(parsed.error);
    expect(parsed.value.headers.all('x-a')).toEqual(['1', '3']);
    expect(parsed.value.headers.all('__proto__')).toEqual(['2']);
    expect(parsed.value.headers.all('toString')).toEqual([]);
    expect(parsed.value.peerAddress).toBeUndefined();
  });
});
