// Base scores of CVSS 3.1 from vectors, and the severity that follows from a score.
// Pure. CVSS v3.1 specification document, sections 5, 7.1 and appendix A.

/** How bad a finding is: the ratings of CVSS 3.1, with `info` where the score is 0. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

/** One of them. */
export type Severity = (typeof SEVERITIES)[number];

const PREFIX = 'CVSS:3.1/';

/** The metrics of a base vector with the weight of each value; PR depends on the scope. */
const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  UI: { N: 0.85, R: 0.62 },
  S: { U: 0, C: 1 },
  C: { N: 0, L: 0.22, H: 0.56 },
  I: { N: 0, L: 0.22, H: 0.56 },
  A: { N: 0, L: 0.22, H: 0.56 },
};
const PRIVILEGES_OF_CHANGED_SCOPE: Readonly<Record<string, number>> = { N: 0.85, L: 0.68, H: 0.5 };

/**
 * The base score of a vector with exactly the eight base metrics, in any order.
 * @throws {RangeError} for any other text: vectors are written in this program, never read from outside.
 */
export function cvssBaseScore(vector: string): number {
  const metrics = parseVector(vector);
  const weight = (metric: string): number => WEIGHTS[metric]?.[metrics.get(metric) ?? ''] ?? 0;
  const changed = metrics.get('S') === 'C';
  const privileges = changed ? (PRIVILEGES_OF_CHANGED_SCOPE[metrics.get('PR') ?? ''] ?? 0) : weight('PR');
  const impactBase = 1 - (1 - weight('C')) * (1 - weight('I')) * (1 - weight('A'));
  const impact = changed ? 7.52 * (impactBase - 0.029) - 3.25 * (impactBase - 0.02) ** 15 : 6.42 * impactBase;
  if (impact <= 0) return 0;
  const exploitability = 8.22 * weight('AV') * weight('AC') * privileges * weight('UI');
  return roundUp(Math.min((changed ? 1.08 : 1) * (impact + exploitability), 10));
}

/** The severity of a base score. */
export function severityOf(score: number): Severity {
  if (score <= 0) return 'info';
  if (score < 4) return 'low';
  if (score < 7) return 'medium';
  return score < 9 ? 'high' : 'critical';
}

/** Whether `severity` is at least as bad as `threshold`. */
export function isAtLeastAsBad(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(threshold);
}

function parseVector(vector: string): ReadonlyMap<string, string> {
  const metrics = new Map<string, string>();
  const parts = vector.startsWith(PREFIX) ? vector.slice(PREFIX.length).split('/') : [];
  for (const part of parts) {
    const [metric = '', value = '', ...rest] = part.split(':');
    const known = Object.hasOwn(WEIGHTS, metric) && Object.hasOwn(WEIGHTS[metric] ?? {}, value);
    if (!known || metrics.has(metric) || rest.length > 0) {
      throw new RangeError('not a CVSS 3.1 base vector');
    }
    metrics.set(metric, value);
  }
  if (metrics.size !== Object.keys(WEIGHTS).length) throw new RangeError('not a CVSS 3.1 base vector');
  return metrics;
}

/** The smallest number with one decimal that is not below `value`, free of binary rounding (appendix A). */
function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
