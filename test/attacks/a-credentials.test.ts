// Section a of the attack list: credential checking and caches, on the assembled gate over real sockets.
// Work is counted, not timed: every password derivation and every digest comparison of the program goes by here.

import * as bcrypt from '@node-rs/bcrypt';
import * as crypto from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { generateToken } from '../../src/auth/digest.js';
import { hashPassword } from '../../src/auth/password.js';
import {
  BEARER,
  CHEAP_COST,
  TOKEN,
  basic,
  basicProof,
  bearerProof,
  requestsArrived,
  startGateway,
  type GatewayScene,
  type SceneOptions,
} from '../support/start-gateway.js';

vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof crypto>();
  return {
    ...original,
    scrypt: vi.fn<typeof original.scrypt>(original.scrypt),
    timingSafeEqual: vi.fn<typeof original.timingSafeEqual>(original.timingSafeEqual),
  };
});

vi.mock('@node-rs/bcrypt', async (importOriginal) => {
  const original = await importOriginal<typeof bcrypt>();
  return { ...original, verify: vi.fn<typeof original.verify>(original.verify) };
});

const derivations = vi.mocked(crypto.scrypt);
const bcryptDerivations = vi.mocked(bcrypt.verify);
const comparisons = vi.mocked(crypto.timingSafeEqual);

const PASSWORD = 'correct horse battery staple';
const OTHER_COST = { ln: 12, r: 8, p: 2 } as const;
let hash = '';
let costlierHash = '';
let webHash = '';
/** No lockout gets between an attack and what it attacks. */
const PATIENT = { limits: { failuresPerMinute: 10_000, requestsPerWindow: 1_000_000 } };

beforeAll(async () => {
  hash = await hashPassword(PASSWORD, CHEAP_COST);
  costlierHash = await hashPassword(PASSWORD, OTHER_COST);
  webHash = await hashPassword(PASSWORD, { rounds: 4 });
});

afterEach(() => {
  derivations.mockClear();
  bcryptDerivations.mockClear();
  comparisons.mockClear();
});

function startWithAlice(options: SceneOptions = {}): Promise<GatewayScene> {
  return startGateway({
    credentials: [{ name: 'alice', proofs: [basicProof('alice', hash)] }],
    guard: PATIENT,
    ...options,
  });
}

async function statusOf(scene: GatewayScene, authorization: string, from?: string): Promise<number> {
  const headers = { Authorization: authorization };
  return (await scene.get('/metrics', { headers, ...(from === undefined ? {} : { from }) })).status;
}

async function derivationsFor(scene: GatewayScene, authorization: string): Promise<readonly string[]> {
  derivations.mockClear();
  bcryptDerivations.mockClear();
  await statusOf(scene, authorization);
  return [
    ...derivations.mock.calls.map((call) => {
      const cost: unknown = call[3];
      return JSON.stringify(cost);
    }),
    ...bcryptDerivations.mock.calls.map(([, encoded]) => String(encoded).slice(4, 7)),
  ];
}

