// What an exposition consists of: families and labels with their series, values and bytes. One pass over the whole.
// Pure. Holds references to the values that were parsed, and nothing of its own that grows faster than they do.

import type { Exposition, Family } from '../exposition/model.js';
import { normaliseLabelName } from '../views/label-name.js';
import { compilePresetRules } from '../views/preset-rules.js';
import { PRESETS } from '../views/presets.js';
import type { PresetGroupKind } from '../views/presets/preset.js';
import type { PresetName } from '../views/options.js';

/** One family. */
export interface FamilyInventory {
  readonly name: string;
  readonly series: number;
  /** About what its lines take, without HELP and TYPE. */
  readonly bytes: number;
  /** Label → how many values it has in this family; without `le` and `quantile`. */
  readonly labels: ReadonlyMap<string, number>;
}

/** One label, over all families. */
export interface LabelInventory {
  readonly name: string;
  /** As rules compare it. */
  readonly normalised: string;
  /** Of the preset; absent where no group names the label. */
  readonly group: PresetGroupKind | undefined;
  /** Value → in how many series. */
  readonly values: ReadonlyMap<string, number>;
  readonly families: number;
  readonly series: number;
  /** What name and values take, with quotes and separators. */
  readonly bytes: number;
}

/** The whole. */
export interface Inventory {
  readonly series: number;
  readonly families: readonly FamilyInventory[];
  readonly labels: readonly LabelInventory[];
  /** Values that stand for nobody, or are pseudonyms already. */
  readonly isPlaceholder: (value: string) => boolean;
}

/** `="",` around a value. */
const LABEL_PUNCTUATION_BYTES = 4;
/** Braces, blank and line feed of a sample. */
const SAMPLE_PUNCTUATION_BYTES = 4;
/** Boundaries of distributions: many by design, and the same in every series. */
const BOUNDARIES: ReadonlySet<string> = new Set(['le', 'quantile']);

interface GrowingLabel {
  readonly values: Map<string, number>;
  families: number;
  series: number;
  bytes: number;
}

/**
 * Takes stock of an exposition, with the groups and placeholders of a preset. Of labels in `configured` the operator
 * wrote the values down themselves: no group names them.
 */
export function takeInventory(
  { families }: Exposition,
  preset: PresetName,
  configured: readonly string[] = [],
): Inventory {
  const labels = new Map<string, GrowingLabel>();
  const stock = families.map((family) => takeFamily(family, labels));
  const ruleOf = compilePresetRules(PRESETS[preset]);
  const placeholders = new Set(PRESETS[preset].placeholders);
  return {
    series: stock.reduce((sum, { series }) => sum + series, 0),
    families: stock,
    // In the order of their names: that of series is not the same in every scrape.
    labels: [...labels]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, label]) => {
        const normalised = normaliseLabelName(name);
        const group = configured.includes(name) ? undefined : ruleOf(normalised)?.group.kind;
        return { name, normalised, group, ...label };
      }),
    isPlaceholder: (value) => placeholders.has(value),
  };
}

/** Whether several workers write together, as clients for Python do in multiprocess mode. */
export function hasWorkers(inventory: Inventory | undefined): boolean {
  return inventory?.labels.some(({ name }) => name === 'pid') === true;
}

function takeFamily({ name, samples }: Family, labels: Map<string, GrowingLabel>): FamilyInventory {
  const own = new Map<string, Set<string>>();
  let bytes = 0;
  for (const sample of samples) {
    bytes += Buffer.byteLength(sample.name) + sample.value.length + SAMPLE_PUNCTUATION_BYTES;
    for (const label of sample.labels) {
      const size = Buffer.byteLength(label.name) + Buffer.byteLength(label.value) + LABEL_PUNCTUATION_BYTES;
      bytes += size;
      const known = labels.get(label.name) ?? { values: new Map(), families: 0, series: 0, bytes: 0 };
      labels.set(label.name, known);
      known.values.set(label.value, (known.values.get(label.value) ?? 0) + 1);
      known.series += 1;
      known.bytes += size;
      const values = own.get(label.name);
      if (values === undefined) {
        own.set(label.name, new Set([label.value]));
        known.families += 1;
      } else {
        values.add(label.value);
      }
    }
  }
  const counted = [...own].filter(([label]) => !BOUNDARIES.has(label));
  return {
    name,
    series: samples.length,
    bytes,
    labels: new Map(counted.map(([label, values]) => [label, values.size])),
  };
}
