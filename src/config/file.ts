// The text of the configuration file to FileOptions: parsed, checked against the schema, every problem told.
// What has a problem is replaced by a stand-in, so that one look finds what is wrong with everything else as well.

import type { z } from 'zod';
import { asRecord } from '../internal/option-problems.js';
import { knownKeysAt } from './json-schema.js';
import { formatPath, type ProblemList } from './problems.js';
import { fileSchema } from './schema.js';
import { withStandIns } from './stand-ins.js';
import { nearestName } from './suggest.js';
import { WEB_CONFIG_KEYS } from './web-config-schema.js';
import type { FileOptions } from './file-options.js';
import { parseYamlText } from './yaml-text.js';

/** Sections whose keys are names that the operator chose. */
type NamedSection = 'targets' | 'views' | 'credentials';

/** What was read, with stand-ins for what has a problem, and the names of all entries. */
export interface ParsedFile {
  /** Whether the text was a YAML object at all; without one nothing can be said about what is missing. */
  readonly readable: boolean;
  readonly options: FileOptions;
  /** Every name in the file, also of entries that are left out: referring to them is no further problem. */
  readonly names: Readonly<Record<NamedSection, readonly string[]>>;
}

const NO_NAMES = { targets: [], views: [], credentials: [] };

const OF_WEB_CONFIG =
  'belongs in a web configuration of Prometheus; give that file with --web.config.file, beside this one';

/** No file at all. */
export const NO_FILE: ParsedFile = { readable: true, options: {}, names: NO_NAMES };

/** Parses the text of a configuration file. What is wrong goes to `problems`. */
export function parseFile(text: string, problems: ProblemList): ParsedFile {
  const document = parseYamlText(text, problems);
  const raw = asRecord(document);
  if (raw === undefined || Object.keys(raw).length === 0) {
    if (problems.all.length === 0) problems.add('', 'expected keys and their values, such as targets');
    return { readable: false, options: {}, names: NO_NAMES };
  }
  addEmptyValues(raw, [], problems);
  const checked = fileSchema.safeParse(raw);
  if (!checked.success) addIssues(checked.error.issues, problems);
  const sound = fileSchema.safeParse(withStandIns(raw, problems.replace()));
  const names = {
    targets: namesOf(raw['targets']),
    views: namesOf(raw['views']),
    credentials: namesOf(raw['credentials']),
  };
  return { readable: true, options: sound.success ? sound.data : {}, names };
}

function namesOf(section: unknown): readonly string[] {
  return Object.keys(asRecord(section) ?? {});
}

function addEmptyValues(value: unknown, path: readonly PropertyKey[], problems: ProblemList): void {
  const keys = asRecord(value);
  if (value === null || (typeof value === 'string' && value.trim() === '')) {
    problems.add(formatPath(path), 'is set but empty; give it a value or remove it');
  } else if (Array.isArray(value)) {
    if (value.length === 0) problems.add(formatPath(path), 'is set but empty; give it entries or remove it');
    value.forEach((entry, index) => addEmptyValues(entry, [...path, index], problems));
  } else if (keys !== undefined) {
    const names = Object.keys(keys);
    if (names.length === 0) problems.add(formatPath(path), 'is set but empty; give it keys or remove it');
    for (const name of names) {
      // The schema drops this key without a word, and with it the tenant scope that it may have been.
      if (name === '__proto__') problems.add(formatPath([...path, name]), 'is not allowed as a key');
      addEmptyValues(keys[name], [...path, name], problems);
    }
  }
}

function addIssues(issues: readonly z.core.$ZodIssue[], problems: ProblemList): void {
  for (const issue of issues.flatMap(withinAlternatives)) {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeysAt(issue.path);
      for (const key of issue.keys)
        problems.add(
          formatPath([...issue.path, key]),
          issue.path.length === 0 && WEB_CONFIG_KEYS.includes(key)
            ? OF_WEB_CONFIG
            : unknownKeyMessage(key, known),
        );
    } else if (!problems.hasUnder(formatPath(issue.path))) {
      const message =
        issue.code === 'invalid_key'
          ? 'is not a name; expected a lower-case letter, then up to 62 of a-z, 0-9, _ and -'
          : issue.message;
      problems.add(formatPath(issue.path), message);
    }
  }
}

/** Where a value fits one of several kinds, what is wrong within that kind, instead of that it fits none. */
function withinAlternatives(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find(
    (issues) => !issues.some(({ path, code }) => path.length === 0 && code === 'invalid_type'),
  );
  if (meant === undefined) return [issue];
  return meant.flatMap((inner) => withinAlternatives({ ...inner, path: [...issue.path, ...inner.path] }));
}

function unknownKeyMessage(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  return nearest === undefined
    ? `is not known; known here: ${known.join(', ')}`
    : `is not known; did you mean ${nearest}?`;
}
