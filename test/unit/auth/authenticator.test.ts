import { describe, expect, test } from 'vitest';

import { createAuthenticator, type AuthenticatorDeps } from '../../../src/auth/authenticator.js';
import type { AuthDecision } from '../../../src/auth/decision.js';
import type { CredentialOptions } from '../../../src/auth/options.js';
import { verifyPassword } from '../../../src/auth/password.js';
import { createVerifiedCache } from '../../../src/auth/verified-cache.js';
import { basic, basicProof, bearerProof, presenting, STRONG_TOKEN } from '../../support/credentials.js';
import { ManualClock } from '../../support/manual-clock.js';

const CLIENT = '192.0.2.1/32';
const OTHER = '198.51.100.0/32';

/** An authenticator whose derivations are counted. */
function scene(credentials: readonly CredentialOptions[], deps: Partial<AuthenticatorDeps> = {}) {
  const clock = new ManualClock();
  let derivations = 0;
  const authenticator = createAuthenticator(credentials, {
    clock,
    verify: (password, hash) => {
      derivations += 1;
      return verifyPassword(password, hash);
    },
    ...deps,
  });
  const ask = (
    values: readonly string[],
    effort: 'full' | 'cheap' = 'full',
    clientPrefix = CLIENT,
  ): Promise<AuthDecision> =>
    authenticator.authenticate({ headers: presenting(...values), clientPrefix, effort });
  return { clock, authenticator, ask, derivations: () => derivations };
}

function rejected(reason: string): object {
  return { kind: 'rejected', reason };
}

const ACCEPTED_ALICE = { kind: 'authenticated', credential: 'alice' };
const UNEXAMINED = { kind: 'unexamined' };
const ALICE: CredentialOptions = { name: 'alice', proofs: [await basicProof('alice', 'pass:word')] };
const WEAK: CredentialOptions = { name: 'weak', proofs: [bearerProof('hunter2')] };
const STRONG: CredentialOptions = { name: 'strong', proofs: [bearerProof(STRONG_TOKEN)] };

describe('createAuthenticator', () => {
  test('refuses wrong credentials with every problem at once, and none of the secrets', () => {
    const create = (): unknown =>
      createAuthenticator(
        [
          { name: 'a', proofs: [] },
          { name: 'a', proofs: [bearerProof('t'), bearerProof('t')] },
        ],
        { clock: new ManualClock() },
      );
    expect(create).toThrow(
      expect.objectContaining({
        code: 'ERR_SCRAPEGATE_OPTIONS_INVALID',
        problems: [
          { path: '[0].proofs', message: expect.any(String) },
          { path: '[1].name', message: expect.any(String) },
          { path: '[1].proofs[1].digest', message: expect.any(String) },
        ],
      }),
    );
  });

  test.each([
    ['nothing', [], ['Bearer realm="scrapegate"']],
    ['tokens', [STRONG], ['Bearer realm="scrapegate"']],
    ['users', [ALICE], ['Basic realm="scrapegate", charset="UTF-8"']],
    ['both', [ALICE, STRONG], ['Bearer realm="scrapegate"', 'Basic realm="scrapegate", charset="UTF-8"']],
  ])('challenges for %s', (_title, credentials, challenges) => {
    expect(scene(credentials).authenticator.challenges).toEqual(challenges);
  });

  test.each([
    ['nothing', [], 'credential_missing'],
    ['A10: an empty line', [''], 'credential_malformed'],
    [
      'A10: a valid line and another',
      [`Bearer ${STRONG_TOKEN}`, basic('alice', 'pass:word')],
      'credential_repeated',
    ],
    ['another scheme', ['Digest a=b'], 'scheme_unknown'],
    ['an unknown token', ['Bearer unknown'], 'token_unknown'],
    ['A9: a prefix of a token', [`Bearer ${STRONG_TOKEN.slice(0, -1)}`], 'token_unknown'],
    ['A9: a token and more', [`Bearer ${STRONG_TOKEN}x`], 'token_unknown'],
    ['a digest for a token', ['Bearer sha256:aaaa'], 'token_unknown'],
    ['unreadable Basic', ['Basic !!!!'], 'credential_malformed'],
    ['a wrong password', [basic('alice', 'password')], 'password_wrong'],
    ['an unknown user', [basic('bob', 'pass:word')], 'password_wrong'],
    ['A18: __proto__', [basic('__proto__', 'pass:word')], 'password_wrong'],
    ['A18: constructor', [basic('constructor', '')], 'password_wrong'],
    ['A2: an empty pair', [basic('', '')], 'password_wrong'],
  ])('rejects %s', async (_title, values, reason) => {
    const { ask } = scene([STRONG, ALICE]);
    expect(await ask(values)).toEqual(rejected(reason));
    expect(await ask(values)).toEqual(rejected(reason));
  });

  test('without credentials rejects everything', async () => {
    const { ask, derivations } = scene([]);
    expect(await ask([`Bearer ${STRONG_TOKEN}`])).toEqual(rejected('token_unknown'));
    expect(await ask([basic('alice', 'pass:word')])).toEqual(rejected('password_wrong'));
    expect(derivations()).toBe(0);
  });

  test('A13: accepts the right token and the right password', async () => {
    const { ask } = scene([STRONG, ALICE]);
    expect(await ask([`BEARER ${STRONG_TOKEN}`])).toEqual({ kind: 'authenticated', credential: 'strong' });
    expect(await ask([basic('alice', 'pass:word')])).toEqual(ACCEPTED_ALICE);
  });
});

