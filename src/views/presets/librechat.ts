// LibreChat and the two exporters for it: agents and assistants are named by their users, `id` is a user's own.

import { GENERIC } from './generic.js';
import type { Preset } from './preset.js';

/** LibreChat's own endpoint, librechat_exporter and librechat-prom-exporter. */
export const LIBRECHAT: Preset = {
  groups: [
    {
      kind: 'person',
      subject: 'agents, assistants, files and identifiers of users',
      action: 'pseudonymise',
      labels: ['id', 'agent', 'agent_id', 'agent_name', 'assistant', 'assistant_id', 'tool_id', 'file_id'],
    },
    ...GENERIC.groups,
  ],
  gauges: [
    // One exporter reports totals from the database as gauges: they count documents, so they add up.
    ['librechat_*_total', 'sum'],
    ['librechat_*_count', 'sum'],
  ],
  placeholders: GENERIC.placeholders,
  membership: GENERIC.membership,
};
