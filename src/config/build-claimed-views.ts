// Views of credentials that depend on a claim: a template for the views of all tenants, or a named view for each role.
// What would be no restriction at all, because nothing in it depends on the claim, is a problem.

import { fillTemplate, type ViewTemplateOptions } from '../gateway/view-template.js';
import type { ClaimedGrantOptions, OpenedView } from '../guard/options.js';
import type { ViewOptions } from '../views/options.js';
import { DEFAULT_VIEW, type BuildContext } from './build-context.js';
import type { BuiltTarget } from './build-targets.js';
import { buildViewOptions, checkView, CLAIM, unknownName } from './build-views.js';
import type { FileClaimedView, FileCredential } from './file-options.js';
import { formatPath } from './problems.js';

const PLACEHOLDER_ALONE = `has "${CLAIM}" within a longer text; expected "${CLAIM}" alone, which stands for each value`;

/** The views that grants lead to; `default` among them where it can be had. */
export interface KnownViews {
  readonly views: readonly ViewOptions[];
  readonly templates: readonly ViewTemplateOptions[];
}

/** The templates of all credentials. */
export function buildTemplates(
  context: BuildContext,
  targets: readonly BuiltTarget[],
): readonly ViewTemplateOptions[] {
  return Object.entries(context.file.options.credentials ?? {}).flatMap(([name, { view }]) =>
    typeof view === 'string' ? [] : (buildTemplate(name, view, context, targets) ?? []),
  );
}

/** The template of a credential's views; undefined where its `view` has none. */
function buildTemplate(
  credential: string,
  view: FileClaimedView,
  context: BuildContext,
  targets: readonly BuiltTarget[],
): ViewTemplateOptions | undefined {
  const { problems } = context;
  const setting = `credentials.${credential}.view`;
  const { from_claim: _, views, only, pseudonym_scope, ...rest } = view;
  if (views !== undefined) {
    const others = Object.keys({
      ...rest,
      ...(only && { only }),
      ...(pseudonym_scope && { pseudonym_scope }),
    });
    for (const key of others) {
      problems.add(
        `${setting}.${key}`,
        'does not go with views, each of which has keys of its own; remove it',
      );
    }
    return undefined;
  }
  const given = Object.entries(only ?? {}).map(([label, values]) => [label, [values].flat()] as const);
  for (const [label, values] of given) {
    for (const [index, value] of values.entries()) {
      if (value === CLAIM || !value.includes(CLAIM)) continue;
      const at = Array.isArray(only?.[label]) ? `[${String(index)}]` : '';
      problems.add(`${setting}.${formatPath(['only', label])}${at}`, PLACEHOLDER_ALONE);
    }
  }
  const scopedLabels = given.filter(([, values]) => values.includes(CLAIM)).map(([label]) => label);
  if (scopedLabels.length === 0) {
    if (!problems.hasUnder(`${setting}.only`)) {
      problems.add(
        setting,
        `shows the same to every token; expected "${CLAIM}" in only, such as only: { team: "${CLAIM}" }, or views`,
      );
    }
    return undefined;
  }
  if (pseudonym_scope !== undefined && pseudonym_scope !== CLAIM && pseudonym_scope.includes(CLAIM)) {
    problems.add(`${setting}.pseudonym_scope`, PLACEHOLDER_ALONE);
  }
  const fixed = given
    .map(([label, values]) => [label, values.filter((value) => value !== CLAIM)] as const)
    .filter(([, values]) => values.length > 0);
  const ownPseudonyms = pseudonym_scope === CLAIM;
  const common = buildViewOptions(
    templateName(credential),
    setting,
    {
      ...rest,
      ...(fixed.length > 0 && { only: Object.fromEntries(fixed) }),
      ...(!ownPseudonyms && { pseudonym_scope }),
    },
    context,
    targets,
  );
  const template = { view: common, scopedLabels, ...(ownPseudonyms && { ownPseudonyms }) };
  checkView(fillTemplate(template, ['value']), setting, context);
  return template;
}

/** What a credential opens by a claim; what is not known is called '?', beside a problem. */
export function buildClaimedGrant(
  credential: string,
  view: FileClaimedView,
  context: BuildContext,
  known: KnownViews,
): Omit<ClaimedGrantOptions, 'self' | 'summary'> {
  const fromClaim = [view.from_claim].flat();
  if (view.views === undefined) {
    const template = known.templates.find((candidate) => candidate.view.name === templateName(credential));
    return { fromClaim, template: openedView(template?.view) };
  }
  const views = Object.entries(view.views).map(([value, name]) => {
    const setting = `credentials.${credential}.view.${formatPath(['views', value])}`;
    return { value, ...openedView(findView(setting, name, context, known)) };
  });
  return { fromClaim, views };
}

/** The view of a name; undefined, with a problem at `setting`, where there is none. */
export function findView(
  setting: string,
  name: string,
  { file, problems }: BuildContext,
  { views }: KnownViews,
): ViewOptions | undefined {
  const found = views.find((candidate) => candidate.name === name);
  // One that is in the file, but broken, is a problem already.
  if (found === undefined && !file.names.views.includes(name) && name !== DEFAULT_VIEW) {
    problems.add(setting, unknownName('view', name, [...new Set([...file.names.views, DEFAULT_VIEW])]));
  }
  return found;
}

/** What a grant says of a view; no view and no target can be called '?'. */
export function openedView(view: ViewOptions | undefined): OpenedView {
  return { view: view?.name ?? '?', target: view?.target ?? '?' };
}

/** Names of views that a credential refers to. */
export function referredViews({ view }: FileCredential): readonly string[] {
  return typeof view === 'string' ? [view] : Object.values(view.views ?? {});
}

/** What logs and metrics call the views of a credential's template; no view of the file can be called so. */
function templateName(credential: string): string {
  return `claim:${credential}`;
}
