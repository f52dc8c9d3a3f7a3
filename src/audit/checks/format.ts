// Whether what is served is a whole, valid exposition under a type that scrapers accept.

import { formatOfContentType } from '../../exposition/negotiate.js';
import { describeProblem } from '../../exposition/problem.js';
import { createFinding, type Finding } from '../finding.js';
import type { FetchObservation, Observation } from '../observation.js';

/** `format/malformed`, `format/content-type`, `format/not-metrics`. */
export function checkFormat({ contents, fetches }: Observation): readonly Finding[] {
  return [...contents.flatMap(malformed), ...fetches.flatMap(typeOf)];
}

function malformed({ read, reader }: Observation['contents'][number]): readonly Finding[] {
  if (read.problem === undefined) return [];
  const where = describeProblem(read.problem);
  const rest = read.exposition?.quarantined;
  const others =
    rest === undefined
      ? read.exposition === undefined
        ? ['nothing of it could be looked at']
        : []
      : [`metrics left out because of it and the like: ${String(rest.families)}`];
  return [createFinding('format/malformed', { reader, evidence: [where, ...others] })];
}

function typeOf({ reader, status, metrics, headers }: FetchObservation): readonly Finding[] {
  if (status < 200 || status >= 300) return [];
  if (!metrics) {
    const evidence = [`GET answers ${String(status)} with something that is no exposition`];
    return [createFinding('format/not-metrics', { reader, evidence })];
  }
  const type = headers['content-type'];
  if (typeof type === 'string' && formatOfContentType(type) !== undefined) return [];
  const evidence = [
    type === undefined ? 'no Content-Type' : 'a Content-Type that names no format of metrics',
  ];
  return [createFinding('format/content-type', { reader, evidence })];
}
