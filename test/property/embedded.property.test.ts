// Whatever a reader of URLs would take for a path of the gate is claimed by it.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePathClaim } from '../../src/embedded/claimed-paths.js';

const claims = compilePathClaim(['/metrics', '/v1/metrics']);

/** What frameworks and URL parsers do to a path before they compare it. */
const READERS: readonly (readonly [name: string, read: (target: string) => string | undefined])[] = [
  ['the WHATWG parser', (target) => pathOf(target)],
  ['the same, decoded', (target) => decoded(pathOf(target))],
  ['decoded twice', (target) => decoded(decoded(pathOf(target)))],
  ['slashes merged', (target) => pathOf(target)?.replaceAll(/\/+/g, '/')],
  ['slashes merged, then folders', (target) => pathOf(target.replaceAll(/\/+/g, '/'))],
  ['decoded, then folders', (target) => pathOf(decoded(target) ?? '')],
  ['cut at a semicolon', (target) => target.split(/[;?#]/, 1)[0]],
  ['parameters taken out', (target) => pathOf(target)?.replaceAll(/;[^/]*/g, '')],
];

const PIECES = [
  '/',
  '//',
  '.',
  '..',
  '%2e',
  '%2E.',
  '%2f',
  '%5c',
  '\\',
  ';',
  ';a=b',
  '?',
  '#',
  'x',
  '%',
  '%25',
  'metrics',
  'METRICS',
  'm%65trics',
  '%256Detrics',
  'v1',
  'V1',
  '%761',
  ' ',
  '\t',
];

function pathOf(target: string): string | undefined {
  const url = `http://a${target}`;
  return target.startsWith('/') && URL.canParse(url) ? new URL(url).pathname : undefined;
}

function decoded(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function isTheirs(path: string | undefined): boolean {
  return path !== undefined && /^\/(?:v1\/)?metrics\/?$/i.test(path);
}

describe('the claim of paths', () => {
  it('has whatever any reader of URLs would take for one of its paths', () => {
    const piece = fc.constantFrom(...PIECES);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const target = `/${pieces.join('')}`;
        if (claims(target)) return;
        for (const [name, read] of READERS) {
          const path = target.includes('\\') || /\s/.test(target) ? undefined : read(target);
          expect([name, target, isTheirs(path)]).toEqual([name, target, false]);
        }
      }),
      { numRuns: 20_000 },
    );
  });
});
