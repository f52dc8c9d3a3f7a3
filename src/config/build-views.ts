// Views of the file to ViewOptions, and the view `default` where something needs it and the file has none.

import { ScrapegateError } from '../errors.js';
import type { ViewOptions } from '../views/options.js';
import { resolveViewOptions } from '../views/resolve-options.js';
import { DEFAULT_VIEW, type BuildContext } from './build-context.js';
import { defaultTargetName, type BuiltTarget } from './build-targets.js';
import type { FileView } from './file-options.js';
import { VIEW_PLACEHOLDER } from './names.js';
import { formatPath } from './problems.js';
import { nearestName } from './suggest.js';

/** In a tenant scope: the values of the claim. */
export const CLAIM = '{claim}';

/** The views of the file. A view of an unknown target is a problem. */
export function buildViews(context: BuildContext, targets: readonly BuiltTarget[]): readonly ViewOptions[] {
  return Object.entries(context.file.options.views ?? {}).map(([name, view]) => {
    const setting = `views.${name}`;
    for (const [label, values] of Object.entries(view.only ?? {})) {
      if (!values.some((value) => value.includes(CLAIM))) continue;
      context.problems.add(
        `${setting}.${formatPath(['only', label])}`,
        `has "${CLAIM}", which stands for something only in the view of a credential with from_claim`,
      );
    }
    const options = buildViewOptions(name, setting, view, context, targets);
    checkView(options, setting, context);
    return options;
  });
}

/** The default target under its preset, with nothing revealed; undefined without a sound default target. */
export function implicitDefaultView(
  context: BuildContext,
  targets: readonly BuiltTarget[],
): ViewOptions | undefined {
  const target = targets.find(({ options }) => options.name === defaultTargetName(context));
  if (target === undefined) return undefined;
  return {
    name: DEFAULT_VIEW,
    target: target.options.name,
    ...(target.preset !== undefined && { preset: target.preset }),
  };
}

/** One view, not yet checked; `setting` is where it is in the file. */
export function buildViewOptions(
  name: string,
  setting: string,
  view: FileView,
  context: BuildContext,
  targets: readonly BuiltTarget[],
): ViewOptions {
  const { file, problems } = context;
  const targetName = view.target ?? defaultTargetName(context) ?? '';
  const knownTargets = [...new Set([...file.names.targets, ...targets.map(({ options }) => options.name)])];
  if (view.target !== undefined && !knownTargets.includes(targetName)) {
    problems.add(`${setting}.target`, unknownName('target', targetName, knownTargets));
  }
  const preset = view.preset ?? targets.find(({ options }) => options.name === targetName)?.preset;
  return {
    name,
    target: targetName,
    ...(preset !== undefined && { preset }),
    ...scopeOf(view),
    ...(view.metrics !== undefined && {
      metrics: {
        ...(view.metrics.keep !== undefined && { keep: view.metrics.keep }),
        ...(view.metrics.drop !== undefined && { drop: view.metrics.drop }),
      },
    }),
    ...(view.labels !== undefined && {
      labels: view.labels.map(({ label, metric, action }) => ({
        label,
        action,
        ...(metric !== undefined && { metric }),
      })),
    }),
    ...(view.reveal !== undefined && { reveal: view.reveal }),
    ...(view.gauges !== undefined && { gauges: view.gauges }),
    ...(view.pseudonym_scope !== undefined && { pseudonymScope: view.pseudonym_scope }),
    ...limitsOf(view),
  };
}

function scopeOf(view: FileView): Pick<ViewOptions, 'only' | 'share' | 'derive' | 'deriveFrom'> {
  return {
    ...(view.only !== undefined && { only: view.only }),
    ...(view.share !== undefined && { share: view.share }),
    ...(view.derive !== undefined && { derive: view.derive }),
    ...(view.derive_from !== undefined && { deriveFrom: view.derive_from }),
  };
}

function limitsOf(
  view: FileView,
): Pick<ViewOptions, 'maxSeries' | 'maxValuesPerLabel' | 'seriesRetentionMs'> {
  return {
    ...(view.max_series !== undefined && { maxSeries: view.max_series }),
    ...(view.max_values_per_label !== undefined && { maxValuesPerLabel: view.max_values_per_label }),
    ...(view.series_retention !== undefined && { seriesRetentionMs: view.series_retention }),
  };
}

/** Adds what is wrong with a view to the problems, below `setting`. */
export function checkView(options: ViewOptions, setting: string, { problems }: BuildContext): void {
  try {
    resolveViewOptions(options);
  } catch (error) {
    if (!(error instanceof ScrapegateError)) throw error;
    // The paths of views are already those of the file.
    problems.addAll(error.problems, (path) => (path === '' ? setting : `${setting}.${path}`));
  }
}

/** What to say about a reference to a name that does not exist. The name itself may be a misplaced secret. */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  if (name === VIEW_PLACEHOLDER) return `is still a placeholder; put the name of a view: ${known.join(', ')}`;
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `names no ${kind}; did you mean ${nearest}?`;
  if (known.length === 0) return `names no ${kind}; there is none`;
  return `names no ${kind}; there ${known.length === 1 ? 'is only' : 'are'} ${known.join(', ')}`;
}
