import { describe, expect, test } from 'vitest';

import { createGuard } from '../../../src/guard/guard.js';
import type { Resource } from '../../../src/guard/decision.js';
import type { GuardOptions } from '../../../src/guard/options.js';
import { basic, bearerProof, STRONG_TOKEN } from '../../support/credentials.js';
import { ALL, GRANT, outcome, scene, SCRAPER, STRANGER, TARGET } from '../../support/guard-scene.js';
import { ManualClock } from '../../support/manual-clock.js';

describe('a guard without credentials', () => {
  test.each([
    [undefined, 'credential_missing'],
    [`Bearer ${STRONG_TOKEN}`, 'token_unknown'],
    [basic('user', 'pass'), 'password_wrong'],
    ['Bearer ', 'credential_malformed'],
  ])('denies %j', async (present, reason) => {
    const { ask, guard } = scene({});
    for (const resource of [TARGET, { kind: 'self' }, { kind: 'nothing' }] as const) {
      expect(outcome(await ask({ resource, ...(present !== undefined && { present }) }))).toBe(reason);
    }
    expect(guard.challenges).toEqual(['Bearer realm="scrapegate"']);
    guard.close();
  });
});

test('wrong options throw with every problem at once', () => {
  const options: GuardOptions = {
    network: { allowedIps: ['10.0.0.1/8'] },
    credentials: [{ name: 'a', proofs: [], grant: { view: '', target: 't' } }],
  };
  expect(() => createGuard(options, { clock: new ManualClock() })).toThrow(
    expect.objectContaining({
      code: 'ERR_SCRAPEGATE_OPTIONS_INVALID',
      problems: ['network.allowedIps[0]', 'credentials[0].proofs', 'credentials[0].grant.view'].map(
        (path) => ({
          path,
          message: expect.any(String),
        }),
      ),
    }),
  );
});

describe('who is the client', () => {
  test('a socket that is gone is denied, whatever is presented', async () => {
    const { ask } = scene(ALL);
    expect(await ask({ from: undefined, present: `Bearer ${STRONG_TOKEN}` })).toEqual({
      allowed: false,
      reason: 'peer_unknown',
    });
  });

  test('decisions carry the client in canonical text', async () => {
    const { ask } = scene(ALL);
    expect(await ask({ from: '::FFFF:192.0.2.10' })).toEqual({
      allowed: false,
      reason: 'credential_missing',
      client: '192.0.2.10',
    });
    expect(await ask({ from: '2001:DB8:0:0::1', present: `Bearer ${STRONG_TOKEN}` })).toMatchObject({
      allowed: true,
      client: '2001:db8::1',
    });
  });
});

describe('allowed addresses', () => {
  const options: GuardOptions = { ...ALL, network: { allowedIps: ['10.20.0.0/16', '127.0.0.1'] } };
  const present = `Bearer ${STRONG_TOKEN}`;

  test.each([
    ['another address', { from: STRANGER }],
    ['C1: a forged header of an untrusted peer', { from: STRANGER, forwarded: '10.20.0.5' }],
    ['C1: a forged hop before the real one', { from: '127.0.0.1', forwarded: `10.20.0.5, ${STRANGER}` }],
  ])('%s is not allowed, even with a valid token', async (_title, asked) => {
    expect(outcome(await scene(options).ask({ ...asked, present }))).toBe('address_not_allowed');
  });

  test.each([
    [
      'C8: a proxy that could not name its client, though the proxy is on the list',
      { from: '127.0.0.1', forwarded: 'unknown' },
    ],
    ['C8: an allowed address with a port', { from: '127.0.0.1', forwarded: '10.20.0.5:80' }],
    ['C8: an allowed address in octal', { from: '127.0.0.1', forwarded: '012.20.0.5' }],
  ])('%s is told apart from an address that is not on the list', async (_title, asked) => {
    expect(outcome(await scene(options).ask({ ...asked, present }))).toBe('client_unknown');
  });

  test.each([
    ['an allowed peer', { from: '10.20.1.1' }],
    ['C6: an allowed peer in mapped notation', { from: '::ffff:10.20.1.1' }],
    ['an allowed client behind a proxy', { from: '127.0.0.1', forwarded: '203.0.113.9, 10.20.1.1' }],
  ])('%s still needs a credential', async (_title, asked) => {
    const { ask } = scene(options);
    expect(outcome(await ask(asked))).toBe('credential_missing');
    expect(outcome(await ask({ ...asked, present }))).toBe('as prometheus');
  });

  test('a refused address is neither examined nor counted', async () => {
    const { ask, guard } = scene(options);
    for (let i = 0; i < 20; i += 1) await ask({ from: STRANGER, present: 'Bearer wrong' });
    expect(guard.lockedOutClients()).toBe(0);
  });
});

