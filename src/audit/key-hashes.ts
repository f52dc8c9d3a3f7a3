// Hashes of keys without a key of their own, and which of them belong to keys that everybody knows.
// LiteLLM writes the plain SHA-256 of a key into `hashed_api_key`: a weak key is found by trying. Pure.

import { createHash } from 'node:crypto';

/** Keys of documentation, examples and quick starts. */
const WELL_KNOWN_KEYS: readonly string[] = [
  'sk-1234',
  'sk-123',
  'sk-12345',
  'sk-123456',
  'sk-12345678',
  'sk-123456789',
  'sk-1234567890',
  'sk-0000',
  'sk-1111',
  'sk-4321',
  'sk-abcd',
  'sk-abc123',
  'sk-admin',
  'sk-changeme',
  'sk-default',
  'sk-demo',
  'sk-dummy',
  'sk-example',
  'sk-fake',
  'sk-fake-key',
  'sk-key',
  'sk-litellm',
  'sk-litellm-master-key',
  'sk-local',
  'sk-master',
  'sk-master-key',
  'sk-my-key',
  'sk-no-key-required',
  'sk-none',
  'sk-password',
  'sk-placeholder',
  'sk-proxy',
  'sk-secret',
  'sk-test',
  'sk-xxx',
  'sk-xxxx',
  'EMPTY',
  'admin',
  'anything',
  'changeme',
  'dummy',
  'fake-key',
  'litellm',
  'password',
  'secret',
  'test',
  'token',
];

const WELL_KNOWN_HASHES: ReadonlySet<string> = new Set(
  WELL_KNOWN_KEYS.map((key) => createHash('sha256').update(key).digest('hex')),
);

/** Hexadecimal of MD5, SHA-1, SHA-256 or SHA-512, perhaps with the name of the function before it. */
const HASH = /^(?:sha256[:_-])?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i;

/** Whether a value has the shape of a hash. */
export function isKeyHash(value: string): boolean {
  return HASH.test(value);
}

/** Whether a value is the SHA-256 of a key that everybody knows. */
export function isWellKnownKeyHash(value: string): boolean {
  return WELL_KNOWN_HASHES.has(value.toLowerCase().replace(/^sha256[:_-]/, ''));
}
