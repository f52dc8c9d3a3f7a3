// The text of a state file, slice by slice: the bytes that one JSON.stringify of the whole state gives, which nobody else
// could run beside.

import type { CounterReading, SlotReading } from './counter-reading.js';

/** The counters of one view, and what they are made under. */
export interface ViewReading {
  readonly fingerprint: string;
  readonly counters: CounterReading;
}

/** Views by name, to be written while they go on. */
export type StateReading = ReadonlyMap<string, ViewReading>;

export const STATE_VERSION = 1;
/** Numbers and hashes after which others may have their turn. */
const SLICE_NUMBERS = 1024;

/** Gives the text in slices of `SLICE_NUMBERS`, or up to as many again. Each output is whole, and read in its turn. */
export function* encodeState(views: StateReading): Generator<string, void> {
  const slice = new Slice();
  slice.add(`{"version":${STATE_VERSION},"views":`);
  // As objects order their keys: whole numbers first.
  yield* encodeList(Object.entries(Object.fromEntries(views)), slice, '{}', ([name, view]) =>
    encodeView(name, view, slice),
  );
  slice.add('}');
  yield slice.take();
}

/** Text that is gathered, and how much is in it. */
class Slice {
  #text = '';
  #numbers = 0;

  add(text: string, numbers = 0): void {
    this.#text += text;
    this.#numbers += numbers;
  }

  get isFull(): boolean {
    return this.#numbers >= SLICE_NUMBERS;
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    this.#numbers = 0;
    return text;
  }
}

function* encodeView(
  name: string,
  { fingerprint, counters: { slots, admitted, memberships } }: ViewReading,
  slice: Slice,
): Generator<string, void> {
  const counters = `"fingerprint":${JSON.stringify(fingerprint)},"counters":{"slots":`;
  slice.add(`${JSON.stringify(name)}:{${counters}`, 1);
  yield* encodeList(slots, slice, '[]', (slot) => encodeSlot(slot, slice));
  if (admitted !== undefined) {
    slice.add(',"admitted":');
    yield* encodeList(admitted, slice, '[]', function* ([set, values]) {
      slice.add(`[${JSON.stringify(set)},`, 1);
      yield* encodeTexts(values, slice);
      slice.add(']');
    });
  }
  if (memberships !== undefined) {
    slice.add(',"memberships":{"inside":');
    yield* encodeTexts(memberships.inside, slice);
    slice.add(',"outside":');
    yield* encodeTexts(memberships.outside, slice);
    slice.add(',"both":');
    yield* encodeTexts(memberships.both, slice);
    slice.add('}');
  }
  slice.add('}}');
}

function* encodeSlot({ id, metric, parts, inputs }: SlotReading, slice: Slice): Generator<string, void> {
  slice.add(`{"id":${JSON.stringify(id)},"metric":${JSON.stringify(metric)},"parts":`, 1);
  yield* encodeValues(parts, slice, ([component, isShown, sum]) => [component, isShown, sum.map(asJson)]);
  slice.add(',"inputs":');
  yield* encodeList(inputs, slice, '[]', function* ([inputId, seenAtMs, last]) {
    slice.add(`[${JSON.stringify(inputId)},${JSON.stringify(asJson(seenAtMs))},`, 1);
    yield* encodeValues(last, slice, ([component, value]) => [component, asJson(value)]);
    slice.add(']');
  });
  slice.add('}');
}

/** A list whose items add their own text. */
function* encodeList<T>(
  items: Iterable<T>,
  slice: Slice,
  [opening, closing]: '[]' | '{}',
  encode: (item: T) => Generator<string, void>,
): Generator<string, void> {
  slice.add(opening ?? '');
  let separator = '';
  for (const item of items) {
    slice.add(separator);
    separator = ',';
    yield* encode(item);
    if (slice.isFull) yield slice.take();
  }
  slice.add(closing ?? '');
}

/** A list of short items, many at a time. */
function* encodeValues<T>(
  items: readonly T[],
  slice: Slice,
  toJson: (item: T) => unknown,
): Generator<string, void> {
  slice.add('[');
  for (let from = 0; from < items.length; from += SLICE_NUMBERS) {
    const some = items.slice(from, from + SLICE_NUMBERS).map(toJson);
    slice.add(`${from > 0 ? ',' : ''}${JSON.stringify(some).slice(1, -1)}`, some.length);
    if (slice.isFull) yield slice.take();
  }
  slice.add(']');
}

function* encodeTexts(texts: Iterable<string>, slice: Slice): Generator<string, void> {
  slice.add('[');
  let separator = '';
  for (const text of texts) {
    slice.add(`${separator}${JSON.stringify(text)}`, 1);
    separator = ',';
    if (slice.isFull) yield slice.take();
  }
  slice.add(']');
}

/** JSON has no infinities; they travel as text and are read back with Number(). */
function asJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
