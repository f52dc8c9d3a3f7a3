// vLLM: few identities, but the names of LoRA adapters often are the names of the customers they were made for.

import { GENERIC } from './generic.js';
import type { Preset } from './preset.js';

/** vLLM's OpenAI-compatible server. */
export const VLLM: Preset = {
  groups: [
    {
      kind: 'organisation',
      subject: 'names of LoRA adapters',
      action: 'pseudonymise',
      labels: ['lora_name', 'lora_adapter', '*_lora_adapters'],
    },
    ...GENERIC.groups,
  ],
  gauges: [
    ['vllm:num_requests_*', 'sum'],
    ['vllm:*_cache_usage_perc', 'max'],
    ['vllm:cache_config_info', 'max'],
  ],
  placeholders: GENERIC.placeholders,
  membership: GENERIC.membership,
};