describe('validity', () => {
  test('a token holds within its window alone; the reason names its credential', async () => {
    const clock = new ManualClock();
    const nowMs = clock.nowMs();
    const { ask } = scene(
      [{ name: 'dated', proofs: [bearerProof('t', { notBeforeMs: nowMs + 10, notAfterMs: nowMs + 20 })] }],
      { clock },
    );
    expect(await ask(['Bearer t'])).toEqual({
      kind: 'rejected',
      reason: 'credential_not_yet_valid',
      credential: 'dated',
    });
    clock.advance(10);
    expect(await ask(['Bearer t'])).toEqual({ kind: 'authenticated', credential: 'dated' });
    clock.advance(10);
    expect(await ask(['Bearer t'])).toEqual({
      kind: 'rejected',
      reason: 'credential_expired',
      credential: 'dated',
    });
    expect(await ask(['Bearer u'])).toEqual(rejected('token_unknown'));
  });

  test('a remembered password expires all the same, and then costs what a wrong one costs', async () => {
    const clock = new ManualClock();
    const proof = await basicProof('alice', 'p', { notAfterMs: clock.nowMs() + 10 });
    let derivations = 0;
    const { ask } = scene([{ name: 'alice', proofs: [proof] }], {
      clock,
      verify: (password, hash) => {
        derivations += 1;
        return verifyPassword(password, hash);
      },
    });
    expect(await ask([basic('alice', 'p')])).toEqual(ACCEPTED_ALICE);
    clock.advance(10);
    expect(await ask([basic('alice', 'p')])).toEqual({
      kind: 'rejected',
      reason: 'credential_expired',
      credential: 'alice',
    });
    expect(derivations).toBe(2);
    expect(await ask([basic('alice', 'p')], 'cheap')).toEqual(UNEXAMINED);
  });

  test('of two passwords in rotation the old one holds until it ends', async () => {
    const clock = new ManualClock();
    const endMs = clock.nowMs() + 10;
    const { ask } = scene(
      [
        {
          name: 'alice',
          proofs: [await basicProof('alice', 'old', { notAfterMs: endMs }), await basicProof('alice', 'new')],
        },
      ],
      { clock },
    );
    expect(await ask([basic('alice', 'old')])).toEqual(ACCEPTED_ALICE);
    expect(await ask([basic('alice', 'new')])).toEqual(ACCEPTED_ALICE);
    clock.advance(10);
    expect(await ask([basic('alice', 'old')])).toMatchObject(rejected('credential_expired'));
    expect(await ask([basic('alice', 'new')])).toEqual(ACCEPTED_ALICE);
  });
});

