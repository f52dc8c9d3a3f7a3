// From what an operator wrote about a view to what it means: defaults filled in, everything wrong found at once.
// Pure; throws ScrapegateError with all problems, their paths relative to the view.

import { ScrapegateError, type Problem } from '../errors.js';
import { normaliseLabelName } from './label-name.js';
import type { GaugeFunction, LabelAction, ResolvedViewOptions, ViewOptions } from './options.js';
import { isPresetName, PRESET_NAMES } from './presets.js';
import { deriveProblems, resolveDeriveFrom } from './resolve-derive.js';

/** What happens to a label. */
export const LABEL_ACTIONS: readonly LabelAction[] = [
  'keep',
  'pseudonymise',
  'drop',
  'mask',
  'email_domain',
  'truncate_ip',
];

/** How gauges are put together. */
export const GAUGE_FUNCTIONS: readonly GaugeFunction[] = ['sum', 'min', 'max', 'avg'];

/** Series of a target beyond which the scrapes of a view fail, unless its options say otherwise. */
export const DEFAULT_MAX_SERIES = 2_000_000;
const DEFAULT_SERIES_RETENTION_MS = 24 * 60 * 60 * 1000;
/** Labels that are part of a histogram's or summary's shape: changing them would make the numbers wrong. */
const STRUCTURAL_LABELS = new Set(['le', 'quantile', '__name__']);
const NAME_GLOB = /^[\p{L}\p{N}_:.\-/*?]+$/u;

/** Fills in defaults. @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with every problem. */
export function resolveViewOptions(options: ViewOptions): ResolvedViewOptions {
  const resolved: ResolvedViewOptions = {
    name: options.name,
    target: options.target,
    preset: options.preset ?? 'generic',
    only: { ...options.only },
    share: [...(options.share ?? [])],
    deriveFrom: resolveDeriveFrom(options),
    keep: [...(options.metrics?.keep ?? [])],
    drop: [...(options.metrics?.drop ?? [])],
    labels: (options.labels ?? []).map((rule) => ({ ...rule })),
    reveal: [...(options.reveal ?? [])],
    gauges: { ...options.gauges },
    pseudonymScope: options.pseudonymScope ?? 'default',
    maxSeries: options.maxSeries ?? DEFAULT_MAX_SERIES,
    ...(options.maxValuesPerLabel !== undefined && { maxValuesPerLabel: options.maxValuesPerLabel }),
    seriesRetentionMs: options.seriesRetentionMs ?? DEFAULT_SERIES_RETENTION_MS,
  };
  const problems = [
    ...presetProblems(resolved),
    ...scopeProblems(options, resolved),
    ...globProblems('share', options.share),
    ...deriveProblems(options),
    ...globProblems('metrics.keep', options.metrics?.keep),
    ...globProblems('metrics.drop', options.metrics?.drop),
    ...ruleProblems(resolved),
    ...revealProblems(options),
    ...gaugeProblems(resolved),
    ...numberProblems(resolved),
  ];
  if (problems.length > 0) {
    throw new ScrapegateError('ERR_SCRAPEGATE_OPTIONS_INVALID', `view "${options.name}" is not valid`, {
      problems,
    });
  }
  return Object.freeze(resolved);
}

function presetProblems({ preset, pseudonymScope }: ResolvedViewOptions): Problem[] {
  const problems: Problem[] = [];
  if (!isPresetName(preset)) {
    problems.push({ path: 'preset', message: `is not known; expected one of ${PRESET_NAMES.join(', ')}` });
  }
  if (pseudonymScope.trim() === '')
    problems.push({ path: 'pseudonym_scope', message: 'is empty; expected a name' });
  return problems;
}

function scopeProblems(options: ViewOptions, { only }: ResolvedViewOptions): Problem[] {
  const problems: Problem[] = [];
  const labels = Object.entries(only);
  // An empty scope would show every tenant to whoever it was written for.
  if (options.only !== undefined && labels.length === 0) {
    problems.push({
      path: 'only',
      message: 'is empty; expected a label with at least one value, or no "only" at all',
    });
  }
  for (const [label, values] of labels) {
    const path = `only.${label}`;
    if (STRUCTURAL_LABELS.has(label)) problems.push({ path, message: 'cannot scope by a structural label' });
    if (values.length === 0) problems.push({ path, message: 'is empty; expected at least one value' });
    if (values.includes('')) {
      problems.push({
        path,
        message: 'holds an empty value; a series without the label is never in the view',
      });
    }
  }
  if (options.share !== undefined && labels.length === 0) {
    problems.push({
      path: 'share',
      message: 'has no effect without "only"; remove it or add a tenant scope',
    });
  }
  return problems;
}

function globProblems(path: string, globs: readonly string[] | undefined): Problem[] {
  if (globs === undefined) return [];
  if (globs.length === 0) return [{ path, message: 'is empty; expected at least one metric name or glob' }];
  return globs.flatMap((glob, index) => globProblem(`${path}[${index}]`, glob));
}

function globProblem(path: string, glob: string): Problem[] {
  if (NAME_GLOB.test(glob)) return [];
  return [{ path, message: 'is not a metric name or glob; only "*" and "?" are special' }];
}

function ruleProblems({ labels }: ResolvedViewOptions): Problem[] {
  return labels.flatMap((rule, index) => {
    const path = `labels[${index}]`;
    const problems: Problem[] = [];
    if (!NAME_GLOB.test(rule.label)) {
      problems.push({
        path: `${path}.label`,
        message: 'is not a label name or glob; only "*" and "?" are special',
      });
    } else if (STRUCTURAL_LABELS.has(rule.label)) {
      problems.push({
        path: `${path}.label`,
        message: 'is structural; histograms and summaries need it as it is',
      });
    }
    if (rule.metric !== undefined) problems.push(...globProblem(`${path}.metric`, rule.metric));
    if (!LABEL_ACTIONS.includes(rule.action)) {
      problems.push({
        path: `${path}.action`,
        message: `is not known; expected one of ${LABEL_ACTIONS.join(', ')}`,
      });
    }
    return problems;
  });
}

function revealProblems({ reveal }: ViewOptions): Problem[] {
  if (reveal?.length === 0)
    return [{ path: 'reveal', message: 'is empty; expected at least one label name' }];
  return (reveal ?? []).flatMap((label, index) =>
    NAME_GLOB.test(label) && !/[*?]/.test(label) && normaliseLabelName(label) !== 'all'
      ? []
      : [
          {
            path: `reveal[${index}]`,
            message: 'is not one label name; reveal names each label, never "all" or a glob',
          },
        ],
  );
}

function gaugeProblems({ gauges }: ResolvedViewOptions): Problem[] {
  return Object.entries(gauges).flatMap(([metric, gaugeFunction]) => [
    ...globProblem(`gauges.${metric}`, metric),
    ...(GAUGE_FUNCTIONS.includes(gaugeFunction)
      ? []
      : [
          {
            path: `gauges.${metric}`,
            message: `is not known; expected one of ${GAUGE_FUNCTIONS.join(', ')}`,
          },
        ]),
  ]);
}

function numberProblems(resolved: ResolvedViewOptions): Problem[] {
  const { maxSeries, maxValuesPerLabel, seriesRetentionMs } = resolved;
  const problems: Problem[] = [];
  if (!Number.isSafeInteger(maxSeries) || maxSeries < 1) {
    problems.push({ path: 'max_series', message: 'is not a whole number of at least 1' });
  }
  if (
    maxValuesPerLabel !== undefined &&
    (!Number.isSafeInteger(maxValuesPerLabel) || maxValuesPerLabel < 1)
  ) {
    problems.push({ path: 'max_values_per_label', message: 'is not a whole number of at least 1' });
  }
  if (!Number.isFinite(seriesRetentionMs) || seriesRetentionMs <= 0) {
    problems.push({ path: 'series_retention', message: 'is not a duration above zero' });
  }
  return problems;
}
