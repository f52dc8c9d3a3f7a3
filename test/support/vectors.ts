// Conformance vectors: a named requirement, an exposition, and what must become of it.

import type { ExpositionFormat } from '../../src/exposition/model.js';

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

/** An exposition that its publisher parses and we refuse, at that line, for that reason; `why` says on what ground. */
export type StricterVector = readonly [
  name: string,
  body: string,
  line: number,
  reason: string,
  why: StricterGround,
];

/** An exposition that its publisher refuses and we parse; `why` says on what ground. */
export type LaxerVector = readonly [name: string, body: string, why: LaxerGround];

/** What the tests of one published parser say, each vector by the name or the place that it has there. */
export interface PublishedVectors {
  readonly publisher: string;
  readonly format: ExpositionFormat;
  /** Whether names may stand in quotes. @default false */
  readonly quotedNames?: boolean;
  /** Both parse it. */
  readonly parsed: readonly (readonly [name: string, body: string])[];
  /** Both refuse it. */
  readonly refused: readonly RefusedVector[];
  readonly stricter: readonly StricterVector[];
  readonly laxer: readonly LaxerVector[];
}

/** Why we refuse what a published parser takes. */
export const STRICTER_GROUNDS = {
  'no samples': 'A scrape without samples ends every series of the target; an empty 200 hides an outage.',
  'cut off': 'A last line without its line feed cannot be told from one that was cut off.',
  NUL: 'NUL ends the input of some readers, which would see another exposition than we do.',
  'one series, one sample':
    'Of two samples of one series Prometheus keeps one: the other reader may keep the other.',
  'one family, one block': 'A family that comes back can change under its first half; the format forbids it.',
  'metadata first': 'Metadata after samples would change what was already read under another type.',
  'one way to read':
    'Readers disagree on what it means, so that a label could hide from a policy or a detector.',
  'the format’s own rule': 'The format forbids it; this reader of it does not look.',
  'Prometheus refuses it': 'The server’s own parser refuses it, so that it never reaches a database.',
} as const;

/** One of the grounds for being stricter. */
export type StricterGround = keyof typeof STRICTER_GROUNDS;

/** Why we parse what a published parser refuses. */
export const LAXER_GROUNDS = {
  'values are the target’s':
    'Structure is checked, values are passed on: Prometheus takes them, and clients that count without a lock print them now and then. Aggregates stay monotonic whatever comes in.',
  'parts of a distribution':
    'A histogram or a summary without its count or sum is incomplete, but nothing in it contradicts itself.',
  'case of infinity': 'Prometheus reads a bound as any float; so do we, and what we print is what came.',
} as const;

/** One of the grounds for being laxer. */
export type LaxerGround = keyof typeof LAXER_GROUNDS;

/** The bytes of a vector: UTF-8, with U+00FF for the byte ff, which no UTF-8 has. */
export function vectorBytes(body: string): Uint8Array {
  return Buffer.concat(
    body
      .split('\u00ff')
      .flatMap((part, index) => [Buffer.from(index === 0 ? [] : [0xff]), Buffer.from(part, 'utf8')]),
  );
}
