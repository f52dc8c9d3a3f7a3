import { expect, it } from 'vitest';
import { parsePasswordHash, verifyPassword } from '../../../src/auth/password.js';
import { hashEnvironmentPassword } from '../../../src/config/environment-password.js';

it('is made once for a password, and anew for another one', async () => {
  const first = await hashEnvironmentPassword('correct horse');
  expect(await hashEnvironmentPassword('correct horse')).toBe(first);
  const other = await hashEnvironmentPassword('battery staple');
  expect(other).not.toBe(first);
  const parsed = parsePasswordHash(other);
  expect(parsed.ok && (await verifyPassword('battery staple', parsed.value))).toBe(true);
  expect(parsed.ok && (await verifyPassword('correct horse', parsed.value))).toBe(false);
});
