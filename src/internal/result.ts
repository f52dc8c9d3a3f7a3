// Outcomes as values: whatever a request or a target can cause is returned, never thrown.
// Pure. Throwing stays for wrong configuration and misuse of the API (errors.ts).

/** Either a value or the reason why there is none. */
export type Result<T, E> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** A success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A failure with its reason. */
export function fail<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
