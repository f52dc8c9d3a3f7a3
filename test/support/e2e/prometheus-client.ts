// Python's own OpenMetrics parser, strict and from another hand, as a judge of pages in that format.

import { dirname, join } from 'node:path';
import { bareEnvironment, runChild } from './child.js';
import { litellmCommand } from './start-litellm.js';

const DEADLINE_MS = 60_000;

const COUNT_SAMPLES = `
import sys
from prometheus_client.openmetrics.parser import text_fd_to_metric_families
print(sum(len(family.samples) for family in text_fd_to_metric_families(sys.stdin)))
`;

/** The number of samples in an OpenMetrics page. @throws {Error} when the page is not valid. */
export async function countOpenMetricsSamples(page: string): Promise<number> {
  const ended = await runChild({
    command: join(dirname(litellmCommand()), 'python'),
    args: ['-c', COUNT_SAMPLES],
    env: bareEnvironment({ PYTHONUTF8: '1' }),
    input: page,
    deadlineMs: DEADLINE_MS,
  });
  if (ended.code !== 0) throw new Error(`not OpenMetrics: ${ended.stderr}`);
  return Number(ended.stdout);
}
