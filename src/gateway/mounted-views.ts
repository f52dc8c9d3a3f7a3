// The views of one configuration, each with its target: those that are configured, and those that templates make.
// Their counters go on from what was saved, where a view still puts the same series together.

import { createHash } from 'node:crypto';
import type { MountedView } from '../adapters/scrape.js';
import type { Grant } from '../guard/decision.js';
import type { OnMalformed } from '../targets/options.js';
import type { Target } from '../targets/target.js';
import { compileView, type CompiledView } from '../views/compile-view.js';
import { createTargetReaders } from '../views/engine/target-readers.js';
import { createViewRenderer, type LiveRenderer } from '../views/engine/view-renderer.js';
import { resolveViewOptions } from '../views/resolve-options.js';
import type { SavedViews } from '../views/state-file.js';
import type { StateReading } from '../views/state-text.js';
import type { GatewayOptions } from './options.js';
import { createViewInstances, type RecentView } from './view-instances.js';
import { compileTemplate } from './view-template.js';

/** Every view that can be granted. */
export interface MountedViews {
  readonly viewOf: (grant: Pick<Grant, 'view' | 'claimValues'>) => MountedView | undefined;
  /** The aggregated counters of every view, as they stand. */
  counters(): SavedViews;
  /** The same, read while scrapes go on. */
  readings(): StateReading;
  /** Views at hand that templates made, by the name of the template. */
  templateViews(): ReadonlyMap<string, number>;
  /** The views of a template that were scraped last, the latest first. */
  recentViews(template: string, limit: number): readonly RecentView[];
}

/** What is mounted. */
export interface MountedViewsOptions extends Pick<GatewayOptions, 'views' | 'viewTemplates'> {
  readonly targets: readonly { readonly name: string; readonly onMalformed?: OnMalformed }[];
}

/** What views are mounted with. */
export interface MountedViewsDeps {
  readonly targets: ReadonlyMap<string, Target>;
  readonly pseudonymKey: Uint8Array;
  readonly saved: SavedViews;
  /** Told the name of the template whenever the counters of one of its views are given up. */
  readonly onViewForgotten: (template: string) => void;
}

/**
 * Compiles and mounts all views.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with the problems of a view.
 */
export function mountViews(options: MountedViewsOptions, deps: MountedViewsDeps): MountedViews {
  const { targets, pseudonymKey, saved } = deps;
  const views = options.views.map((view) => compileView(resolveViewOptions(view), pseudonymKey));
  const templates = (options.viewTemplates ?? []).map((template) => compileTemplate(template, pseudonymKey));
  const readers = createTargetReaders([...views.map((view) => view.options), ...templates]);
  const readerOf = (target: string): ReturnType<typeof readers.get> => readers.get(target);
  const mounted = views.map((view) => {
    const before = saved.get(view.options.name);
    const snapshot = before?.fingerprint === view.fingerprint ? before.counters : undefined;
    const reader = readerOf(view.options.target);
    return { view, renderer: createViewRenderer(view, { snapshot, ...(reader && { reader }) }) };
  });
  const rendererByName = new Map(
    mounted.map(({ view, renderer }) => [view.options.name, { view, renderer }]),
  );
  const templateByName = new Map(templates.map((template) => [template.name, template]));
  const instances = createViewInstances(templates, { saved, readerOf, onForgotten: deps.onViewForgotten });
  const onMalformed = new Map(options.targets.map((target) => [target.name, target.onMalformed]));

  const targetIds = new Map(options.targets.map((target) => [target.name, idOfTarget(target)]));

  const mount = (
    name: string,
    view: Pick<Required<MountedView>, 'renderer' | 'preset' | 'id' | 'isSelected'>,
  ): MountedView | undefined => {
    const target = targets.get(name);
    const id = `${view.id} ${targetIds.get(name) ?? ''}`;
    return target && { ...view, id, target, onMalformed: onMalformed.get(name) ?? 'fail' };
  };
  return {
    viewOf: ({ view: name, claimValues }) => {
      if (claimValues === undefined) {
        const found = rendererByName.get(name);
        if (found === undefined) return undefined;
        const { view, renderer } = found;
        const { target, preset } = view.options;
        const isSelected = selects(view.selectionOf);
        return mount(target, { renderer, preset, id: view.fingerprint, isSelected });
      }
      const template = templateByName.get(name);
      if (template === undefined) return undefined;
      const { target, preset } = template;
      const isSelected = selects(template.selectionOf);
      const renderer = instances.rendererOf(template, claimValues);
      return mount(target, { renderer, preset, id: template.idOf(claimValues), isSelected });
    },
    counters: () => new Map([...eachOf(mounted, (renderer) => renderer.snapshot()), ...instances.counters()]),
    readings: () => new Map([...eachOf(mounted, (renderer) => renderer.read()), ...instances.readings()]),
    templateViews: () => instances.atHand(),
    recentViews: (template, limit) => instances.recent(template, limit),
  };
}

function selects(selectionOf: CompiledView['selectionOf']): Required<MountedView>['isSelected'] {
  return (metric) => selectionOf(metric).isSelected;
}

/** Changes with everything that is known of a target but its secrets. */
function idOfTarget(target: MountedViewsOptions['targets'][number]): string {
  return createHash('sha256').update(JSON.stringify(target)).digest('base64url');
}

/** What is taken of each renderer, by the name of its view. */
function eachOf<T>(
  mounted: readonly { readonly view: CompiledView; readonly renderer: LiveRenderer }[],
  take: (renderer: LiveRenderer) => T,
): readonly (readonly [name: string, { readonly fingerprint: string; readonly counters: T }])[] {
  return mounted.map(({ view, renderer }) => [
    view.options.name,
    { fingerprint: view.fingerprint, counters: take(renderer) },
  ]);
}
