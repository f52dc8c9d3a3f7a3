// One finding: a check, how bad it is here, and redacted evidence.

import { definitionOf, type CheckId } from './checks.js';
import { cvssBaseScore, severityOf, type Severity } from './cvss.js';

/** Who sees what a finding is about: anybody, or whoever has a credential. */
export type Reader = 'stranger' | 'scraper';

/** One finding. Its texts are printable everywhere: no control characters, no whole value of a label. */
export interface Finding {
  readonly id: CheckId;
  readonly title: string;
  readonly severity: Severity;
  /** CVSS 3.1 base score, 0 to 10. */
  readonly score: number;
  readonly vector: string;
  readonly reader: Reader;
  /** Sentences, at least one. */
  readonly evidence: readonly string[];
  readonly fix: string;
}

/** Makes a finding; `advice` comes before the fix of the check, `fix` stands in its place. */
export function createFinding(
  id: CheckId,
  given: Pick<Finding, 'reader' | 'evidence'> & {
    readonly advice?: string | undefined;
    readonly fix?: string;
  },
): Finding {
  const { title, vector, scraperVector = vector, fix } = definitionOf(id);
  const { reader, evidence, advice } = given;
  const own = reader === 'stranger' ? vector : scraperVector;
  const score = cvssBaseScore(own);
  return {
    id,
    title,
    severity: severityOf(score),
    score,
    vector: own,
    reader,
    evidence,
    fix: given.fix ?? (advice === undefined ? fix : `${advice} ${fix}`),
  };
}
