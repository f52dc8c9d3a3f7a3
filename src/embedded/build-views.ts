// Views as a server gives them to those of the engine, with every problem under the name of its option. JavaScript may
// pass anything: what is not of the shape that the types ask for is refused before a view is made of it. Pure.

import { ScrapegateError, type Problem } from '../errors.js';
import { fillTemplate, type ViewTemplateOptions } from '../gateway/view-template.js';
import { asRecord, under, unknownKeyProblems } from '../internal/option-problems.js';
import type { ViewOptions } from '../views/options.js';
import { resolveViewOptions } from '../views/resolve-options.js';
import { DEFAULT_VIEW, TARGET } from './build-credentials.js';
import type { MetricsView, MetricsViewTemplate } from './options.js';

/** Views and templates; neither where something is wrong. */
export interface BuiltViews {
  readonly views: readonly ViewOptions[];
  readonly templates: readonly ViewTemplateOptions[];
}

type Given = Readonly<Record<string, unknown>>;
type Shape = (value: unknown) => boolean;

const isText: Shape = (value) => typeof value === 'string';
const isFlag: Shape = (value) => typeof value === 'boolean';
const isNumber: Shape = (value) => typeof value === 'number';
const isListOf =
  (isMember: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every((member) => isMember(member));
const isTexts = isListOf(isText);
const hasMembers =
  (isMember: Shape): Shape =>
  (value) =>
    Object.values(asRecord(value) ?? { none: undefined }).every((member) => isMember(member));
const isRecordOf =
  (members: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape =>
  (value) => {
    const given = asRecord(value);
    if (given === undefined || required.some((name) => given[name] === undefined)) return false;
    return Object.entries(given).every(
      ([name, member]) => Object.hasOwn(members, name) && (member === undefined || members[name]?.(member)),
    );
  };

const VIEW_MEMBERS: Readonly<Record<keyof MetricsView, readonly [isRight: Shape, expected: string]>> = {
  name: [isText, 'a name'],
  preset: [isText, 'the name of a preset'],
  only: [hasMembers(isTexts), 'lists of values by label'],
  share: [isTexts, 'a list of metric names or globs'],
  derive: [isFlag, 'true or false'],
  deriveFrom: [isTexts, 'a list of label names'],
  metrics: [isRecordOf({ keep: isTexts, drop: isTexts }), 'keep and drop, lists of metric names or globs'],
  labels: [
    isListOf(isRecordOf({ label: isText, metric: isText, action: isText }, ['label', 'action'])),
    'a list of rules, each with label, action and perhaps metric',
  ],
  reveal: [isTexts, 'a list of label names'],
  gauges: [hasMembers(isText), 'functions by metric name or glob'],
  pseudonymScope: [isText, 'a name'],
  maxSeries: [isNumber, 'a number'],
  maxValuesPerLabel: [isNumber, 'a number'],
  seriesRetentionMs: [isNumber, 'milliseconds'],
};

const TEMPLATE_MEMBERS: Readonly<Record<keyof MetricsViewTemplate, true>> = {
  view: true,
  scopedLabels: true,
  ownPseudonyms: true,
};

/** Problems of views come with the keys of the configuration file. */
const OPTION_OF_KEY: readonly (readonly [key: RegExp, option: string])[] = [
  [/^derive_from\b/, 'deriveFrom'],
  [/^pseudonym_scope\b/, 'pseudonymScope'],
  [/^max_series\b/, 'maxSeries'],
  [/^max_values_per_label\b/, 'maxValuesPerLabel'],
  [/^series_retention\b/, 'seriesRetentionMs'],
];

/** Letters, digits and few signs, as names of views in a configuration file. */
const VIEW_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/;

/** Builds all views. `default` is there whether it is given or not. */
export function buildViews(views: unknown, templates: unknown, problems: Problem[]): BuiltViews {
  const names = new Set<string>();
  const built = listOf('views', views, problems).flatMap((view, index) => {
    const options = checkedView(`views[${index}]`, view, names, problems);
    if (options !== undefined) check(`views[${index}]`, options, options, problems);
    return options ?? [];
  });
  const builtTemplates = listOf('viewTemplates', templates, problems).flatMap((template, index) =>
    checkedTemplate(`viewTemplates[${index}]`, template, names, problems),
  );
  const isGiven = names.has(DEFAULT_VIEW);
  return {
    views: isGiven ? built : [...built, { name: DEFAULT_VIEW, target: TARGET }],
    templates: builtTemplates,
  };
}

/** A list that was left out is empty. */
export function listOf(path: string, value: unknown, problems: Problem[]): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  problems.push({ path, message: 'not a list' });
  return [];
}

function checkedTemplate(
  path: string,
  template: unknown,
  names: Set<string>,
  problems: Problem[],
): ViewTemplateOptions[] {
  const given = asRecord(template);
  if (given === undefined) {
    problems.push({ path, message: 'not an object; expected a view and its scopedLabels' });
    return [];
  }
  const { scopedLabels, ownPseudonyms = false } = given;
  problems.push(...under(path, unknownKeyProblems(given, Object.keys(TEMPLATE_MEMBERS))));
  const view = checkedView(`${path}.view`, given['view'], names, problems);
  if (!isLabels(scopedLabels)) {
    problems.push({ path: `${path}.scopedLabels`, message: 'expected at least one label name' });
  }
  if (typeof ownPseudonyms !== 'boolean') {
    problems.push({ path: `${path}.ownPseudonyms`, message: 'not true or false' });
  }
  if (view === undefined || !isLabels(scopedLabels)) return [];
  const options = { view, scopedLabels, ownPseudonyms: ownPseudonyms === true };
  check(`${path}.view`, view, fillTemplate(options, ['value']), problems);
  return [options];
}

function isLabels(value: unknown): value is readonly string[] {
  return isTexts(value) && Array.isArray(value) && value.length > 0;
}

/** A view of the right shape; undefined, with its problems, where it has another. */
function checkedView(
  path: string,
  view: unknown,
  names: Set<string>,
  problems: Problem[],
): ViewOptions | undefined {
  const given = asRecord(view);
  if (given === undefined) {
    problems.push({ path, message: 'not an object; expected a view with a name' });
    return undefined;
  }
  const found: Problem[] = [...unknownKeyProblems(given, Object.keys(VIEW_MEMBERS))];
  for (const [name, [isRight, expected]] of Object.entries(VIEW_MEMBERS)) {
    if (given[name] !== undefined && !isRight(given[name])) {
      found.push({ path: name, message: `expected ${expected}` });
    }
  }
  const { name } = given;
  if (typeof name !== 'string' || !VIEW_NAME.test(name)) {
    found.push({
      path: 'name',
      message: 'is not a usable name; expected 1 to 63 of A-Z a-z 0-9 _ . -, not beginning with . or -',
    });
  } else if (names.has(name)) found.push({ path: 'name', message: 'is that of another view, too' });
  else names.add(name);
  problems.push(...under(path, found));
  return found.length === 0 ? toViewOptions(given) : undefined;
}

function toViewOptions(given: Given): ViewOptions {
  const members = Object.entries(given).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every member was checked to be of its type
  return { ...Object.fromEntries(members), target: TARGET } as ViewOptions;
}

/** `filled`: the view that is really made of it. */
function check(path: string, { name }: ViewOptions, filled: ViewOptions, problems: Problem[]): void {
  try {
    resolveViewOptions({ ...filled, name });
  } catch (error) {
    if (!(error instanceof ScrapegateError)) throw error;
    problems.push(
      ...under(
        path,
        error.problems.map((problem) => ({ ...problem, path: optionOf(problem.path) })),
      ),
    );
  }
}

function optionOf(path: string): string {
  for (const [key, option] of OPTION_OF_KEY) if (key.test(path)) return path.replace(key, option);
  return path;
}
