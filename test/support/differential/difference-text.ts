// What two renderers gave, as texts that are equal exactly when they agree, and that a person can read.

import { ExactSum } from '../../../src/views/exact-sum.js';
import type { CounterSnapshot } from '../../../src/views/counter-state.js';
import type { ViewEffects } from '../../../src/views/renderer.js';

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

/** Effects, whatever the order in which they were counted. */
export function effectsText({ pseudonymised, dropped, detected }: ViewEffects): string {
  const found = [...detected].flatMap(([place, counts]) =>
    [...counts].map(([detection, count]) => [`${JSON.stringify(place)} ${detection}`, count] as const),
  );
  return [
    countsText('pseudonymised', pseudonymised),
    countsText('dropped', dropped),
    countsText('detected', found),
  ].join('\n');
}

/** A snapshot, whatever the order of its parts and the way in which its sums are split. */
export function snapshotText({ slots }: CounterSnapshot): string {
  return slots
    .map(({ id, metric, parts, inputs }) => {
      const sums = parts.map(
        ([component, isShown, sum]) => `${component}${isShown ? '' : ' hidden'} ${new ExactSum(sum).value()}`,
      );
      const lasts = inputs.map(([input, seenAtMs, last]) => {
        const numbers = last.map(([component, value]) => `${component} ${value}`).toSorted();
        return `${input} at ${seenAtMs}: ${numbers.join(', ')}`;
      });
      return `${id} of ${metric}: ${sums.toSorted().join(', ')}; ${lasts.toSorted().join('; ')}`;
    })
    .toSorted()
    .join('\n');
}

function countsText(title: string, counts: Iterable<readonly [string, number]>): string {
  const texts = [...counts].map(([name, count]) => `${JSON.stringify(name)} ${count}`);
  return `${title}: ${texts.toSorted().join(', ')}`;
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
