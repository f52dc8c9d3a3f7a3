// How answers travel: encrypted or not, and whether caches on the way may keep them (RFC 9111 section 5.2.2.5).

import { createFinding, type Finding } from '../finding.js';
import type { FetchObservation, Observation } from '../observation.js';

/** `transport/plain-http`, `transport/plain-http-loopback`, `transport/cacheable`. */
export function checkTransport({ source, fetches }: Observation): readonly Finding[] {
  const findings: Finding[] = [];
  if (source.kind === 'url' && !source.encrypted) {
    findings.push(
      createFinding(source.loopback ? 'transport/plain-http-loopback' : 'transport/plain-http', {
        reader: 'stranger',
        evidence: [source.loopback ? 'http: to an address of this machine' : 'http: over a network'],
      }),
    );
  }
  const cacheable = fetches.filter((fetch) => fetch.metrics && !forbidsStoring(fetch));
  const [first] = cacheable;
  if (first !== undefined) {
    const sent =
      first.headers['cache-control'] === undefined ? 'no Cache-Control' : 'a Cache-Control without no-store';
    findings.push(
      createFinding('transport/cacheable', {
        reader: cacheable.some(({ reader }) => reader === 'stranger') ? 'stranger' : first.reader,
        evidence: [`metrics are sent with ${sent}`],
      }),
    );
  }
  return findings;
}

function forbidsStoring({ headers }: FetchObservation): boolean {
  const value = headers['cache-control'];
  const text = (typeof value === 'string' ? [value] : (value ?? [])).join(',').toLowerCase();
  return text.split(',').some((directive) => directive.trim() === 'no-store');
}
