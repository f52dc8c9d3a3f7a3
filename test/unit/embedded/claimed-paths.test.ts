import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compilePathClaim } from '../../../src/embedded/claimed-paths.js';

const claims = compilePathClaim(['/metrics', '/v1/metrics']);

/** How applications find the path of a request target. Each throws where it finds none. */
const APPLICATIONS: Readonly<Record<string, (target: string) => string>> = {
  'URL with a base': urlPath,
  'URL twice': (target) => urlPath(urlPath(target)),
  'URL, decoded': (target) => decodeURIComponent(urlPath(target)),
  'decoded, URL': (target) => urlPath(decodeURIComponent(target)),
  'up to the query': (target) => target.split('?', 1)[0] ?? '',
  'up to the query, normalised': (target) => posix.normalize(target.split('?', 1)[0] ?? ''),
  'up to any delimiter, decoded': (target) => decodeURIComponent(target.split(/[?#;]/, 1)[0] ?? ''),
};

function urlPath(target: string): string {
  return new URL(target, 'http://localhost').pathname;
}

describe('the claim of paths', () => {
  it('holds for whatever any application could read as one', () => {
    const pieces = [
      '/',
      '\\',
      '.',
      '..',
      'x',
      'metrics',
      'METRICS',
      '%2f',
      '%6detrics',
      ':',
      '@',
      '?',
      '#',
      ';',
    ];
    const unclaimed: string[] = [];
    let read = 0;
    const tails = sequences(pieces, 4).filter((tail) => /etrics/i.test(tail));
    for (const target of tails.flatMap((tail) => [`/${tail}`, `http://a/${tail}`])) {
      for (const [name, pathOf] of Object.entries(APPLICATIONS)) {
        if (!isMetrics(pathOf, target)) continue;
        read += 1;
        if (!claims(target)) unclaimed.push(`${name}: ${target}`);
      }
    }
    expect(unclaimed).toEqual([]);
    expect(read).toBeGreaterThan(1_000);
  });

  it.each([
    '//x/metrics',
    '///x/metrics',
    '/\\x/metrics',
    '\\\\x/metrics',
    '//%78/metrics',
    '//[::1]/metrics',
    '//x:80/metrics',
    '//u@x\\metrics',
    '//x/v1/metrics',
    '//x/v1/%2e/METRICS/',
    '/%2fx/metrics',
    '/.//x/metrics',
    'http://a//x/metrics',
    'http:///x/metrics',
    'https:x/metrics',
    'http:metrics',
    'ws://x/metrics',
  ])('holds for %s, in which a host may stand', (target) => {
    expect(claims(target)).toBe(true);
  });

  it.each([
    '/metrics%252525252525252F',
    '/%%36d%65trics',
    '/metrics%3Fx',
    '/metrics%23',
    '/v1;a=b%2f%/metrics',
    '/x#/../metrics',
  ])('holds for %s', (target) => {
    expect(claims(target)).toBe(true);
  });

  it.each([
    '/',
    '*',
    '',
    '//',
    '/x',
    '/metric',
    '/metricss',
    '/metrics/x',
    '/api/metrics',
    '/api/v1/metrics',
    '/v1',
    '/v1/metrics/x',
    '/x?/metrics',
    '/x?next=/../metrics',
    '/metrics-docs',
    '/metrics%',
    '/metrics%zz',
    '/me%ff%fetrics',
    'http://a/api/metrics',
    'http://metrics/',
    '//metrics/x',
    '//x/metrics/y',
  ])('does not hold for %s', (target) => {
    expect(claims(target)).toBe(false);
  });

  it('decodes no byte twice, however deep the encoding is', () => {
    expect(claims(`/metrics%${'25'.repeat(5_000)}2F`)).toBe(true);
    expect(claims(`/${'%25252525'.repeat(1_700)}`)).toBe(false);
    expect(claims(`/${'%25'.repeat(5_000)}`)).toBe(false);
    expect(claims(`/metric${'%cc%81'.repeat(1_300)}${'%cc%a3'.repeat(1_300)}s`)).toBe(false);
  });
});

function isMetrics(pathOf: (target: string) => string, target: string): boolean {
  try {
    return /^\/*metrics\/*$/i.test(pathOf(target));
  } catch {
    return false;
  }
}

function sequences(pieces: readonly string[], length: number): readonly string[] {
  if (length === 0) return [''];
  const shorter = sequences(pieces, length - 1);
  return pieces.flatMap((piece) => shorter.map((rest) => piece + rest));
}
