// One reader for each target, so that its views share what is read. It knows the largest of their limits only: each
// view holds scans to its own.

import { ExpositionReader } from '../../exposition/incremental/exposition-reader.js';
import type { ResolvedViewOptions } from '../options.js';

/** Readers by target. A body may have as many series as any view of its target takes. */
export function createTargetReaders(
  views: readonly Pick<ResolvedViewOptions, 'target' | 'maxSeries'>[],
): ReadonlyMap<string, ExpositionReader> {
  const limits = new Map<string, number>();
  for (const { target, maxSeries } of views) {
    limits.set(target, Math.max(limits.get(target) ?? 0, maxSeries));
  }
  return new Map([...limits].map(([target, maxSeries]) => [target, new ExpositionReader({ maxSeries })]));
}
