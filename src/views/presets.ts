// The presets by name.

import type { PresetName } from './options.js';
import { GENERIC } from './presets/generic.js';
import { LIBRECHAT } from './presets/librechat.js';
import { LITELLM } from './presets/litellm.js';
import type { Preset } from './presets/preset.js';
import { VLLM } from './presets/vllm.js';

/** Every preset. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  generic: GENERIC,
  litellm: LITELLM,
  vllm: VLLM,
  librechat: LIBRECHAT,
};

/** Their names, for messages and schemas. */
export const PRESET_NAMES: readonly PresetName[] = ['generic', 'litellm', 'vllm', 'librechat'];

/** Whether a name is that of a preset. */
export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}
