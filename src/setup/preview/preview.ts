// A preview: one exposition through one view, as lines for a terminal. Nothing of it is kept anywhere.

import { randomBytes } from 'node:crypto';
import type { OnMalformed } from '../../exposition/quarantine.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { compileView } from '../../views/compile-view.js';
import type { ViewOptions } from '../../views/options.js';
import { resolveViewOptions } from '../../views/resolve-options.js';
import { traceView, type ViewTrace } from '../../views/trace.js';
import { describeProblem } from '../../exposition/problem.js';
import { readExposition, type ExpositionBytes } from '../exposition-source.js';
import { compareView, type Comparison } from './compare.js';
import { comparisonLines } from './comparison-text.js';
import { explainSeries } from './explain.js';
import { explanationLines } from './explanation-text.js';
import type { SeriesSelector } from './series-selector.js';

/** What is looked at, and under which view. */
export interface PreviewInput {
  readonly view: ViewOptions;
  readonly source: ExpositionBytes;
  /** @default one for this preview */
  readonly pseudonymKey?: Uint8Array | undefined;
  /** @default 'fail' */
  readonly onMalformed?: OnMalformed | undefined;
  /** Unix time. */
  readonly nowMs: number;
}

/** What is shown of it. */
export interface PreviewText {
  /** Explain this series instead. */
  readonly explain?: SeriesSelector | undefined;
  /** @default false */
  readonly showValues?: boolean | undefined;
  /** @default false */
  readonly showUnchanged?: boolean | undefined;
}

/** Why there is no preview. */
export type PreviewProblem =
  | { readonly kind: 'not_an_exposition'; readonly detail: string }
  /** No series fits what is to be explained. */
  | { readonly kind: 'no_such_series' };

const KEY_BYTES = 32;

/**
 * The preview as lines.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with the problems of the view.
 */
export function previewLines(
  input: PreviewInput,
  { explain, showValues = false, showUnchanged = false }: PreviewText,
): Result<readonly string[], PreviewProblem> {
  const traced = trace(input);
  if (!traced.ok) return traced;
  const { preset } = traced.value.view.options;
  if (explain === undefined) {
    const comparison = compareView(traced.value, input.source.body.length);
    return ok(comparisonLines(comparison, { preset, showValues, showUnchanged }));
  }
  const explanation = explainSeries(traced.value, explain);
  if (explanation === undefined) return fail({ kind: 'no_such_series' });
  return ok(explanationLines(explanation, { preset, showValues }));
}

/** The same as numbers. @throws {ScrapegateError} as `previewLines` does. */
export function comparePreview(input: PreviewInput): Result<Comparison, PreviewProblem> {
  const traced = trace(input);
  return traced.ok ? ok(compareView(traced.value, input.source.body.length)) : traced;
}

function trace({
  view,
  source,
  pseudonymKey,
  onMalformed = 'fail',
  nowMs,
}: PreviewInput): Result<ViewTrace, PreviewProblem> {
  const compiled = compileView(resolveViewOptions(view), pseudonymKey ?? randomBytes(KEY_BYTES));
  const read = readExposition(source, onMalformed);
  if (!read.ok) return fail({ kind: 'not_an_exposition', detail: read.error });
  const traced = traceView(compiled, read.value, nowMs);
  return traced.ok ? traced : fail({ kind: 'not_an_exposition', detail: describeProblem(traced.error) });
}
