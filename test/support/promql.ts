// As much of PromQL as tells which metrics an expression asks for. Pure.

const STRING = /"(?:[^"\\]|\\.)*"/gu;
/** What `by (…)` and its like name are labels, and what stands in brackets is a duration. */
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gu;
const KEYWORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan']);

/** The names of the metrics that `expression` asks for, in order, with repetitions. */
export function metricNamesOf(expression: string): readonly string[] {
  const bare = expression
    .replaceAll(STRING, '""')
    .replaceAll(/\{[^}]*\}/gu, ' ')
    .replaceAll(/\[[^\]]*\]/gu, ' ')
    .replaceAll(/\boffset\s+\w+/gu, ' ')
    .replaceAll(GROUPING, ' ');
  return [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/gu)]
    .map(([name]) => name)
    .filter((name) => !KEYWORDS.has(name.toLowerCase()));
}

/** The name of the family that a sample belongs to, where `families` are known. */
export function familyOf(metric: string, families: ReadonlySet<string>): string | undefined {
  if (families.has(metric)) return metric;
  const base = metric.replace(/_(?:bucket|sum|count)$/u, '');
  return families.has(base) ? base : undefined;
}
