// A view that stands for many: one for each value of a claim, made when a token with that value first asks.
// The values are personal data: a view that is made is called by keyed hashes, in memory and in the state file.

import { createHmac } from 'node:crypto';
import { compileView, type CompiledView } from '../views/compile-view.js';
import { compileMetricSelection } from '../views/metric-selection.js';
import type { PresetName, ViewOptions } from '../views/options.js';
import { deriveKey } from '../views/pseudonym.js';
import { resolveViewOptions } from '../views/resolve-options.js';

/** A template of views. */
export interface ViewTemplateOptions {
  /** What its views have in common. Its name is that of the template, which logs and metrics show. */
  readonly view: ViewOptions;
  /** Labels that the values of the claim scope, besides the values that `view.only` has for them. At least one. */
  readonly scopedLabels: readonly string[];
  /** Whether pseudonyms of two of its views cannot be linked, whatever `view.pseudonymScope` says. @default false */
  readonly ownPseudonyms?: boolean;
}

/** The options of the view for some values of the claim. */
export function fillTemplate(
  { view, scopedLabels, ownPseudonyms = false }: ViewTemplateOptions,
  values: readonly string[],
): ViewOptions {
  // A label may have a name that every object has.
  const only = new Map(Object.entries(view.only ?? {}));
  for (const label of scopedLabels) only.set(label, [...(only.get(label) ?? []), ...values]);
  return {
    ...view,
    only: Object.fromEntries(only),
    // A name of a scope in the configuration is no JSON.
    ...(ownPseudonyms && { pseudonymScope: JSON.stringify([view.name, ...values]) }),
  };
}

/** A template under a pseudonym key. */
export interface CompiledTemplate {
  readonly name: string;
  readonly target: string;
  readonly preset: PresetName;
  readonly maxSeries: number;
  /** Which metrics are in its views. */
  readonly selectionOf: CompiledView['selectionOf'];
  /** What the view for `values` is called: the name of the template, and two hashes that tell nothing. */
  readonly idOf: (values: readonly string[]) => string;
  /** Whether `id` is that of a view of this very template, all of its options alike. */
  readonly made: (id: string) => boolean;
  readonly compile: (id: string, values: readonly string[]) => CompiledView;
}

/**
 * Compiles a template.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with every problem that its views would have.
 */
export function compileTemplate(template: ViewTemplateOptions, pseudonymKey: Uint8Array): CompiledTemplate {
  const resolved = resolveViewOptions(fillTemplate(template, ['value']));
  const { name, target, preset, maxSeries } = resolved;
  const idKey = deriveKey(pseudonymKey, `views of ${name}`);
  const hash = (what: unknown): string =>
    createHmac('sha256', idKey).update(JSON.stringify(what)).digest('base64url');
  // No name of the configuration has a number sign.
  const prefix = `${name}#${hash(template)}#`;
  return {
    name,
    target,
    preset,
    maxSeries,
    selectionOf: compileMetricSelection(resolved),
    idOf: (values) => prefix + hash(values),
    made: (id) => id.startsWith(prefix),
    compile: (id, values) =>
      compileView(resolveViewOptions({ ...fillTemplate(template, values), name: id }), pseudonymKey),
  };
}
