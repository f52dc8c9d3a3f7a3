// The lines of the outputs of one family. Those of outputs that were not moved are taken over from the body before, in
// stretches; of the others only numbers are written anew, where their lines stand there.

import type { FamilyKind } from '../../exposition/incremental/family-kinds.js';
import type { PartList } from './body-parts.js';
import type { Group, KnownOutput } from './enrolment.js';
import type { FamilyPolicy } from './family-policy.js';
import type { GatheredFamily, WrittenFamily } from './gathered-family.js';
import { OutputBlock, type BlockContext, type NumberSink } from './output-block.js';
import type { ScanComparison } from './scan-comparison.js';
import type { ViewCache } from './view-cache.js';

/** Lines of outputs after which others get their turn. */
const SLICE_WRITTEN = 128;
const NOTHING_WRITTEN: WrittenFamily = { start: 0, ends: [], samples: 0 };

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
  list: PartList,
  writing: OutputsWriting,
  written: { count: number },
): Generator<void, void> {
  const { shown, moved } = family;
  const goesOn = moved !== undefined && writing.cache.block.holds(writing.comparison);
  const before = goesOn ? family.written : undefined;
  // Whoever breaks off leaves nothing that the next ones could be put together with.
  family.written = undefined;
  if (before !== undefined && moved?.length === 0) {
    family.written = { ...before, start: list.byteLength };
    list.addKept(before.start, before.start + (before.ends.at(-1) ?? 0));
    list.samples += before.samples;
    return;
  }
  const draft = new Draft(list, before ?? NOTHING_WRITTEN);
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
  family.written = draft.end();
  list.samples += family.written.samples;
}

/** The lines of a family while they are put together out of those before. */
class Draft implements NumberSink {
  readonly #list: PartList;
  readonly #before: WrittenFamily;
  readonly #start: number;
  readonly #ends: number[] = [];
  #samples: number;
  /** Where the lines of the output stood, from the start of the family on, and up to where they are in the draft. */
  #from = 0;
  #to = 0;
  #taken = 0;

  constructor(list: PartList, before: WrittenFamily) {
    this.#list = list;
    this.#before = before;
    this.#start = list.byteLength;
    this.#samples = before.samples;
  }

  /** Begins the lines of the output at `place`, which comes behind those before. */
  begin(place: number): void {
    this.#takeOver(place);
    const { ends } = this.#before;
    // One that came up later takes no room there, though it may have been shown once.
    this.#from = place === 0 ? 0 : (ends[place - 1] ?? 0);
    this.#to = ends[place] ?? 0;
    this.#taken = this.#from;
  }

  /** Whether there were lines of the output. */
  get stoodThere(): boolean {
    return this.#to > this.#from;
  }

  change(offset: number, length: number, bytes: Buffer, ownLength: number): void {
    const list = this.#list;
    const at = this.#from + offset;
    if (ownLength === length) {
      list.patches.add(list.byteLength + at - this.#taken, bytes, length);
      return;
    }
    this.#take(at);
    list.addText(Buffer.from(bytes.subarray(0, ownLength)));
    this.#taken = at + length;
  }

  /** Puts lines that are written anew. */
  put(bytes: Uint8Array, lines: number, linesBefore: number): void {
    if (this.stoodThere) this.#samples -= linesBefore;
    this.#samples += lines;
    this.#list.addText(bytes);
    this.#taken = this.#to;
  }

  /** Ends the lines of the output. */
  finish(): void {
    this.#take(this.#to);
    this.#ends.push(this.#list.byteLength - this.#start);
  }

  /** Takes over what stands before `to`. */
  #take(to: number): void {
    const { start } = this.#before;
    if (to > this.#taken) this.#list.addKept(start + this.#taken, start + to);
  }

  end(): WrittenFamily {
    const { ends } = this.#before;
    this.#takeOver(ends.length);
    return { start: this.#start, ends: this.#ends, samples: this.#samples };
  }

  /** Takes over what stands before `place`. */
  #takeOver(place: number): void {
    const { start, ends } = this.#before;
    const places = this.#ends.length;
    const to = Math.min(place, ends.length);
    if (places >= to) return;
    const from = places === 0 ? 0 : (ends[places - 1] ?? 0);
    const shift = this.#list.byteLength - this.#start - from;
    this.#list.addKept(start + from, start + (ends[to - 1] ?? 0));
    for (let at = places; at < to; at += 1) this.#ends.push((ends[at] ?? 0) + shift);
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
