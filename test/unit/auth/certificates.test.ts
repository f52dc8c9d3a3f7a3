// Certificates in the authenticator: alone, beside other proofs, and under a lockout.

import { describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../../src/auth/authenticator.js';
import type { ClientCertificate } from '../../../src/auth/client-certificate.js';
import type { AuthDecision } from '../../../src/auth/decision.js';
import type { CredentialOptions } from '../../../src/auth/options.js';
import { verifyPassword } from '../../../src/auth/password.js';
import { resolveCredentials } from '../../../src/auth/resolve-credentials.js';
import { basic, basicProof, bearerProof, presenting, STRONG_TOKEN } from '../../support/credentials.js';
import { ManualClock } from '../../support/manual-clock.js';
import { callUntyped } from '../../support/untyped.js';

const SCRAPER = { type: 'dns', value: 'scraper.example' } as const;
const ALONE: CredentialOptions = { name: 'alone', proofs: [{ kind: 'certificate', names: [SCRAPER] }] };
const ANY: CredentialOptions = { name: 'any', proofs: [{ kind: 'certificate', names: 'any' }] };
const BESIDE: CredentialOptions = {
  name: 'beside',
  proofs: [await basicProof('alice', 'pass'), bearerProof(STRONG_TOKEN), bearerProof('hunter2')],
  certificate: [SCRAPER],
};

function certificate(more: Partial<ClientCertificate> = {}): ClientCertificate {
  return { trusted: true, thumbprint: 'x', notBeforeMs: 0, notAfterMs: Infinity, names: [SCRAPER], ...more };
}

function scene(...credentials: readonly CredentialOptions[]) {
  const clock = new ManualClock();
  let derivations = 0;
  const authenticator = createAuthenticator(credentials, {
    clock,
    verify: (password, hash) => {
      derivations += 1;
      return verifyPassword(password, hash);
    },
  });
  const ask = (
    shown: ClientCertificate | undefined,
    values: readonly string[] = [],
    effort: 'full' | 'cheap' = 'full',
  ): Promise<AuthDecision> =>
    authenticator.authenticate({
      headers: presenting(...values),
      clientPrefix: '192.0.2.1/32',
      effort,
      ...(shown !== undefined && { certificate: shown }),
    });
  return { clock, authenticator, ask, derivations: () => derivations };
}

describe('a certificate alone', () => {
  test.each<[string, ClientCertificate | undefined, string]>([
    ['none', undefined, 'credential_missing'],
    ['not trusted', certificate({ trusted: false }), 'certificate_untrusted'],
    ['expired', certificate({ notAfterMs: 1 }), 'certificate_expired'],
    ['not yet valid', certificate({ notBeforeMs: Infinity }), 'certificate_not_yet_valid'],
    [
      'another name',
      certificate({ names: [{ type: 'dns', value: 'x.example' }] }),
      'certificate_name_unknown',
    ],
    [
      'another type',
      certificate({ names: [{ type: 'uri', value: SCRAPER.value }] }),
      'certificate_name_unknown',
    ],
  ])('%s is refused', async (_, shown, reason) => {
    const { ask } = scene(ALONE);
    expect(await ask(shown)).toEqual({ kind: 'rejected', reason });
    expect(await ask(shown, [], 'cheap')).toEqual({ kind: 'rejected', reason });
  });

  test('the right one is accepted, from a locked-out client, too', async () => {
    const { ask } = scene(ALONE);
    for (const effort of ['full', 'cheap'] as const)
      expect(await ask(certificate(), [], effort)).toEqual({ kind: 'authenticated', credential: 'alone' });
  });

  test('A17: does not stand in for a wrong or unreadable credential', async () => {
    const { ask } = scene(ALONE, { name: 'token', proofs: [bearerProof(STRONG_TOKEN)] });
    expect(await ask(certificate(), ['Bearer wrong'])).toMatchObject({ kind: 'rejected' });
    expect(await ask(certificate(), ['Basic'])).toMatchObject({ kind: 'rejected' });
    expect(await ask(certificate(), [`Bearer ${STRONG_TOKEN}`, `Bearer ${STRONG_TOKEN}`])).toMatchObject({
      kind: 'rejected',
    });
    expect(await ask(certificate(), [`Bearer ${STRONG_TOKEN}`])).toMatchObject({ credential: 'token' });
  });

  test('is that of the credential that names it, before one that takes any', async () => {
    const { ask } = scene(ANY, ALONE);
    expect(await ask(certificate())).toMatchObject({ credential: 'alone' });
    expect(await ask(certificate({ names: [] }))).toMatchObject({ credential: 'any' });
    expect(await ask(certificate({ names: [], trusted: false }))).toMatchObject({ kind: 'rejected' });
  });

  test('holds no longer than its credential', async () => {
    const { ask, clock } = scene({
      name: 'brief',
      proofs: [{ kind: 'certificate', names: [SCRAPER], notAfterMs: new ManualClock().nowMs() + 1_000 }],
    });
    expect(await ask(certificate())).toMatchObject({ kind: 'authenticated' });
    clock.advance(1_000);
    expect(await ask(certificate())).toEqual({
      kind: 'rejected',
      reason: 'credential_expired',
      credential: 'brief',
    });
  });

  test('leaves a challenge that is valid HTTP', () => {
    expect(scene(ALONE).authenticator.challenges).toEqual(['Bearer realm="scrapegate"']);
  });

  test('is nothing where no credential takes one', async () => {
    const { ask } = scene({ name: 'token', proofs: [bearerProof(STRONG_TOKEN)] });
    for (const shown of [certificate(), certificate({ trusted: false })])
      expect(await ask(shown)).toEqual({ kind: 'rejected', reason: 'credential_missing' });
  });
});

describe('a certificate beside another proof', () => {
  const SHOWN = [`Bearer ${STRONG_TOKEN}`, 'Bearer hunter2', basic('alice', 'pass')];

  test.each(SHOWN)('has to be right as well: %#', async (value) => {
    const { ask } = scene(BESIDE);
    expect(await ask(certificate(), [value])).toEqual({ kind: 'authenticated', credential: 'beside' });
    const missing = { kind: 'rejected', reason: 'certificate_missing', credential: 'beside' };
    const mismatch = { kind: 'rejected', reason: 'certificate_mismatch', credential: 'beside' };
    expect(await ask(undefined, [value])).toEqual(missing);
    for (const wrong of [{ trusted: false }, { notAfterMs: 1 }, { notBeforeMs: Infinity }, { names: [] }])
      expect(await ask(certificate(wrong), [value])).toEqual(mismatch);
  });

  test('a stolen password costs what a wrong one costs, every time, and is not remembered', async () => {
    const { ask, derivations } = scene(BESIDE);
    for (let round = 1; round <= 3; round += 1) {
      await ask(undefined, [basic('alice', 'pass')]);
      expect(derivations()).toBe(round);
    }
    expect(await ask(undefined, [basic('alice', 'pass')], 'cheap')).toEqual({ kind: 'unexamined' });
    expect(await ask(undefined, ['Bearer hunter2'], 'cheap')).toEqual({ kind: 'unexamined' });
    expect(await ask(certificate(), [basic('alice', 'pass')])).toMatchObject({ kind: 'authenticated' });
    expect(await ask(certificate(), [basic('alice', 'pass')])).toMatchObject({ kind: 'authenticated' });
    expect(derivations()).toBe(4);
    // Right before from here, and stolen since.
    await ask(undefined, [basic('alice', 'pass')]);
    expect(derivations()).toBe(5);
    expect(await ask(undefined, [basic('alice', 'pass')], 'cheap')).toEqual({ kind: 'unexamined' });
  });

  test('is no credential by itself', async () => {
    const { ask } = scene(BESIDE);
    expect(await ask(certificate())).toEqual({ kind: 'rejected', reason: 'credential_missing' });
  });
});

describe('options', () => {
  const problemsOf = (...credentials: readonly unknown[]): unknown => {
    const resolved = callUntyped(resolveCredentials, credentials);
    return resolved.ok ? [] : resolved.error.map(({ path }) => path);
  };
  const proof = (names: unknown): unknown => ({ name: 'a', proofs: [{ kind: 'certificate', names }] });

  test.each<[string, unknown, string]>([
    ['no names', [], '[0].proofs[0].names'],
    ['no list', undefined, '[0].proofs[0].names'],
    ['a text', 'all', '[0].proofs[0].names'],
    ['a pattern', [{ type: 'dns', value: '*.example' }], '[0].proofs[0].names[0]'],
    ['an unknown type', [{ type: 'cn', value: 'a' }], '[0].proofs[0].names[0]'],
    ['a name that is none', [null], '[0].proofs[0].names[0]'],
    ['a member too many', [{ ...SCRAPER, exact: false }], '[0].proofs[0].names[0]'],
  ])('%s is a problem', (_, names, path) => {
    expect(problemsOf(proof(names))).toEqual([path]);
    expect(
      problemsOf({ name: 'a', proofs: [bearerProof(STRONG_TOKEN)], certificate: names ?? null }),
    ).toEqual([path.replace('proofs[0].names', 'certificate')]);
  });

  test('the same certificates twice are a problem', () => {
    expect(problemsOf(ALONE, { ...ALONE, name: 'other' })).toEqual(['[1].proofs[0].names']);
    expect(problemsOf(ANY, { ...ANY, name: 'other' })).toEqual(['[1].proofs[0].names']);
    expect(problemsOf(ALONE, ANY)).toEqual([]);
  });
});
