// The views that templates have made: at hand for as long as they are asked for, then put away with their counters, so
// that what an output has reached does not fall when its tenant comes back. Both are bounded, the one used longest ago
// goes first. Only a request that the guard let pass makes one, and only once its target has answered.

import type { ViewRenderer } from '../views/renderer.js';
import { createViewRenderer, type LiveRenderer, type RendererDeps } from '../views/engine/view-renderer.js';
import type { SavedView, SavedViews } from '../views/state-file.js';
import type { StateReading, ViewReading } from '../views/state-text.js';
import type { CompiledTemplate } from './view-template.js';

/** How many views are at hand, and how many are known at all. */
export interface InstanceBounds {
  /** Views with all that makes their next scrape quick. More, while more are rendered at once. */
  readonly maxAtHand: number;
  /** Views whose counters are kept, those at hand included. */
  readonly maxKnown: number;
}

/** Measured with tenants of a LiteLLM target that sends 2 MB: 1 MB for each view at hand, 30 kB for one put away. */
const INSTANCE_BOUNDS: InstanceBounds = { maxAtHand: 100, maxKnown: 1000 };

/** Views by template and values. */
export interface ViewInstances {
  /** The renderer of one view. It is made by its first scrape; scrapes at once share it. */
  rendererOf(template: CompiledTemplate, values: readonly string[]): Pick<ViewRenderer, 'render'>;
  /** The counters of every known view, by its id, from the one used longest ago. */
  counters(): SavedViews;
  /** The same, read while scrapes go on. */
  readings(): StateReading;
  /** How many views are at hand, by the name of their template. */
  atHand(): ReadonlyMap<string, number>;
  /** The views of a template that were scraped last, the latest first. */
  recent(template: string, limit: number): readonly RecentView[];
}

/** The last scrape of a view that a template made. */
export interface RecentView {
  /** A part of a keyed hash of its values: enough to tell some views apart, and nothing else. */
  readonly id: string;
  /** Unix time. */
  readonly atMs: number;
  readonly seriesIn: number;
  readonly seriesOut: number;
}

/** Characters of the hash that people are shown. */
const SHOWN_ID_LENGTH = 12;

/** What instances go on from. */
export interface InstancesDeps {
  /** Saved views of any kind; those of the same templates are taken over. */
  readonly saved: SavedViews;
  readonly readerOf: (target: string) => RendererDeps['reader'];
  /** Told the name of the template whenever the counters of one of its views are given up. */
  readonly onForgotten: (template: string) => void;
  readonly bounds?: InstanceBounds;
}

interface AtHand {
  readonly renderer: LiveRenderer;
  readonly fingerprint: string;
}

/** A view that is known. */
interface Instance {
  readonly template: string;
  /** Scrapes that are rendered now. */
  busy: number;
  atHand?: AtHand | undefined;
  /** Since the template was mounted. */
  last?: Omit<RecentView, 'id'>;
  /** Only while it is not at hand. */
  saved?: SavedView | undefined;
}

/** Creates the views of all templates of an assembly. */
export function createViewInstances(
  templates: readonly CompiledTemplate[],
  { saved, readerOf, onForgotten, bounds = INSTANCE_BOUNDS }: InstancesDeps,
): ViewInstances {
  /** From the one used longest ago. */
  const known = new Map<string, Instance>();
  for (const [id, view] of saved) {
    const template = templates.find((candidate) => candidate.made(id));
    if (template !== undefined) known.set(id, { template: template.name, busy: 0, saved: view });
  }

  const use = (id: string, template: CompiledTemplate): Instance => {
    const instance = known.get(id) ?? { template: template.name, busy: 0 };
    known.delete(id);
    known.set(id, instance);
    return instance;
  };

  const open = (
    id: string,
    instance: Instance,
    template: CompiledTemplate,
    values: readonly string[],
  ): AtHand => {
    const view = template.compile(id, values);
    const snapshot = instance.saved?.fingerprint === view.fingerprint ? instance.saved.counters : undefined;
    const reader = readerOf(template.target);
    const renderer = createViewRenderer(view, { snapshot, ...(reader && { reader }) });
    instance.saved = undefined;
    return { renderer, fingerprint: view.fingerprint };
  };

  const trim = (): void => {
    let atHand = [...known.values()].filter((instance) => instance.atHand !== undefined).length;
    for (const [id, instance] of known) {
      // What is being rendered would be lost.
      if (instance.busy > 0) continue;
      if (atHand > bounds.maxAtHand && instance.atHand !== undefined) {
        instance.saved = savedOf(instance);
        instance.atHand = undefined;
        atHand -= 1;
      }
      if (known.size > bounds.maxKnown) {
        if (instance.atHand !== undefined) atHand -= 1;
        known.delete(id);
        onForgotten(instance.template);
      } else if (atHand <= bounds.maxAtHand) {
        return;
      }
    }
  };
  trim();

  return {
    rendererOf: (template, values) => ({
      render: async (...scrape) => {
        const id = template.idOf(values);
        const instance = use(id, template);
        instance.atHand ??= open(id, instance, template, values);
        instance.busy += 1;
        try {
          const rendered = await instance.atHand.renderer.render(...scrape);
          if (rendered.ok) {
            const { seriesIn, seriesOut } = rendered.value;
            instance.last = { atMs: scrape[2], seriesIn, seriesOut };
          }
          return rendered;
        } finally {
          instance.busy -= 1;
          trim();
        }
      },
    }),
    counters: () => eachOf(known, savedOf),
    readings: () => eachOf(known, readingOf),
    atHand: () => {
      const counts = new Map(templates.map(({ name }) => [name, 0]));
      for (const { template, atHand } of known.values()) {
        if (atHand !== undefined) counts.set(template, (counts.get(template) ?? 0) + 1);
      }
      return counts;
    },
    recent: (template, limit) =>
      [...known]
        .flatMap(([id, instance]): RecentView[] => {
          if (instance.template !== template || instance.last === undefined) return [];
          return [{ id: id.slice(id.lastIndexOf('#') + 1).slice(0, SHOWN_ID_LENGTH), ...instance.last }];
        })
        .toReversed()
        .slice(0, limit),
  };
}

function eachOf<T>(
  known: ReadonlyMap<string, Instance>,
  take: (instance: Instance) => T | undefined,
): ReadonlyMap<string, T> {
  return new Map(
    [...known].flatMap(([id, instance]): [string, T][] => {
      const view = take(instance);
      return view === undefined ? [] : [[id, view]];
    }),
  );
}

/** As of now: a renderer goes on from it that must not lag behind. */
function savedOf({ atHand, saved }: Instance): SavedView | undefined {
  return atHand === undefined
    ? saved
    : { fingerprint: atHand.fingerprint, counters: atHand.renderer.snapshot() };
}

function readingOf({ atHand, saved }: Instance): ViewReading | undefined {
  return atHand === undefined ? saved : { fingerprint: atHand.fingerprint, counters: atHand.renderer.read() };
}
