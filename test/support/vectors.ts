// Conformance vectors: a named requirement, an exposition, and what must become of it.

/** An exposition that must be refused, at that line, for that reason. */
export type RefusedVector = readonly [requirement: string, body: string, line: number, reason: string];

/** An exposition that must be accepted; `canonical` is what it is printed as, itself when left out. */
export type AcceptedVector = readonly [requirement: string, body: string, canonical?: string];

/** The vector with what it is printed as spelt out. */
export function withCanonical([requirement, body, canonical = body]: AcceptedVector): [
  string,
  string,
  string,
] {
  return [requirement, body, canonical];
}
