// The demo's whole exposition at one moment: LiteLLM's families and labels over the demo's population.
// Pure: the same moment gives the same exposition.

import type { Exposition, ExpositionFormat, Family } from '../../exposition/model.js';
import { activityAt, type DemoMoment } from './activity.js';
import { counter, gauge } from './families.js';
import { latencyFamilies } from './latency.js';
import { budgetFamilies, deploymentFamilies } from './limits.js';
import { swing } from './motion.js';
import { DEMO_TENANTS, DEMO_USERS } from './population.js';
import { requestFamilies, usageFamilies } from './usage.js';

/** Everything that the demo shows at `moment`. */
export function demoExposition(moment: DemoMoment, format: ExpositionFormat): Exposition {
  const active = activityAt(moment);
  return {
    format,
    families: [
      ...runtimeFamilies(moment, format),
      ...requestFamilies(active, format),
      ...usageFamilies(active, format),
      ...latencyFamilies(active, moment, format),
      ...deploymentFamilies(active, moment, format),
      ...budgetFamilies(active, moment),
      gauge('litellm_in_flight_requests', 'Requests that the proxy is working on.', [
        { labels: {}, value: swing(1, 24, 90_000, moment.elapsedMs) },
      ]),
      gauge('litellm_total_users', 'Users in the database.', [{ labels: {}, value: DEMO_USERS.length }]),
      gauge('litellm_teams_count', 'Teams in the database.', [
        { labels: {}, value: Object.keys(DEMO_TENANTS).length },
      ]),
    ],
  };
}

function runtimeFamilies({ elapsedMs, startedAtMs }: DemoMoment, format: ExpositionFormat): Family[] {
  return [
    counter(
      'python_gc_collections',
      'Runs of the garbage collector.',
      ['0', '1', '2'].map((generation, i) => ({
        labels: { generation },
        value: Math.floor(elapsedMs / (2000 * 10 ** i)) + 1390,
      })),
      format,
    ),
    gauge('python_info', 'The Python that runs the proxy.', [
      { labels: { implementation: 'CPython', major: '3', minor: '13', version: '3.13.1' }, value: 1 },
    ]),
    gauge('process_resident_memory_bytes', 'Resident memory.', [
      { labels: {}, value: swing(1_150_000_000, 1_190_000_000, 600_000, elapsedMs) },
    ]),
    gauge('process_start_time_seconds', 'When the process started.', [
      { labels: {}, value: Math.floor(startedAtMs / 1000) },
    ]),
  ];
}
