// Looks at an exposition that is at hand as text: from a file or a pipe. What strangers can reach, it cannot tell.
// Pure.

import { hasWorkers, takeInventory } from './inventory.js';
import { configuredLabels } from './known-software.js';
import type { AuditSource, Observation } from './observation.js';
import { looksLikeExposition, readExposition } from './read-exposition.js';
import { detectSoftware } from './software.js';

/** What can be seen in `body`. */
export function observeText(
  body: Uint8Array,
  source: Extract<AuditSource, { kind: 'file' | 'stdin' }>,
): Observation {
  const metrics = looksLikeExposition(body);
  const read = readExposition(body, undefined);
  const software = detectSoftware({ exposition: read.exposition });
  const inventory =
    read.exposition === undefined
      ? undefined
      : takeInventory(read.exposition, software.preset, configuredLabels(software.software));
  return {
    source,
    software,
    multiprocess: hasWorkers(inventory),
    fetches: [],
    failures: [],
    formats: read.exposition === undefined ? [] : [read.exposition.format],
    compressed: false,
    methods: [],
    paths: [],
    ports: [],
    contents: metrics
      ? [{ reader: 'scraper', bytes: body.length, read, ...(inventory !== undefined && { inventory }) }]
      : [],
    notes: metrics
      ? ['Only the contents were looked at; audit the address itself to see who can reach it.']
      : [],
    requests: 0,
  };
}
