// Two label names must not leave as one, in series or in exemplars. Names in quotes are the only ones that are written
// in another way, so that nearly always there is nothing to look at.

import type { ExpositionProblem } from '../model.js';
import { isClassicLabelName } from '../names.js';
import { problemAt } from '../problem.js';
import type { Catalogue } from './catalogue.js';
import type { LineTable } from './line-table.js';
import type { Structure } from './structure.js';

/** The first line whose label names clash with those before it. */
export function labelClash(
  catalogue: Catalogue,
  lines: LineTable,
  structure: Structure,
): ExpositionProblem | undefined {
  const { labels, series: table, exemplarNames } = catalogue;
  if (!labels.hasQuotedNames && [...exemplarNames].every(isClassicLabelName)) return undefined;
  const claimed = new Uint8Array(labels.names.length);
  const reason = structure.claimLabels([...exemplarNames].map((name) => ({ name })));
  if (reason !== undefined) return problemAt(0, reason);
  for (let line = 0; line < lines.count; line += 1) {
    const series = lines.series[line] ?? -1;
    if (series < 0) continue;
    for (let at = table.starts[series] ?? 0; at < (table.starts[series + 1] ?? 0); at += 1) {
      const nameId = labels.nameIds[table.pairs[at] ?? 0] ?? 0;
      if (claimed[nameId] === 1) continue;
      claimed[nameId] = 1;
      const clash = structure.claimLabels([{ name: labels.names[nameId] ?? '' }]);
      if (clash !== undefined) return problemAt(line + 1, clash);
    }
  }
  return undefined;
}
