// Methods other than GET and HEAD that answer with metrics (RFC 9110 section 9).

import { createFinding, type Finding } from '../finding.js';
import type { Observation } from '../observation.js';

/** `access/method`. */
export function checkMethods({ methods }: Observation): readonly Finding[] {
  const [first] = methods;
  if (first === undefined) return [];
  const reader = methods.some((method) => method.reader === 'stranger') ? 'stranger' : first.reader;
  const evidence = methods.map(
    (found) =>
      `${found.method} ${found.reader === 'stranger' ? 'without a credential' : 'with the credential'} answers with metrics`,
  );
  return [createFinding('access/method', { reader, evidence })];
}
