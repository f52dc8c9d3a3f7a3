// The lines of the outputs of one family. Those of outputs that were not moved are taken over from the body before, in
// stretches; of the others only numbers are written anew, where their lines stand there.

import type { FamilyKind } from '../../exposition/incremental/family-kinds.js';
import type { Group, KnownOutput } from './enrolment.js';
import type { FamilyPolicy } from './family-policy.js';
import type { GatheredFamily } from './gathered-family.js';
import { OutputBlock, type BlockContext } from './output-block.js';
import type { ScanComparison } from './scan-comparison.js';
import type { ViewCache } from './view-cache.js';

/** Lines of outputs after which others get their turn. */
const SLICE_WRITTEN = 128;

/** What outputs are written with. */
export interface OutputsWriting {
  readonly kind: FamilyKind;
  readonly policy: FamilyPolicy;
  readonly comparison: ScanComparison;
  readonly cache: ViewCache;
  readonly context: BlockContext;
}

/** Adds what the outputs of a family have reached to a body. `written` counts lines since others had their turn. */
export function* writeOutputs(
  family: GatheredFamily,
  writing: OutputsWriting,
  written: { count: number },
): Generator<void, void> {
  const { shown, moved } = family;
  const { block: bodyBefore, draft, parts: list } = writing.cache;
  const goesOn = moved !== undefined && bodyBefore.holds(writing.comparison);
  const before = goesOn ? family.written : undefined;
  // Whoever breaks off leaves nothing that the next ones could be put together with.
  family.written = undefined;
  if (before !== undefined && moved?.length === 0) {
    family.written = { ...before, start: list.byteLength };
    list.addKept(before.start, before.start + (before.ends.at(-1) ?? 0));
    list.samples += before.samples;
    return;
  }
  draft.open(before);
  const outputs = before === undefined || moved === undefined ? shown : moved;
  for (const group of outputs) {
    const { totals, hasCount, boundTexts } = group;
    if (totals === undefined) continue;
    const { labels, block } = outputOf(group, writing);
    const linesBefore = block.lines;
    const names = { kind: writing.kind, labels, components: totals.components, boundTexts, hasCount };
    draft.begin(group.place);
    if (!(draft.stoodThere && block.change(names, totals, draft)))
      draft.put(block.bytes(names, totals, writing.context), block.lines, linesBefore);
    draft.finish();
    written.count += 1 + block.lines;
    if (written.count < SLICE_WRITTEN) continue;
    written.count = 0;
    yield;
  }
  family.written = draft.close();
  list.samples += family.written.samples;
}

function outputOf(group: Group, { policy, cache }: OutputsWriting): KnownOutput {
  const known = group.output;
  const { series } = group;
  if (known?.series === series) return known;
  const labels = cache.groups.labels(series, policy);
  if (known === undefined) return (group.output = { block: new OutputBlock(), series, labels });
  known.series = series;
  // The same array for the same labels: the block goes by it.
  if (known.labels.join(' ') !== labels.join(' ')) known.labels = labels;
  return known;
}
