import { expect, test } from 'vitest';

import { checkValidity } from '../../../src/auth/validity.js';

test.each([
  [{ notBeforeMs: 100, notAfterMs: 200 }, 99, 'credential_not_yet_valid'],
  [{ notBeforeMs: 100, notAfterMs: 200 }, 100, 'valid'],
  [{ notBeforeMs: 100, notAfterMs: 200 }, 199, 'valid'],
  [{ notBeforeMs: 100, notAfterMs: 200 }, 200, 'credential_expired'],
  [{ notAfterMs: 0 }, 0, 'credential_expired'],
  [{ notBeforeMs: 0 }, 0, 'valid'],
  [{}, 1e15, 'valid'],
] as const)('%j at %i: %s', (validity, nowMs, expected) => {
  expect(checkValidity(validity, nowMs)).toBe(expected);
});
