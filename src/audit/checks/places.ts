// Other paths and other ports of the same host that serve metrics to anybody.

import { createFinding, type Finding } from '../finding.js';
import type { Observation, PlaceObservation } from '../observation.js';

/** LiteLLM's separate metrics port, in its documentation and its charts. */
const LITELLM_PORT = '4001';

/** `access/open-path`, `access/open-port`. */
export function checkPlaces({ paths, ports, fetches }: Observation): readonly Finding[] {
  const findings: Finding[] = [];
  const isOpen = fetches.some(({ reader, metrics }) => reader === 'stranger' && metrics);
  // Where the address itself is open, another spelling of it opens nothing more.
  const surprising = isOpen ? paths.filter(({ same }) => !same) : paths;
  if (surprising.length > 0) {
    findings.push(
      createFinding('access/open-path', {
        reader: 'stranger',
        evidence: surprising.map((place) => `path ${place.place}: ${origin(place)}`),
      }),
    );
  }
  if (ports.length > 0) {
    const litellm = ports.some(({ place }) => place === LITELLM_PORT);
    findings.push(
      createFinding('access/open-port', {
        reader: 'stranger',
        evidence: ports.map((place) => `port ${place.place}: ${origin(place)}`),
        advice: litellm
          ? 'LiteLLM serves everything on its separate metrics port (--prometheus_metrics_port) without asking for a key, whatever require_auth_for_metrics_endpoint says.'
          : undefined,
      }),
    );
  }
  return findings;
}

function origin({ same }: PlaceObservation): string {
  return same ? 'the same metrics' : 'other metrics';
}