describe('what a credential opens', () => {
  test('its own target and view', async () => {
    const { ask } = scene(ALL);
    expect(await ask({ present: basic('books', 'pass') })).toEqual({
      allowed: true,
      client: SCRAPER,
      grant: { credential: 'books', view: 'finance', self: false },
    });
    expect(
      await ask({ present: basic('books', 'pass'), resource: { kind: 'target', target: 'vllm' } }),
    ).toEqual({
      allowed: false,
      reason: 'target_not_granted',
      client: SCRAPER,
      credential: 'books',
    });
  });

  test('the own metrics only where that was granted', async () => {
    const { ask } = scene(ALL);
    const resource: Resource = { kind: 'self' };
    expect(outcome(await ask({ present: `Bearer ${STRONG_TOKEN}`, resource }))).toBe('as prometheus');
    expect(outcome(await ask({ present: 'Bearer hunter2', resource }))).toBe('self_not_granted');
  });

  test('the summary of its view unless that was taken away', async () => {
    const closed = (name: string): NonNullable<GuardOptions['credentials']>[number] => ({
      name,
      proofs: [bearerProof(`${STRONG_TOKEN}${name}`)],
      grant: { ...GRANT, summary: false },
    });
    const { ask } = scene({ credentials: [...(ALL.credentials ?? []), closed('closed')] });
    const resource: Resource = { kind: 'summary' };
    expect(outcome(await ask({ present: 'Bearer hunter2', resource }))).toBe('as weak');
    const present = `Bearer ${STRONG_TOKEN}closed`;
    expect(outcome(await ask({ present, resource }))).toBe('summary_not_granted');
    expect(outcome(await ask({ present }))).toBe('as closed');
    expect(outcome(await ask({ resource }))).toBe('credential_missing');
  });

  test('anybody the summary where requests without a credential have it', async () => {
    const resource: Resource = { kind: 'summary' };
    expect(outcome(await scene({ anonymous: GRANT }).ask({ resource }))).toBe('as anonymous');
    const { ask } = scene({ anonymous: { ...GRANT, summary: false } });
    expect([outcome(await ask({ resource })), outcome(await ask({}))]).toEqual([
      'credential_missing',
      'as anonymous',
    ]);
  });

  test('any scraper learns that nothing is there, and nobody else', async () => {
    const { ask } = scene(ALL);
    const resource: Resource = { kind: 'nothing' };
    expect(outcome(await ask({ present: 'Bearer hunter2', resource }))).toBe('as weak');
    expect(outcome(await ask({ resource }))).toBe('credential_missing');
    expect(outcome(await ask({ present: 'Bearer wrong', resource }))).toBe('token_unknown');
  });

  test('an expired credential is named to the operator', async () => {
    const { ask } = scene({
      credentials: [{ name: 'old', proofs: [bearerProof(STRONG_TOKEN, { notAfterMs: 1 })], grant: GRANT }],
    });
    expect(await ask({ present: `Bearer ${STRONG_TOKEN}` })).toEqual({
      allowed: false,
      reason: 'credential_expired',
      client: SCRAPER,
      credential: 'old',
    });
  });
});

