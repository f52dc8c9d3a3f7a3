import { describe, expect, test } from 'vitest';

import { resolveGuardOptions } from '../../../src/guard/resolve-options.js';
import { bearerProof } from '../../support/credentials.js';
import { callUntyped } from '../../support/untyped.js';

const GRANT = { view: 'operations', target: 'litellm' };

function paths(options: unknown): readonly string[] {
  const resolved = callUntyped(resolveGuardOptions, options);
  return resolved.ok ? [] : resolved.error.map(({ path }) => path);
}

function credential(name: string, token: string, grant: unknown = GRANT): object {
  return { name, proofs: [bearerProof(token)], grant };
}

describe('resolveGuardOptions', () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ['nothing', undefined, ['']],
    ['an unknown option', { credential: [] }, ['credential']],
    ['A11: lists that were set but are empty', { network: { allowedIps: [] } }, ['network.allowedIps']],
    ['credentials that are no list', { credentials: 'all' }, ['credentials']],
    ['a credential that is no object', { credentials: [7] }, ['credentials[0]']],
    ['no grant', { credentials: [credential('a', 't', null)] }, ['credentials[0].grant']],
    [
      'an empty grant',
      { credentials: [credential('a', 't', {})] },
      ['credentials[0].grant.view', 'credentials[0].grant.target'],
    ],
    [
      'empty names',
      { credentials: [credential('a', 't', { view: '', target: '' })] },
      ['credentials[0].grant.view', 'credentials[0].grant.target'],
    ],
    [
      'a word for a boolean',
      { credentials: [credential('a', 't', { ...GRANT, self: 'yes' })] },
      ['credentials[0].grant.self'],
    ],
    [
      'an unknown member of a grant',
      { credentials: [credential('a', 't', { ...GRANT, views: [] })] },
      ['credentials[0].grant.views'],
    ],
    [
      'an unknown member of a credential',
      { credentials: [{ ...credential('a', 't'), notAfterMs: 1 }] },
      ['credentials[0].notAfterMs'],
    ],
    ['the reserved name', { credentials: [credential('anonymous', 't')] }, ['credentials[0].name']],
    ['no name', { credentials: [{ proofs: [bearerProof('t')], grant: GRANT }] }, ['credentials[0].name']],
    ['an empty anonymous grant', { anonymous: {} }, ['anonymous.view', 'anonymous.target']],
    ['own metrics for anyone', { anonymous: { ...GRANT, self: true } }, ['anonymous.self']],
  ])('refuses %s', (_title, options, expected) => {
    expect(paths(options)).toEqual(expected);
  });

  test('collects what is wrong in every room at once', () => {
    expect(
      paths({
        network: { trustedProxies: ['0.0.0.0/0'] },
        limits: { lockoutMs: 1 },
        credentials: [credential('a', 't'), credential('a', 't', {})],
        anonymous: 'yes',
      }),
    ).toEqual([
      'network.trustedProxies[0]',
      'limits.lockoutMs',
      'credentials[1].name',
      'credentials[1].proofs[0].digest',
      'credentials[1].grant.view',
      'credentials[1].grant.target',
      'anonymous',
    ]);
  });

  test('takes nothing at all: the guard is closed', () => {
    expect(resolveGuardOptions({})).toMatchObject({
      ok: true,
      value: { credentials: [], anonymous: undefined },
    });
  });

  test('grants only what was said', () => {
    const resolved = callUntyped(resolveGuardOptions, {
      credentials: [credential('a', 't'), credential('b', 'u', { ...GRANT, self: true })],
      anonymous: GRANT,
    });
    expect(resolved).toMatchObject({
      ok: true,
      value: {
        grants: new Map([
          ['a', { ...GRANT, self: false }],
          ['b', { ...GRANT, self: true }],
        ]),
        anonymous: { ...GRANT, self: false },
      },
    });
  });
});
