// The differential tests can be trusted: whatever a renderer gets wrong, they find it within some hundred sequences,
// and cut it down to a few lines.

import { describe, expect, test } from 'vitest';
import { chunkOf, joinChunks } from '../../src/internal/byte-chunks.js';
import { fail, ok } from '../../src/internal/result.js';
import { createReferenceRenderer } from '../../src/views/reference/render.js';
import type { StartTarget, Subject } from '../support/differential/compare.js';
import { firstFailure, type Source } from '../support/differential/run.js';
import { createSequence } from '../support/differential/sequence.js';

const SEQUENCES = 2000;
const SOURCE: Source = {
  create: createSequence,
  title: (number) => `sequence ${number}`,
  replay: (number) => `number ${number}`,
};

type Render = Subject['render'];
type MakeSubject = ReturnType<StartTarget>;

/** A renderer that is the reference but for how it renders. */
function renderingBy(make: (right: Subject) => Render): MakeSubject {
  return (view, snapshot) => {
    const right = createReferenceRenderer(view, snapshot);
    return { render: make(right), snapshot: () => right.snapshot() };
  };
}

/** Numbers of sequences. */
function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, number) => number);
}

function linesOf(body: Uint8Array): readonly string[] {
  return Buffer.from(body).toString('latin1').split('\n');
}

function bodyOf(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** What is wrong with a renderer → in what it is seen → the renderer. */
const WRONG: readonly (readonly [wrong: string, seen: string, makeSubject: MakeSubject])[] = [
  ['begins anew at a restart', 'bytes|snapshot', (view) => createReferenceRenderer(view)],
  [
    'forgets vanished inputs too early',
    'bytes|snapshot',
    (view, snapshot) =>
      createReferenceRenderer({ ...view, options: { ...view.options, seriesRetentionMs: 14_000 } }, snapshot),
  ],
  [
    'remembers the first lines of a refused scrape',
    'bytes|snapshot',
    renderingBy((right) => (body, format, ...rest) => {
      const result = right.render(body, format, ...rest);
      if (!result.ok)
        right.render(bodyOf([...linesOf(body).slice(0, result.error.line - 1), '']), format, ...rest);
      return result;
    }),
  ],
  [
    'takes a body of the same length and end for the same body',
    'bytes|snapshot|refusal',
    renderingBy((right) => {
      let last: { readonly end: string; readonly result: ReturnType<Render> } | undefined;
      return (body, ...rest) => {
        const end = `${body.length} ${Buffer.from(body.subarray(-40)).toString('latin1')}`;
        if (last?.end !== end) last = { end, result: right.render(body, ...rest) };
        return last.result;
      };
    }),
  ],
  [
    'takes the same series twice',
    'refusal',
    renderingBy((right) => (body, ...rest) => {
      const result = right.render(body, ...rest);
      if (result.ok || result.error.reason !== 'same series twice') return result;
      return right.render(bodyOf(linesOf(body).toSpliced(result.error.line - 1, 1)), ...rest);
    }),
  ],
  [
    'refuses an empty label value',
    'refusal',
    renderingBy(
      (right) =>
        (body, ...rest) =>
          Buffer.from(body).includes('=""')
            ? fail({ line: 1, reason: 'empty' })
            : right.render(body, ...rest),
    ),
  ],
  [
    'sorts its lines',
    'bytes',
    renderingBy((right) => (...scrape) => {
      const result = right.render(...scrape);
      if (!result.ok) return result;
      const lines = linesOf(joinChunks(result.value.body));
      return ok({ ...result.value, body: chunkOf(bodyOf(lines.toSorted())) });
    }),
  ],
  [
    'uses the memory of its last answer again',
    'earlier answer changed',
    renderingBy((right) => {
      const memory = Buffer.alloc(1_000_000);
      return (...scrape) => {
        const result = right.render(...scrape);
        if (!result.ok) return result;
        const bytes = joinChunks(result.value.body);
        memory.set(bytes);
        return ok({ ...result.value, body: chunkOf(memory.subarray(0, bytes.length)) });
      };
    }),
  ],
  [
    'writes into the body of the target',
    'body of the target changed',
    renderingBy((right) => (body, ...rest) => {
      const result = right.render(body, ...rest);
      body.fill(0x20, 0, 1);
      return result;
    }),
  ],
  [
    'counts no dropped labels',
    'effects',
    renderingBy((right) => (...scrape) => {
      const result = right.render(...scrape);
      if (!result.ok) return result;
      return ok({ ...result.value, effects: { ...result.value.effects, dropped: new Map() } });
    }),
  ],
  [
    'counts series wrongly',
    'series',
    renderingBy((right) => (...scrape) => {
      const result = right.render(...scrape);
      return result.ok ? ok({ ...result.value, seriesOut: result.value.seriesIn }) : result;
    }),
  ],
  [
    'throws on a NUL',
    'thrown',
    renderingBy((right) => (body, ...rest) => {
      if (body.includes(0)) throw new Error('NUL');
      return right.render(body, ...rest);
    }),
  ],
];

describe('the differential tests', () => {
  test.each(WRONG)('find a renderer that %s', (_, seen, makeSubject) => {
    const failure = firstFailure(upTo(SEQUENCES), SOURCE, () => makeSubject);
    expect(failure).toMatch(new RegExp(`^sequence \\d+: the renderers differ in "(?:${seen})" at `));
    const bodyLines = failure?.split('\n').filter((line) => line.startsWith('  | ')) ?? [];
    expect(bodyLines.length).toBeLessThanOrEqual(10);
  });

  test('find nothing in the reference itself, nor in its output when it is asked again', () => {
    const failure = firstFailure(upTo(100), SOURCE, () => createReferenceRenderer);
    expect(failure, failure).toBeUndefined();
    expect(createSequence(7)).toEqual(createSequence(7));
  });
});