describe('a. credential checking and caches', () => {
  it('A1: parts of the stored hash moved between user and password are refused, in any order', async () => {
    const scene = await startWithAlice();
    const attacks = [
      basic(`alice${hash}`, 'fakepassword'),
      basic('alice', `${hash}fakepassword`),
      basic('alice', hash),
      basic(`alice:${hash}`, PASSWORD),
    ];
    for (const attack of [...attacks, ...attacks.toReversed()])
      expect(await statusOf(scene, attack)).toBe(401);
    expect(await statusOf(scene, basic('alice', PASSWORD))).toBe(200);
    const again = await Promise.all(
      attacks.map((attack, index) => statusOf(scene, attack, `127.0.0.${20 + index}`)),
    );
    expect(again).toEqual([401, 401, 401, 401]);
  });

  it('A1: the published attack on bcrypt hashes and their cache is refused, in any order and at once', async () => {
    const stored = '$2y$12$1DpfPeqF9HzHJt.EWswy1exHluGfbhnn3yXhR7Xes6m3WJqFg0Wby';
    const scene = await startGateway({
      credentials: [{ name: 'alice', proofs: [basicProof('alice', stored)] }],
      guard: PATIENT,
    });
    const attacks = [
      basic(`alice${stored}`, 'fakepassword'),
      basic('alice', '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSifakepassword'),
    ];
    for (const attack of [...attacks, ...attacks.toReversed()])
      expect(await statusOf(scene, attack)).toBe(401);
    const atOnce = await Promise.all(
      attacks.map((attack, index) => statusOf(scene, attack, `127.0.0.${20 + index}`)),
    );
    expect(atOnce).toEqual([401, 401]);
    expect(JSON.stringify(scene.events)).not.toContain('1DpfPeqF9');
  });

  it('A2: an unknown user is refused with every password, cold and warm', async () => {
    const scene = await startWithAlice();
    const passwords = [PASSWORD, hash, '', 'fakepassword', '\u{1f511}', 'dummy'];
    for (let round = 0; round < 2; round += 1) {
      for (const password of passwords) expect(await statusOf(scene, basic('mallory', password))).toBe(401);
      expect(await statusOf(scene, basic('alice', PASSWORD))).toBe(200);
    }
    expect((await scene.audit(14)).filter(({ reason }) => reason === 'password_wrong')).toHaveLength(12);
  });

  it('A2: nor by what stands in for a bcrypt hash, cold and warm', async () => {
    const scene = await startGateway({
      credentials: [{ name: 'alice', proofs: [basicProof('alice', webHash)] }],
      guard: PATIENT,
    });
    await statusOf(scene, basic('mallory', 'x'));
    const dummy = String(bcryptDerivations.mock.calls[0]?.[1]);
    expect(dummy).toMatch(/^\$2b\$04\$/);
    for (let round = 0; round < 2; round += 1) {
      for (const password of [PASSWORD, webHash, dummy, dummy.slice(29), 'fakepassword', ''])
        expect(await statusOf(scene, basic('mallory', password))).toBe(401);
      expect(await statusOf(scene, basic('alice', PASSWORD))).toBe(200);
    }
  });

  it('A3: so they do over bcrypt and scrypt together, for passwords of every length', async () => {
    const costlier = await hashPassword(PASSWORD, { rounds: 5 });
    const scene = await startGateway({
      credentials: [
        { name: 'alice', proofs: [basicProof('alice', hash)] },
        { name: 'bob', proofs: [basicProof('bob', webHash)] },
        { name: 'carol', proofs: [basicProof('carol', costlier)] },
      ],
      guard: PATIENT,
    });
    for (const password of ['wrong', 'x'.repeat(73), 'x'.repeat(1024)]) {
      const unknown = await derivationsFor(scene, basic('mallory', password));
      expect(unknown).toEqual([expect.stringContaining('"N":4096') as unknown, '04$', '05$']);
      for (const name of ['alice', 'bob', 'carol', ''])
        expect(await derivationsFor(scene, basic(name, password))).toEqual(unknown);
    }
  });

  it('A3: known and unknown users cost the same derivations, whatever costs are configured', async () => {
    const scene = await startGateway({
      credentials: [
        { name: 'alice', proofs: [basicProof('alice', hash)] },
        { name: 'bob', proofs: [basicProof('bob', costlierHash)] },
      ],
      guard: PATIENT,
    });
    const unknown = await derivationsFor(scene, basic('mallory', 'wrong'));
    expect(unknown).toHaveLength(2);
    expect(new Set(unknown).size).toBe(2);
    expect(await derivationsFor(scene, basic('alice', 'wrong'))).toEqual(unknown);
    expect(await derivationsFor(scene, basic('bob', 'wrong'))).toEqual(unknown);
    expect(await derivationsFor(scene, basic('', 'wrong'))).toEqual(unknown);
  });

  it('A4: pairs with equal concatenation do not share a verdict, also while one is being verified', async () => {
    const scene = await startGateway({
      credentials: [{ name: 'alice', proofs: [basicProof('alice', await hashPassword('xyz', CHEAP_COST))] }],
      guard: PATIENT,
    });
    for (let round = 0; round < 10; round += 1) {
      const statuses = await Promise.all([
        statusOf(scene, basic('alice', 'xyz'), '127.0.0.2'),
        statusOf(scene, basic('alicex', 'yz'), '127.0.0.3'),
        statusOf(scene, basic('alic', 'exyz'), '127.0.0.4'),
      ]);
      expect(statuses).toEqual([200, 401, 401]);
    }
  });

  it('A5: identical wrong passwords in parallel cost one verification, for known and unknown users', async () => {
    const scene = await startWithAlice();
    const derive = derivations.getMockImplementation();
    for (const name of ['alice', 'mallory']) {
      derivations.mockClear();
      const arrived = requestsArrived(scene.port, 8);
      let release = (): void => undefined;
      derivations.mockImplementationOnce((password, salt, length, cost, done) => {
        release = () => derive?.(password, salt, length, cost, done);
      });
      const statuses = Array.from({ length: 8 }, () => statusOf(scene, basic(name, 'wrong')));
      await arrived;
      release();
      expect(new Set(await Promise.all(statuses))).toEqual(new Set([401]));
      expect(derivations).toHaveBeenCalledTimes(1);
    }
  });

  it.each([20, 40, 42])(
    'A6: a token that shares its first %i characters with a proven one is refused',
    async (length) => {
      const scene = await startGateway({ guard: PATIENT });
      expect(await statusOf(scene, BEARER)).toBe(200);
      const forged = TOKEN.slice(0, length).padEnd(TOKEN.length, 'A');
      expect(forged).not.toBe(TOKEN);
      expect(await statusOf(scene, `Bearer ${forged}`)).toBe(401);
      expect(await statusOf(scene, `Bearer ${TOKEN}A`)).toBe(401);
      expect(await statusOf(scene, BEARER)).toBe(200);
    },
  );

  it('A6: a short token that was proven does not vouch for its neighbours, nor for its prefix', async () => {
    const scene = await startGateway({
      credentials: [{ name: 'weak', proofs: [bearerProof('abcdefgh')] }],
      guard: PATIENT,
    });
    expect(await statusOf(scene, 'Bearer abcdefgh')).toBe(200);
    for (const near of ['abcdefg', 'abcdefghi', 'abcdefgH', 'bcdefgh'])
      expect(await statusOf(scene, `Bearer ${near}`)).toBe(401);
  });

  it('A7, A8: a flood of random passwords neither stops nor throttles the scrapers, and is not worked off', async () => {
    const scene = await startGateway({
      credentials: [
        { name: 'prometheus', proofs: [bearerProof(TOKEN)] },
        { name: 'alice', proofs: [basicProof('alice', hash)] },
      ],
      guard: { limits: { failuresPerMinute: 5, requestsPerWindow: 100 } },
    });
    expect(await statusOf(scene, basic('alice', PASSWORD), '127.0.0.2')).toBe(200);
    derivations.mockClear();
    const flood: Promise<number>[] = [];
    const scrapes: Promise<number>[] = [];
    for (let index = 0; index < 300; index += 1) {
      const attack = basic(`user${index}`, `password${index}`);
      flood.push(statusOf(scene, attack, `127.0.1.${1 + (index % 3)}`));
      if (index % 10 !== 0) continue;
      scrapes.push(
        statusOf(scene, BEARER, '127.0.1.1'),
        statusOf(scene, basic('alice', PASSWORD), '127.0.0.2'),
      );
    }
    expect(new Set(await Promise.all(scrapes))).toEqual(new Set([200]));
    const refused = new Set(await Promise.all(flood));
    expect([...refused].filter((status) => status !== 401 && status !== 429)).toEqual([]);
    // Five failures lock a prefix out; at most four more were under way for it at that moment.
    expect(derivations.mock.calls.length).toBeLessThanOrEqual(3 * (5 + 4));
    expect(derivations.mock.calls.length).toBeGreaterThan(0);
  });

  it('A9: every token is compared by digest, against every configured one, whatever it looks like', async () => {
    const tokens = [TOKEN, generateToken(), generateToken()];
    const scene = await startGateway({
      credentials: [{ name: 'prometheus', proofs: tokens.map((token) => bearerProof(token)) }],
      guard: PATIENT,
    });
    const presented = [
      'x',
      TOKEN.slice(0, -1),
      `${TOKEN}x`,
      `${TOKEN.slice(0, -1)}x`,
      'z'.repeat(TOKEN.length),
      'y'.repeat(4000),
      ...tokens,
    ];
    for (const token of presented) {
      comparisons.mockClear();
      await statusOf(scene, `Bearer ${token}`);
      expect(comparisons.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength])).toEqual([
        [32, 32],
        [32, 32],
        [32, 32],
      ]);
    }
  });
});