describe('anonymous requests', () => {
  const options: GuardOptions = { ...ALL, anonymous: GRANT };

  test('A17: pass without a credential, and never with a wrong one', async () => {
    const { ask } = scene(options);
    expect(await ask({})).toEqual({
      allowed: true,
      client: SCRAPER,
      grant: { credential: 'anonymous', view: 'operations', self: false },
    });
    expect(outcome(await ask({ present: 'Bearer wrong' }))).toBe('token_unknown');
    expect(outcome(await ask({ present: '' }))).toBe('credential_malformed');
    expect(outcome(await ask({ present: ['Bearer wrong', 'Bearer wrong'] }))).toBe('credential_repeated');
    expect(outcome(await ask({ present: basic('books', 'wrong') }))).toBe('password_wrong');
  });

  test('are asked for a credential where they are not granted enough', async () => {
    const { ask } = scene(options);
    expect(await ask({ resource: { kind: 'self' } })).toEqual({
      allowed: false,
      reason: 'credential_missing',
      client: SCRAPER,
    });
    expect(outcome(await ask({ resource: { kind: 'target', target: 'vllm' } }))).toBe('credential_missing');
    expect(outcome(await ask({ resource: { kind: 'nothing' } }))).toBe('as anonymous');
  });

  test('need an allowed address all the same', async () => {
    const { ask } = scene({ ...options, network: { allowedIps: ['10.20.0.0/16'] } });
    expect(outcome(await ask({ from: STRANGER }))).toBe('address_not_allowed');
    expect(outcome(await ask({ from: '10.20.0.1' }))).toBe('as anonymous');
  });

  test('share one budget, and leave the scrapers theirs', async () => {
    const { ask } = scene({ ...options, limits: { requestsPerWindow: 2 } });
    expect(outcome(await ask({ from: '192.0.2.1' }))).toBe('as anonymous');
    expect(outcome(await ask({ from: '192.0.2.2' }))).toBe('as anonymous');
    expect(outcome(await ask({ from: '192.0.2.3' }))).toBe('budget_exhausted');
    expect(outcome(await ask({ present: `Bearer ${STRONG_TOKEN}` }))).toBe('as prometheus');
  });
});

describe('addresses of a credential', () => {
  const present = `Bearer ${STRONG_TOKEN}`;
  const scenario = (network: GuardOptions['network'] = {}): ReturnType<typeof scene> =>
    scene({
      network,
      credentials: [
        { name: 'here', proofs: [bearerProof(STRONG_TOKEN)], grant: GRANT, allowedIps: ['10.20.0.0/16'] },
        { name: 'anywhere', proofs: [bearerProof('hunter2')], grant: GRANT },
      ],
    });

  test('hold for that credential alone, and are no failed attempt', async () => {
    const { ask, guard } = scenario();
    for (let i = 0; i < 20; i += 1) {
      expect(await ask({ from: STRANGER, present })).toEqual({
        allowed: false,
        reason: 'credential_address_not_allowed',
        client: STRANGER,
        credential: 'here',
      });
    }
    expect(guard.lockedOutClients()).toBe(0);
    expect(outcome(await ask({ from: '10.20.1.1', present }))).toBe('as here');
    expect(outcome(await ask({ from: STRANGER, present: 'Bearer hunter2' }))).toBe('as anywhere');
  });

  test('hold in addition to those of the gate', async () => {
    const { ask } = scenario({ allowedIps: ['10.30.0.0/16'] });
    expect(outcome(await ask({ from: '10.20.1.1', present }))).toBe('address_not_allowed');
    expect(outcome(await ask({ from: '10.30.1.1', present }))).toBe('credential_address_not_allowed');
  });

  test('do not hold for a client that no proxy could name, nor for a Unix socket that is not listed', async () => {
    const { ask } = scenario({ trustedProxies: ['10.20.0.9'] });
    expect(outcome(await ask({ from: '10.20.0.9', forwarded: 'unknown', present }))).toBe('client_unknown');
    expect(outcome(await ask({ from: 'unix', present }))).toBe('credential_address_not_allowed');
    expect(outcome(await ask({ from: 'unix', present: 'Bearer hunter2' }))).toBe('as anywhere');
  });
});

test('a client behind a Unix socket is on no list that does not name it, and is counted as one', async () => {
  const closed = scene({ ...ALL, network: { allowedIps: ['0.0.0.0/1', '128.0.0.0/1', '::/0'] } });
  expect(outcome(await closed.ask({ from: 'unix', present: `Bearer ${STRONG_TOKEN}` }))).toBe(
    'address_not_allowed',
  );
  const open = scene({ ...ALL, network: { allowedIps: ['unix'] } });
  expect(await open.ask({ from: 'unix', present: `Bearer ${STRONG_TOKEN}` })).toMatchObject({
    allowed: true,
    client: 'unix',
  });
  await open.lockOut('unix');
  expect(open.guard.lockedOutClients()).toBe(1);
});
