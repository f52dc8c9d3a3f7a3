// Runs every check over what was seen. Pure. One finding for each id: where several readers see the same, the worse.

import type { ContentsCheck, EndpointCheck } from './check.js';
import { CHECK_IDS } from './checks.js';
import { checkAccess } from './checks/access.js';
import { checkCardinality, checkGrowth, checkSize } from './checks/cardinality.js';
import { checkFormat } from './checks/format.js';
import { checkFreeText } from './checks/free-text.js';
import { checkIdentities } from './checks/identities.js';
import { checkKeyHashes } from './checks/key-hashes.js';
import { checkMethods } from './checks/methods.js';
import { checkPlaces } from './checks/places.js';
import { checkSoftware } from './checks/software.js';
import { checkTenants } from './checks/tenants.js';
import { checkTopology } from './checks/topology.js';
import { checkTransport } from './checks/transport.js';
import { examineLabels } from './examined-label.js';
import type { Finding } from './finding.js';
import type { Observation } from './observation.js';

const ENDPOINT_CHECKS: readonly EndpointCheck[] = [
  checkAccess,
  checkMethods,
  checkPlaces,
  checkTransport,
  checkFormat,
  checkSize,
  checkGrowth,
  checkSoftware,
];

const CONTENTS_CHECKS: readonly ContentsCheck[] = [
  checkIdentities,
  checkKeyHashes,
  checkTenants,
  checkTopology,
  checkFreeText,
  checkCardinality,
];

/** The findings, the worst first; of equal score in the order of the documentation. */
export function runChecks(observation: Observation): readonly Finding[] {
  const found = ENDPOINT_CHECKS.flatMap((check) => check(observation));
  for (const { inventory, ...contents } of observation.contents) {
    if (inventory === undefined) continue;
    const examined = { ...contents, inventory, labels: examineLabels(inventory) };
    found.push(...CONTENTS_CHECKS.flatMap((check) => check(examined, observation)));
  }
  const worst = new Map<string, Finding>();
  for (const finding of found) {
    const known = worst.get(finding.id);
    if (known === undefined || finding.score > known.score) worst.set(finding.id, finding);
  }
  return [...worst.values()].toSorted(
    (a, b) => b.score - a.score || CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id),
  );
}
