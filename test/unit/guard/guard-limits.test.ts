import { describe, expect, test } from 'vitest';

import { createGuardMemory } from '../../../src/guard/memory.js';
import { basic, STRONG_TOKEN } from '../../support/credentials.js';
import { ALL, GRANT, outcome, scene, SCRAPER, STRANGER } from '../../support/guard-scene.js';

describe('lockout', () => {
  test('ten failures lock a prefix out for fifteen minutes', async () => {
    const { ask, clock, guard } = scene(ALL);
    for (let i = 0; i < 10; i += 1)
      expect(outcome(await ask({ from: STRANGER, present: 'Bearer wrong' }))).toBe('token_unknown');
    expect(await ask({ from: STRANGER, present: 'Bearer wrong' })).toEqual({
      allowed: false,
      reason: 'locked_out',
      client: STRANGER,
      retryAfterSeconds: 900,
    });
    expect(guard.lockedOutClients()).toBe(1);
    clock.advance(899_500);
    expect(await ask({ from: STRANGER, present: 'Bearer hunter2' })).toMatchObject({
      reason: 'locked_out',
      retryAfterSeconds: 1,
    });
    clock.advance(500);
    expect(outcome(await ask({ from: STRANGER, present: 'Bearer hunter2' }))).toBe('as weak');
    expect(guard.lockedOutClients()).toBe(0);
  });

  test.each([
    ['an unknown token', 'Bearer wrong'],
    ['a wrong password', basic('books', 'wrong')],
    ['garbage', 'Basic !!!'],
    ['another scheme', 'Negotiate abc'],
    ['two lines', ['Bearer wrong', 'Bearer wrong']],
  ])('counts %s', async (_title, present) => {
    const { ask, guard } = scene({ ...ALL, limits: { failuresPerMinute: 2 } });
    await ask({ from: STRANGER, present });
    expect(guard.lockedOutClients()).toBe(0);
    await ask({ from: STRANGER, present });
    expect(guard.lockedOutClients()).toBe(1);
  });

  test('counts no missing credential and no valid one', async () => {
    const { ask, guard } = scene({ ...ALL, limits: { failuresPerMinute: 1 } });
    for (let i = 0; i < 30; i += 1) await ask({});
    for (let i = 0; i < 30; i += 1) await ask({ present: 'Bearer hunter2', resource: { kind: 'self' } });
    expect(guard.lockedOutClients()).toBe(0);
  });

  test('C16: a strong token passes from a locked-out prefix, and so does what was proven from there before', async () => {
    const { ask, lockOut } = scene(ALL);
    expect(outcome(await ask({ present: basic('books', 'pass') }))).toBe('as books');
    await lockOut(SCRAPER);
    expect(outcome(await ask({ present: `Bearer ${STRONG_TOKEN}` }))).toBe('as prometheus');
    expect(outcome(await ask({ present: basic('books', 'pass') }))).toBe('as books');
    expect(outcome(await ask({ present: 'Bearer hunter2' }))).toBe('locked_out');
  });

  test('C16: all else gets one answer from a locked-out prefix', async () => {
    const { ask, lockOut } = scene(ALL);
    await lockOut(STRANGER);
    for (const present of [
      `Bearer ${STRONG_TOKEN.toLowerCase()}`,
      'Bearer hunter2',
      basic('books', 'pass'),
      basic('books', 'no'),
      'Basic !',
      [],
    ]) {
      expect(outcome(await ask({ from: STRANGER, present }))).toBe('locked_out');
    }
  });

  test('C16: a forged header locks nobody out but its sender', async () => {
    const { ask, guard } = scene(ALL);
    for (let i = 0; i < 30; i += 1)
      await ask({ from: STRANGER, forwarded: SCRAPER, present: 'Bearer wrong' });
    expect(outcome(await ask({ present: 'Bearer hunter2' }))).toBe('as weak');
    expect(outcome(await ask({ from: STRANGER, present: 'Bearer hunter2' }))).toBe('locked_out');
    expect(guard.lockedOutClients()).toBe(1);
  });

  test('C16: a fresh header each time evades nothing', async () => {
    const { ask } = scene(ALL);
    for (let i = 0; i < 10; i += 1)
      await ask({ from: STRANGER, forwarded: `203.0.113.${i}`, present: 'Bearer wrong' });
    expect(outcome(await ask({ from: STRANGER, forwarded: '203.0.113.99', present: 'Bearer wrong' }))).toBe(
      'locked_out',
    );
  });

  test('C8, C16: clients that a proxy cannot name count as the proxy', async () => {
    const { ask } = scene(ALL);
    for (let i = 0; i < 10; i += 1)
      await ask({ from: '127.0.0.1', forwarded: `garbage-${i}`, present: 'Bearer wrong' });
    expect(outcome(await ask({ from: '127.0.0.1', forwarded: 'unknown', present: 'Bearer wrong' }))).toBe(
      'locked_out',
    );
    expect(outcome(await ask({ from: '127.0.0.1', forwarded: SCRAPER, present: 'Bearer hunter2' }))).toBe(
      'as weak',
    );
  });

  test('C6: mapped clients are told apart, clients of one /64 are not', async () => {
    const { ask, lockOut } = scene(ALL);
    await lockOut('::ffff:198.51.100.66');
    expect(outcome(await ask({ from: STRANGER, present: 'Bearer x' }))).toBe('locked_out');
    expect(outcome(await ask({ from: '::ffff:198.51.100.67', present: 'Bearer x' }))).toBe('token_unknown');
    await lockOut('2001:db8:0:1::1');
    expect(outcome(await ask({ from: '2001:db8:0:1:ffff::9', present: 'Bearer x' }))).toBe('locked_out');
    expect(outcome(await ask({ from: '2001:db8:0:2::1', present: 'Bearer x' }))).toBe('token_unknown');
  });

  test('does not touch anonymous requests, which guess nothing', async () => {
    const { ask, lockOut } = scene({ ...ALL, anonymous: GRANT });
    await lockOut(STRANGER);
    expect(outcome(await ask({ from: STRANGER }))).toBe('as anonymous');
    expect(outcome(await ask({ from: STRANGER, present: 'Bearer wrong' }))).toBe('locked_out');
  });
});

