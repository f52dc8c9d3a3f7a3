// The lines of the outputs of one family, in one piece. Those of outputs that were not moved are taken over from the
// piece before, in stretches.

import type { FamilyKind } from '../../exposition/incremental/family-kinds.js';
import type { GatheredFamily, WrittenFamily } from './counter-groups.js';
import type { Group, KnownOutput } from './enrolment.js';
import type { FamilyPolicy } from './family-policy.js';
import { OutputBlock, type BlockContext } from './output-block.js';
import type { ViewCache } from './view-cache.js';

/** Lines of outputs after which others get their turn. */
const SLICE_WRITTEN = 128;
const NOTHING_WRITTEN: WrittenFamily = { bytes: new Uint8Array(0), ends: [], samples: 0 };

/** What outputs are written with. */
export interface OutputsWriting {
  readonly kind: FamilyKind;
  readonly policy: FamilyPolicy;
  readonly cache: ViewCache;
  readonly context: BlockContext;
}

/** Writes what the outputs of a family have reached. `written` counts lines since others had their turn. */
export function* writeOutputs(
  family: GatheredFamily,
  writing: OutputsWriting,
  written: { count: number },
): Generator<void, WrittenFamily> {
  const { shown, moved } = family;
  const before = moved === undefined ? undefined : family.written;
  // Whoever breaks off leaves nothing that the next ones could be put together with.
  family.written = undefined;
  if (before !== undefined && moved?.length === 0) return (family.written = before);
  const draft = new Draft(before ?? NOTHING_WRITTEN);
  const outputs = before === undefined || moved === undefined ? shown : moved;
  for (const group of outputs) {
    const { totals, hasCount, boundTexts } = group;
    if (totals === undefined) continue;
    const { labels, block } = outputOf(group, writing);
    const linesBefore = block.lines;
    const names = { kind: writing.kind, labels, components: totals.components, boundTexts, hasCount };
    draft.put(group.place, block.bytes(names, totals, writing.context), block.lines, linesBefore);
    written.count += 1 + block.lines;
    if (written.count < SLICE_WRITTEN) continue;
    written.count = 0;
    yield;
  }
  return (family.written = draft.end());
}

/** The lines of a family while they are put together out of those before. */
class Draft {
  readonly #before: WrittenFamily;
  readonly #pieces: Uint8Array[] = [];
  readonly #ends: number[] = [];
  /** Outputs that were taken over or replaced, and bytes. */
  #places = 0;
  #length = 0;
  #samples: number;

  constructor(before: WrittenFamily) {
    this.#before = before;
    this.#samples = before.samples;
  }

  /** Puts the lines of the output at `place`, which comes behind those before. */
  put(place: number, bytes: Uint8Array, lines: number, linesBefore: number): void {
    this.#takeOver(place);
    if (place < this.#before.ends.length) this.#samples -= linesBefore;
    this.#samples += lines;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    this.#ends.push(this.#length);
    this.#places = place + 1;
  }

  end(): WrittenFamily {
    this.#takeOver(this.#before.ends.length);
    return { bytes: Buffer.concat(this.#pieces, this.#length), ends: this.#ends, samples: this.#samples };
  }

  /** Takes over what stands before `place`. */
  #takeOver(place: number): void {
    const { bytes, ends } = this.#before;
    const to = Math.min(place, ends.length);
    if (this.#places >= to) return;
    const start = this.#startBefore(this.#places);
    const stretch = bytes.subarray(start, this.#startBefore(to));
    for (let at = this.#places; at < to; at += 1) this.#ends.push(this.#length + (ends[at] ?? 0) - start);
    this.#pieces.push(stretch);
    this.#length += stretch.length;
    this.#places = to;
  }

  #startBefore(place: number): number {
    return place === 0 ? 0 : (this.#before.ends[place - 1] ?? 0);
  }
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
