// Which rule of a preset names a label. The first that fits wins.

import { compileGlob } from './glob.js';
import { normaliseLabelName } from './label-name.js';
import type { Preset, PresetGroup } from './presets/preset.js';

/** A rule of a preset. */
export interface PresetRule {
  readonly group: PresetGroup;
  /** The glob of the group that fits. */
  readonly label: string;
}

/** Compiles the rules of a preset; the label's name is given normalised (`normaliseLabelName`). */
export function compilePresetRules(preset: Preset): (normalisedLabel: string) => PresetRule | undefined {
  const rules = preset.groups.flatMap((group) =>
    group.labels.map((label) => ({ rule: { group, label }, fits: compileGlob(normaliseLabelName(label)) })),
  );
  return (normalisedLabel) => rules.find(({ fits }) => fits(normalisedLabel))?.rule;
}
