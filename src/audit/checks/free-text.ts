// Personal data and secrets outside label values: HELP texts, names of metrics and labels, exemplars.

import { detect, type Detection } from '../../views/detectors.js';
import { normaliseLabelName } from '../../views/label-name.js';
import { compilePresetRules } from '../../views/preset-rules.js';
import { PRESETS } from '../../views/presets.js';
import type { ExaminedContents } from '../check.js';
import { createFinding, type Finding } from '../finding.js';
import type { CheckId } from '../checks.js';
import type { Observation } from '../observation.js';
import { count, firstOf } from '../phrases.js';
import { printableName } from '../redact.js';

const MOST_LINES = 10;

const WORDS: Readonly<Record<Detection, string>> = {
  email: 'an e-mail address',
  ip_address: 'an address',
  jwt: 'a token',
  api_key: 'an API key or password',
  url_userinfo: 'a URL with a password',
  user_agent: 'a user agent',
  pseudonym: 'a pseudonym',
};

/** `privacy/help`, `privacy/name`, `privacy/exemplar`. */
export function checkFreeText(
  { read, inventory, reader }: ExaminedContents,
  { software }: Observation,
): readonly Finding[] {
  const families = read.exposition?.families ?? [];
  const help = families.flatMap(({ name, help: text = '' }) => {
    const found = detect(text);
    return found === undefined ? [] : [`HELP of ${printableName(name)}: ${WORDS[found]}`];
  });
  const names = [
    ...families.map(({ name }) => ['metric', name] as const),
    ...inventory.labels.map(({ name }) => ['label', name] as const),
  ].flatMap(([kind, name]) => {
    const found = detect(name);
    return found === undefined ? [] : [`name of a ${kind}, ${printableName(name)}: ${WORDS[found]}`];
  });
  return [
    ...findingOf('privacy/help', help),
    ...findingOf('privacy/name', names),
    ...findingOf('privacy/exemplar', exemplarLines()),
  ];

  function findingOf(id: CheckId, lines: readonly string[]): readonly Finding[] {
    return lines.length === 0 ? [] : [createFinding(id, { reader, evidence: firstOf(lines, MOST_LINES) })];
  }

  /** Labels of exemplars count by value and by name, as those of series do. */
  function exemplarLines(): readonly string[] {
    const ruleOf = compilePresetRules(PRESETS[software.preset]);
    const seen = new Map<string, number>();
    for (const { samples } of families) {
      for (const { exemplar } of samples) {
        for (const { name, value } of exemplar?.labels ?? []) {
          const group = ruleOf(normaliseLabelName(name))?.group;
          const named = group !== undefined && group.kind !== 'technical' && !inventory.isPlaceholder(value);
          if (named || detect(value) !== undefined) seen.set(name, (seen.get(name) ?? 0) + 1);
        }
      }
    }
    return [...seen].map(([name, number]) => `label ${printableName(name)} of ${count(number, 'exemplar')}`);
  }
}