describe('verified credentials', () => {
  test('a proven password is not derived again, from any client', async () => {
    const { ask, derivations } = scene([ALICE]);
    for (const client of [CLIENT, CLIENT, OTHER]) {
      expect(await ask([basic('alice', 'pass:word')], 'full', client)).toEqual(ACCEPTED_ALICE);
    }
    expect(derivations()).toBe(1);
    expect(await ask([basic('alice', 'other')])).toEqual(rejected('password_wrong'));
    expect(derivations()).toBe(2);
  });

  test('A1: a pair that was built to look like a proven one is rejected, before, after and at the same time', async () => {
    const hash = ALICE.proofs[0]?.kind === 'basic' ? ALICE.proofs[0].passwordHash.reveal() : '';
    const { ask } = scene([ALICE]);
    const forged = [
      basic(`alice${hash}`, 'fakepassword'),
      basic('alice', `${hash}fakepassword`),
      basic('alicepass', 'word'),
    ];
    for (const pair of forged) expect(await ask([pair])).toEqual(rejected('password_wrong'));
    expect(await ask([basic('alice', 'pass:word')])).toEqual(ACCEPTED_ALICE);
    for (const pair of forged.toReversed()) expect(await ask([pair])).toEqual(rejected('password_wrong'));
    const together = await Promise.all([...forged, basic('alice', 'pass:word')].map((pair) => ask([pair])));
    expect(together.map(({ kind }) => kind)).toEqual(['rejected', 'rejected', 'rejected', 'authenticated']);
  });

  test('A4: pairs that join to the same text never share a verification', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { ask } = scene([ALICE]);
      const [right, shifted] = await Promise.all([
        ask([basic('alice', 'pass:word')]),
        ask([basic('alic', 'epass:word')]),
      ]);
      expect([right, shifted]).toEqual([ACCEPTED_ALICE, rejected('password_wrong')]);
    }
  });

  test('A5: equal wrong pairs at once cost one verification, for a known user as for an unknown one', async () => {
    for (const username of ['alice', 'bob']) {
      const { ask, derivations } = scene([ALICE]);
      const decisions = await Promise.all(Array.from({ length: 50 }, () => ask([basic(username, 'wrong')])));
      expect(decisions).toEqual(Array.from({ length: 50 }, () => rejected('password_wrong')));
      expect(derivations()).toBe(1);
    }
  });

  test('A7: one client cannot take all places; a proven scraper needs none', async () => {
    const { ask } = scene([ALICE]);
    expect(await ask([basic('alice', 'pass:word')])).toEqual(ACCEPTED_ALICE);
    const flood = Array.from({ length: 200 }, (_, i) => ask([basic('alice', `guess-${i}`)], 'full', OTHER));
    expect(await ask([basic('alice', 'pass:word')])).toEqual(ACCEPTED_ALICE);
    const reasons = (await Promise.all(flood)).map(
      (decision) => decision.kind === 'rejected' && decision.reason,
    );
    expect(reasons.filter((reason) => reason === 'password_wrong')).toHaveLength(4);
    expect(reasons.filter((reason) => reason === 'verification_busy')).toHaveLength(196);
  });

  test.each([
    [1, 17],
    [2, 17],
    [4, 34],
    [64, 34],
  ])(
    'A7: a flood from many clients stops at the bound of the queue: with %i processors %i',
    async (processors, places) => {
      const { ask } = scene([ALICE], { processors });
      const flood = await Promise.all(
        Array.from({ length: 100 }, (_, i) => ask([basic('alice', `guess-${i}`)], 'full', `192.0.2.${i}/32`)),
      );
      const busy = flood.filter(
        (decision) => decision.kind === 'rejected' && decision.reason === 'verification_busy',
      );
      expect(busy).toHaveLength(100 - places);
    },
  );

  test('memory that runs out is no verdict', async () => {
    const { ask } = scene([ALICE], { verify: () => Promise.reject(new Error('out of memory')) });
    expect(await ask([basic('alice', 'pass:word')])).toEqual(rejected('verification_busy'));
  });

  test('what was proven stays proven over a reload, unless user or hash changed', async () => {
    const verified = createVerifiedCache();
    const before = scene([ALICE], { verified });
    expect(await before.ask([basic('alice', 'pass:word')])).toEqual(ACCEPTED_ALICE);
    before.authenticator.close();
    const renamed = scene([{ name: 'renamed', proofs: ALICE.proofs }], { verified });
    expect(await renamed.ask([basic('alice', 'pass:word')], 'cheap')).toEqual({
      kind: 'authenticated',
      credential: 'renamed',
    });
    expect(renamed.derivations()).toBe(0);
    const rehashed = scene([{ name: 'alice', proofs: [await basicProof('alice', 'changed')] }], { verified });
    expect(await rehashed.ask([basic('alice', 'pass:word')], 'cheap')).toEqual(UNEXAMINED);
    expect(await rehashed.ask([basic('alice', 'pass:word')])).toEqual(rejected('password_wrong'));
    const removed = scene([STRONG], { verified });
    expect(await removed.ask([basic('alice', 'pass:word')])).toEqual(rejected('password_wrong'));
  });
});

