// When a proof holds, and whether it does at a moment. Pure; the moment is passed in.

/** When a credential holds; both ends in Unix milliseconds, `notAfterMs` exclusive. */
export interface Validity {
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
}

/** `valid` from `notBeforeMs` on, until just before `notAfterMs`. */
export function checkValidity(
  validity: Validity,
  nowMs: number,
): 'valid' | 'credential_not_yet_valid' | 'credential_expired' {
  if (validity.notBeforeMs !== undefined && nowMs < validity.notBeforeMs) return 'credential_not_yet_valid';
  if (validity.notAfterMs !== undefined && nowMs >= validity.notAfterMs) return 'credential_expired';
  return 'valid';
}
