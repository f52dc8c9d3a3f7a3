// What an operator wrote about derived membership, checked: it needs a scope to derive from, and labels that neither
// a client nor a person can choose. Pure.

import type { Problem } from '../errors.js';
import { normaliseLabelName } from './label-name.js';
import { isClientChosen, isNoLink } from './link-labels.js';
import type { ViewOptions } from './options.js';
import { isPresetName, PRESETS } from './presets.js';

/** Exact names alone: no glob, nothing that needs quotes. */
const LABEL_NAME = /^[\p{L}_][\p{L}\p{N}_.:-]*$/u;
const STRUCTURAL_LABELS = new Set(['le', 'quantile', '__name__']);

/** The labels that membership is learned from; none where nothing is derived. */
export function resolveDeriveFrom({ derive, deriveFrom, preset, only }: ViewOptions): readonly string[] {
  if (derive !== true) return [];
  if (deriveFrom !== undefined) return [...new Set(deriveFrom)];
  const name = preset ?? 'generic';
  const links = isPresetName(name) ? PRESETS[name].membership.links : [];
  return links.filter((link) => !Object.hasOwn(only ?? {}, link));
}

/** Everything that is wrong with it, with paths relative to the view. */
export function deriveProblems(options: ViewOptions): Problem[] {
  const { derive, deriveFrom, only } = options;
  const problems = deriveFromProblems(options);
  if (![true, false, undefined].includes(derive)) {
    problems.push({ path: 'derive', message: 'is neither true nor false' });
  }
  if (deriveFrom !== undefined && derive !== true) {
    problems.push({
      path: 'derive_from',
      message: 'has no effect without "derive"; remove it or add "derive: true"',
    });
  }
  if (derive !== true) return problems;
  const scoped = Object.keys(only ?? {});
  if (scoped.length === 0) {
    problems.push({
      path: 'derive',
      message: 'has no effect without "only"; remove it or add a tenant scope',
    });
  }
  for (const label of scoped.filter(isClientChosen)) {
    problems.push({
      path: 'derive',
      message: `cannot learn who belongs to "${label}", because clients choose its values; scope by a label that the target assigns`,
    });
  }
  if (scoped.length > 0 && deriveFrom === undefined && resolveDeriveFrom(options).length === 0) {
    problems.push({
      path: 'derive',
      message: 'has no label to learn from besides the scoped ones; name others in "derive_from"',
    });
  }
  return problems;
}

function deriveFromProblems({ deriveFrom, only }: ViewOptions): Problem[] {
  if (deriveFrom === undefined) return [];
  if (deriveFrom.length === 0)
    return [{ path: 'derive_from', message: 'is empty; expected at least one label name' }];
  const scoped = new Set(Object.keys(only ?? {}).map(normaliseLabelName));
  return deriveFrom.flatMap((label, index) => {
    const path = `derive_from[${index}]`;
    if (!LABEL_NAME.test(label) || STRUCTURAL_LABELS.has(label))
      return [{ path, message: 'is not one label name; expected the exact name, no glob' }];
    if (scoped.has(normaliseLabelName(label)))
      return [{ path, message: 'is a scoped label itself; expected a label of series that lack it' }];
    if (!isNoLink(label)) return [];
    return [
      {
        path,
        message:
          'is chosen by clients or people; expected an identifier that the target assigns, such as hashed_api_key',
      },
    ];
  });
}