describe('effort: cheap', () => {
  test('C16: a strong token is accepted, a strong wrong one is told apart', async () => {
    const { ask } = scene([STRONG]);
    expect(await ask([`Bearer ${STRONG_TOKEN}`], 'cheap')).toEqual({
      kind: 'authenticated',
      credential: 'strong',
    });
    expect(await ask([`Bearer ${STRONG_TOKEN.toLowerCase()}`], 'cheap')).toEqual(rejected('token_unknown'));
  });

  test('a weak token is not examined, unless it was right from this client before', async () => {
    const { ask } = scene([WEAK]);
    expect(await ask(['Bearer hunter2'], 'cheap')).toEqual(UNEXAMINED);
    expect(await ask(['Bearer hunter2'])).toEqual({ kind: 'authenticated', credential: 'weak' });
    expect(await ask(['Bearer hunter2'], 'cheap')).toEqual({ kind: 'authenticated', credential: 'weak' });
    expect(await ask(['Bearer hunter2'], 'cheap', OTHER)).toEqual(UNEXAMINED);
    expect(await ask(['Bearer hunter3'], 'cheap')).toEqual(UNEXAMINED);
  });

  test('a weak token that was removed is refused, though it was right before', async () => {
    const verified = createVerifiedCache();
    await scene([WEAK], { verified }).ask(['Bearer hunter2']);
    expect(await scene([STRONG], { verified }).ask(['Bearer hunter2'], 'cheap')).toEqual(
      rejected('token_unknown'),
    );
  });

  test('a password costs nothing: right or wrong it is not examined, unless it was right from this client before', async () => {
    const { ask, derivations } = scene([ALICE]);
    expect(await ask([basic('alice', 'pass:word')], 'cheap')).toEqual(UNEXAMINED);
    expect(await ask([basic('alice', 'wrong')], 'cheap')).toEqual(UNEXAMINED);
    expect(derivations()).toBe(0);
    await ask([basic('alice', 'pass:word')]);
    expect(await ask([basic('alice', 'pass:word')], 'cheap')).toEqual(ACCEPTED_ALICE);
    expect(await ask([basic('alice', 'wrong')], 'cheap')).toEqual(UNEXAMINED);
    expect(await ask([basic('alice', 'pass:word')], 'cheap', OTHER)).toEqual(UNEXAMINED);
    expect(derivations()).toBe(1);
  });

  test('what is missing or unreadable is rejected as ever', async () => {
    const { ask } = scene([ALICE]);
    expect(await ask([], 'cheap')).toEqual(rejected('credential_missing'));
    expect(await ask(['Basic !'], 'cheap')).toEqual(rejected('credential_malformed'));
  });
});
