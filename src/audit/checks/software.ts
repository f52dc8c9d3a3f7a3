// Advice for the software that was recognised, and its version.

import { createFinding, type Finding } from '../finding.js';
import type { Observation } from '../observation.js';
import { KNOWN_SOFTWARE } from '../known-software.js';

/** `software/detected`, `software/open-by-default`, `software/version`. */
export function checkSoftware({
  software: detected,
  fetches,
  multiprocess,
  source,
}: Observation): readonly Finding[] {
  const { software, version } = detected;
  if (software === 'unknown') return [];
  const { name, adviceFor, isOpenByDefault } = KNOWN_SOFTWARE[software];
  const advice = adviceFor(version);
  const open = fetches.some(({ reader, metrics }) => reader === 'stranger' && metrics);
  const full = version === undefined ? name : `${name} ${version}`;
  const workers = multiprocess ? ', several workers together (label pid)' : '';
  const reader = source.kind === 'url' ? 'stranger' : 'scraper';
  const findings = [createFinding('software/detected', { reader, evidence: [full + workers], fix: advice })];
  if (open && isOpenByDefault(version) === true) {
    findings.push(
      createFinding('software/open-by-default', { reader: 'stranger', evidence: [full], advice }),
    );
  }
  if (open && version !== undefined) {
    findings.push(createFinding('software/version', { reader: 'stranger', evidence: [full] }));
  }
  return findings;
}
