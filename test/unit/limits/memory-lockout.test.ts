import { expect, test } from 'vitest';

import { createMemoryLockout } from '../../../src/limits/memory-lockout.js';
import { ManualClock } from '../../support/manual-clock.js';

const OPTIONS = { failuresPerMinute: 2, lockoutMs: 60_000, maxClients: 3 };

test('C16: only full lockouts of as many other prefixes push one out, and the one asked for least goes first', async () => {
  const lockout = createMemoryLockout(OPTIONS, { clock: new ManualClock() });
  const lock = async (prefix: string): Promise<void> => {
    await lockout.fail(prefix);
    await lockout.fail(prefix);
  };
  for (const prefix of ['idle', 'active', 'third']) await lock(prefix);
  expect(await lockout.check('active')).toMatchObject({ locked: true });
  await lock('fourth');
  expect(lockout.lockedCount()).toBe(3);
  expect(await lockout.check('idle')).toEqual({ locked: false });
  expect(await lockout.check('active')).toMatchObject({ locked: true });
});

test('keeps no timer', async () => {
  const clock = new ManualClock();
  const lockout = createMemoryLockout(OPTIONS, { clock });
  await lockout.fail('a');
  await lockout.fail('a');
  expect(clock.pendingTimers).toBe(0);
});

test('forgets failures of the prefix seen longest ago beyond its bound', async () => {
  const lockout = createMemoryLockout(OPTIONS, { clock: new ManualClock() });
  for (const prefix of ['a', 'b', 'c', 'd']) await lockout.fail(prefix);
  expect(await lockout.fail('b')).toMatchObject({ locked: true });
  expect(await lockout.fail('a')).toEqual({ locked: false });
});