describe('budget', () => {
  test('each credential has its own, counted over all clients', async () => {
    const { ask, clock } = scene({ ...ALL, limits: { requestsPerWindow: 2, windowMs: 60_000 } });
    const present = `Bearer ${STRONG_TOKEN}`;
    expect(outcome(await ask({ present }))).toBe('as prometheus');
    expect(outcome(await ask({ from: '192.0.2.11', present }))).toBe('as prometheus');
    expect(await ask({ present })).toEqual({
      allowed: false,
      reason: 'budget_exhausted',
      client: SCRAPER,
      credential: 'prometheus',
      retryAfterSeconds: 27,
    });
    expect(outcome(await ask({ present: 'Bearer hunter2' }))).toBe('as weak');
    clock.advance(27_000);
    expect(outcome(await ask({ present }))).toBe('as prometheus');
  });

  test('A8: failures of strangers and refused requests cost none of it', async () => {
    const { ask } = scene({ ...ALL, limits: { requestsPerWindow: 1 } });
    for (let i = 0; i < 50; i += 1) await ask({ from: STRANGER, present: 'Bearer wrong' });
    for (let i = 0; i < 50; i += 1) await ask({ present: 'Bearer hunter2', resource: { kind: 'self' } });
    expect(outcome(await ask({ present: 'Bearer hunter2' }))).toBe('as weak');
  });
});

describe('busy', () => {
  test('A7: a verification without a place is asked to come again, and is no failure', async () => {
    const { ask, guard } = scene({ ...ALL, limits: { failuresPerMinute: 5 } });
    const flood = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ask({ from: STRANGER, present: basic('books', `guess-${i}`) })),
    );
    expect(flood.filter((decision) => outcome(decision) === 'password_wrong')).toHaveLength(4);
    expect(flood.find((decision) => outcome(decision) === 'verification_busy')).toEqual({
      allowed: false,
      reason: 'verification_busy',
      client: STRANGER,
      retryAfterSeconds: 2,
    });
    expect(guard.lockedOutClients()).toBe(0);
  });
});

test('what was proven outlives a reload where the memory is passed on', async () => {
  const memory = createGuardMemory();
  expect(outcome(await scene(ALL, { memory }).ask({ present: basic('books', 'pass') }))).toBe('as books');
  const reloaded = scene(ALL, { memory });
  await reloaded.lockOut(SCRAPER);
  expect(outcome(await reloaded.ask({ present: basic('books', 'pass') }))).toBe('as books');
});

describe('a reload where the memory is passed on', () => {
  test('frees nobody who is locked out', async () => {
    const memory = createGuardMemory();
    await scene(ALL, { memory }).lockOut(STRANGER);
    const reloaded = scene(ALL, { memory });
    expect(reloaded.guard.lockedOutClients()).toBe(1);
    expect(outcome(await reloaded.ask({ from: STRANGER, present: 'Bearer guess' }))).toBe('locked_out');
  });

  test('begins a new count under new limits', async () => {
    const memory = createGuardMemory();
    await scene(ALL, { memory }).lockOut(STRANGER);
    const reloaded = scene({ ...ALL, limits: { failuresPerMinute: 3 } }, { memory });
    expect(outcome(await reloaded.ask({ from: STRANGER, present: 'Bearer guess' }))).toBe('token_unknown');
  });
});
