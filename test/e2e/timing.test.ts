// What the time of a refusal tells: nothing. Known users with a wrong password against unknown ones, for each algorithm
// and cost in one list; one wrong password many times at once; tokens that begin like the right one, or are as long.
// Real derivations, real time. Each kind of difference is planted as well, and must be found.

import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator } from '../../src/auth/authenticator.js';
import type { Authenticator } from '../../src/auth/decision.js';
import { digestToken } from '../../src/auth/digest.js';
import type { CredentialOptions } from '../../src/auth/options.js';
import {
  dummyPasswordHash,
  hashPassword,
  parsePasswordHash,
  verifyPassword,
  type PasswordCost,
} from '../../src/auth/password.js';
import { HeaderLines } from '../../src/internal/header-lines.js';
import { Secret } from '../../src/internal/secret.js';
import { compareTimes, type Comparison, type Timed } from '../support/e2e/paired-times.js';
import { ManualClock } from '../support/manual-clock.js';

type Verify = typeof verifyPassword;

const PAIRS = 30;
/** Of derivations that take long. */
const FEW_PAIRS = 20;
const COSTS = {
  'scrypt at ln=12': { ln: 12, r: 8, p: 1 },
  'scrypt at ln=14': { ln: 14, r: 8, p: 1 },
  'bcrypt at 6 rounds': { rounds: 6 },
  'bcrypt at 9 rounds': { rounds: 9 },
} satisfies Record<string, PasswordCost>;
const ALONE = {
  'scrypt at the default cost': { ln: 15, r: 8, p: 3 },
  'bcrypt at 10 rounds': { rounds: 10 },
} satisfies Record<string, PasswordCost>;

/** Its hash, by the name of its cost, which is the name of its user as well. */
const hashes = new Map<string, string>();

beforeAll(async () => {
  for (const [name, cost] of Object.entries({ ...COSTS, ...ALONE })) {
    hashes.set(name, await hashPassword(randomBytes(12).toString('hex'), cost));
  }
});

/** Time stands still for it, so that no place of its queue rests: what a run took would hide in the rest after it. */
function authenticatorFor(credentials: readonly CredentialOptions[], verify?: Verify): Authenticator {
  return createAuthenticator(credentials, { clock: new ManualClock(), ...(verify && { verify }) });
}

function usersOf(names: readonly string[]): readonly CredentialOptions[] {
  return names.map((name, index) => ({
    name: `user-${String(index)}`,
    proofs: [{ kind: 'basic', username: nameOf(name), passwordHash: new Secret(hashes.get(name) ?? '') }],
  }));
}

/** As long as an unknown one, so that reading it costs the same. */
function nameOf(name: string): string {
  return name.replaceAll(' ', '-').padEnd(32, '.');
}

function submit(authenticator: Authenticator, header: string): Promise<unknown> {
  return authenticator.authenticate({
    headers: HeaderLines.fromRaw(['Authorization', header]),
    clientPrefix: '192.0.2.1/32',
    effort: 'full',
  });
}

/** A wrong password that was never seen before, for this user or for one that nobody has heard of. */
function guess(authenticator: Authenticator, username?: string): Timed {
  return async () => {
    // Made for both, so that making it tells nothing.
    const nobody = randomBytes(16).toString('hex');
    const pair = `${username ?? nobody}:${randomBytes(12).toString('hex')}`;
    const decision = await submit(authenticator, `Basic ${Buffer.from(pair).toString('base64')}`);
    expect(decision).toEqual({ kind: 'rejected', reason: 'password_wrong' });
  };
}

function told(comparison: Comparison): string {
  return JSON.stringify(comparison.series);
}

describe('the time of a wrong password', () => {
  const names = Object.keys(COSTS);

  test.each(names)('A3: for a user under %s is that for nobody, among users of every cost', async (name) => {
    const authenticator = authenticatorFor(usersOf(names));
    const found = await compareTimes(guess(authenticator, nameOf(name)), guess(authenticator), PAIRS);
    expect(found.differs, told(found)).toBe(false);
  });

  test.each(Object.keys(ALONE))('A3: under %s alone is that for nobody', async (name) => {
    const authenticator = authenticatorFor(usersOf([name]));
    const found = await compareTimes(guess(authenticator, nameOf(name)), guess(authenticator), FEW_PAIRS);
    expect(found.differs, told(found)).toBe(false);
  });

  test('A5: many times at once is that for nobody', async () => {
    const authenticator = authenticatorFor(usersOf(names));
    const crowd =
      (username?: string): Timed =>
      async () => {
        const nobody = randomBytes(16).toString('hex');
        const pair = Buffer.from(`${username ?? nobody}:${randomBytes(12).toString('hex')}`).toString(
          'base64',
        );
        await Promise.all(Array.from({ length: 8 }, () => submit(authenticator, `Basic ${pair}`)));
      };
    const found = await compareTimes(crowd(nameOf('scrypt at ln=14')), crowd(), PAIRS);
    expect(found.differs, told(found)).toBe(false);
  });

  /** Whether a hash is one of the configuration, and not one that stands in for it. */
  const isReal = (hash: unknown): boolean =>
    [...hashes.values()].some((text) => {
      const parsed = parsePasswordHash(text);
      return parsed.ok && JSON.stringify(parsed.value) === JSON.stringify(hash);
    });
  const cheaper = dummyPasswordHash({ ln: 12, r: 8, p: 1 });
  const planted: Readonly<Record<string, Verify>> = {
    'that checks nothing for a bcrypt hash that is not there': (password, hash) =>
      'text' in hash && !isReal(hash) ? Promise.resolve(false) : verifyPassword(password, hash),
    'that has one cost for every scrypt hash that is not there': (password, hash) =>
      'text' in hash || isReal(hash) ? verifyPassword(password, hash) : verifyPassword(password, cheaper),
  };

  test.each([
    ['bcrypt at 9 rounds', 'that checks nothing for a bcrypt hash that is not there'],
    ['scrypt at ln=14', 'that has one cost for every scrypt hash that is not there'],
  ])('of a user under %s is told apart by a gate %s', async (name, plant) => {
    const authenticator = authenticatorFor(usersOf(names), planted[plant]);
    const found = await compareTimes(guess(authenticator, nameOf(name)), guess(authenticator), PAIRS);
    expect(found.differs, told(found)).toBe(true);
    expect(found.series.every(({ medians: [known, unknown] }) => known > unknown)).toBe(true);
  });
});

