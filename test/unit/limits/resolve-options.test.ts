import { describe, expect, test } from 'vitest';

import { resolveLimitsOptions } from '../../../src/limits/resolve-options.js';
import { callUntyped } from '../../support/untyped.js';

describe('resolveLimitsOptions', () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ['not an object', 10, ['']],
    ['an unknown option', { failures: 10 }, ['failures']],
    ['a wrong unit', { lockoutMs: 15 }, ['lockoutMs']],
    ['no failure allowed', { failuresPerMinute: 0 }, ['failuresPerMinute']],
    [
      'fractions, text and infinity',
      { requestsPerWindow: 1.5, windowMs: '60000', maxClients: Infinity },
      ['requestsPerWindow', 'windowMs', 'maxClients'],
    ],
    ['not a number', { failuresPerMinute: Number.NaN, lockoutMs: -1 }, ['failuresPerMinute', 'lockoutMs']],
  ])('refuses %s', (_title, options, paths) => {
    const resolved = callUntyped(resolveLimitsOptions, options);
    expect(resolved.ok ? [] : resolved.error.map(({ path }) => path)).toEqual(paths);
  });

  test('fills in the documented defaults', () => {
    expect(resolveLimitsOptions()).toEqual({
      ok: true,
      value: {
        failuresPerMinute: 10,
        lockoutMs: 900_000,
        requestsPerWindow: 120,
        windowMs: 60_000,
        maxClients: 100_000,
      },
    });
    expect(resolveLimitsOptions({ lockoutMs: 60_000 })).toMatchObject({
      ok: true,
      value: { lockoutMs: 60_000 },
    });
  });
});
