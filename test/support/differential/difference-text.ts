// What two renderers gave, as texts that are equal exactly when they agree, and that a person can read.

import { ExactSum } from '../../../src/views/exact-sum.js';
import type { CounterSnapshot } from '../../../src/views/counter-state.js';
import type { RenderedView, ViewEffects } from '../../../src/views/renderer.js';

/** Lines around a difference that are shown. */
const CONTEXT_LINES = 2;
const MAX_LINE_CHARACTERS = 2000;

/** The first lines in which two bodies differ, with some before them. */
export function bodyDifference(
  expected: Uint8Array,
  actual: Uint8Array,
): { readonly expected: string; readonly actual: string } {
  const [a, b] = [linesOf(expected), linesOf(actual)];
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return { expected: around(a, at), actual: around(b, at) };
}

/** Everything that is said of a view but its bytes and effects. */
export function seriesText(view: RenderedView): string {
  const { body, effects: _, ...rest } = view;
  return `${body.byteLength} bytes, ${JSON.stringify(rest)}`;
}

/** Effects, whatever the order in which they were counted. */
export function effectsText(effects: ViewEffects): string {
  return Object.entries(effects)
    .map(([effect, counts]: readonly [string, Counts]) => `${effect}: ${countsText(counts)}`)
    .join('\n');
}

/** A snapshot, whatever the order of its parts and the way in which its sums are split. */
export function snapshotText({ slots, ...rest }: CounterSnapshot): string {
  const texts = slots.map(({ id, metric, parts, inputs }) => {
    const sums = parts.map(
      ([component, isShown, sum]) => `${component}${isShown ? '' : ' hidden'} ${new ExactSum(sum).value()}`,
    );
    const lasts = inputs.map(([input, seenAtMs, last]) => {
      const numbers = last.map(([component, value]) => `${component} ${value}`).toSorted();
      return `${input} at ${seenAtMs}: ${numbers.join(', ')}`;
    });
    return `${id} of ${metric}: ${sums.toSorted().join(', ')}; ${lasts.toSorted().join('; ')}`;
  });
  return [...texts.toSorted(), JSON.stringify(inOrder(rest))].join('\n');
}

/** Counts by name, or by name and kind. */
type Counts = ReadonlyMap<string, number | ReadonlyMap<string, number>>;

function countsText(counts: Counts): string {
  return [...counts]
    .map(
      ([name, count]) => `${JSON.stringify(name)} ${typeof count === 'number' ? count : countsText(count)}`,
    )
    .toSorted()
    .join(', ');
}

/** JSON values with lists in an order of their own: what they hold are sets. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => JSON.stringify(inOrder(element))).toSorted();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, inOrder(element)]));
}

function linesOf(bytes: Uint8Array): readonly string[] {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n');
}

function around(lines: readonly string[], at: number): string {
  return lines
    .slice(Math.max(0, at - CONTEXT_LINES), at + CONTEXT_LINES + 1)
    .map(
      (line, index) =>
        `${Math.max(0, at - CONTEXT_LINES) + index + 1}: ${line.slice(0, MAX_LINE_CHARACTERS)}`,
    )
    .join('\n');
}