describe('the time of a wrong token', () => {
  const BATCH = 100;
  const BATCHES = 150;
  const CONFIGURED = 100;
  const prefix = randomBytes(30).toString('base64url');
  const right = Array.from({ length: CONFIGURED }, () => `${prefix}${randomBytes(3).toString('base64url')}`);
  const LENGTH = (right[0] ?? '').length;

  function tokensOf(tokens: readonly string[]): readonly CredentialOptions[] {
    return tokens.map((token, index) => ({
      name: `token-${String(index)}`,
      proofs: [{ kind: 'bearer', digest: digestToken(token) }],
    }));
  }

  type Examine = (token: string) => Promise<unknown>;

  /** A run of many tokens, one after the other: one alone is too short for the clock. */
  function batch(examine: Examine, make: () => string): Timed {
    return async () => {
      for (let i = 0; i < BATCH; i += 1) await examine(make());
    };
  }

  const random = (length: number) => (): string => randomBytes(length).toString('base64url').slice(0, length);
  const nearlyRight = (): string => `${prefix}${randomBytes(3).toString('base64url')}`;
  /** Made the same way, so that only what it begins with differs. */
  const other = randomBytes(30).toString('base64url');
  const farOff = (): string => `${other}${randomBytes(3).toString('base64url')}`;

  test('A9: that begins like the right ones is that of any other', async () => {
    const authenticator = authenticatorFor(tokensOf(right));
    const examine: Examine = (token) => submit(authenticator, `Bearer ${token}`);
    const found = await compareTimes(batch(examine, nearlyRight), batch(examine, farOff), BATCHES);
    expect(found.differs, told(found)).toBe(false);
  });

  test('A9: that is as long as the right ones is that of any other', async () => {
    const doubled = right.map((token) => `${token}${token}`);
    const makeGates = (): { asLong: Authenticator; longer: Authenticator } => {
      // Which of the two is made first is left to chance as well.
      const gateOf = (tokens: readonly string[]): Authenticator => authenticatorFor(tokensOf(tokens));
      if (Math.random() < 0.5) return { asLong: gateOf(right), longer: gateOf(doubled) };
      const longer = gateOf(doubled);
      return { asLong: gateOf(right), longer };
    };
    let gates = makeGates();
    const found = await compareTimes(
      batch((token) => submit(gates.asLong, `Bearer ${token}`), random(LENGTH)),
      batch((token) => submit(gates.longer, `Bearer ${token}`), random(LENGTH)),
      BATCHES,
      () => {
        gates = makeGates();
      },
    );
    expect(found.differs, told(found)).toBe(false);
  });

  test('is told apart by a gate that compares text from its beginning', async () => {
    const authenticator = authenticatorFor(tokensOf(right));
    let equal = 0;
    const examine: Examine = (token) => {
      for (const known of right) {
        for (let at = 0; at < known.length && known.charCodeAt(at) === token.charCodeAt(at); at += 1)
          equal += 1;
      }
      return submit(authenticator, `Bearer ${token}`);
    };
    const found = await compareTimes(batch(examine, nearlyRight), batch(examine, farOff), BATCHES);
    expect(equal).toBeGreaterThan(0);
    expect(found.differs, told(found)).toBe(true);
  });

  test('is told apart by a gate that looks at the length first', async () => {
    const authenticator = authenticatorFor(tokensOf(right));
    const examine =
      (length: number): Examine =>
      async (token) =>
        token.length === length ? submit(authenticator, `Bearer ${token}`) : undefined;
    const found = await compareTimes(
      batch(examine(LENGTH), random(LENGTH)),
      batch(examine(2 * LENGTH), random(LENGTH)),
      BATCHES,
    );
    expect(found.differs, told(found)).toBe(true);
  });
});
