// Who gets an answer at the audited address: strangers, the credential, or somebody else by a redirect.

import { createFinding, type Finding } from '../finding.js';
import type { FetchObservation, Observation } from '../observation.js';
import { count } from '../phrases.js';

/** `access/open`, `access/redirect`, `access/credential-refused`. */
export function checkAccess(observation: Observation): readonly Finding[] {
  return observation.fetches.flatMap((fetch) => findingOf(fetch, observation) ?? []);
}

function findingOf(fetch: FetchObservation, { contents }: Observation): Finding | undefined {
  const { reader, status, metrics } = fetch;
  if (status >= 300 && status < 400) {
    return createFinding('access/redirect', {
      reader,
      evidence: [`GET as ${reader} answers ${String(status)}; the redirect was not followed`],
    });
  }
  if (reader === 'scraper') {
    if (status !== 401 && status !== 403) return undefined;
    const evidence = [`GET with the credential answers ${String(status)}`];
    return createFinding('access/credential-refused', { reader, evidence });
  }
  if (!metrics) return undefined;
  const inventory = contents.find((one) => one.reader === reader)?.inventory;
  const what =
    inventory === undefined
      ? 'metrics'
      : `${count(inventory.series, 'series', 'series')} of ${count(inventory.families.length, 'metric')}`;
  return createFinding('access/open', {
    reader,
    evidence: [`GET answers ${String(status)} with ${what} to anybody`],
  });
}
