// One configuration put together: guard, targets and views that belong to each other. A reload makes a new assembly
// beside the old one and swaps them; nothing in an assembly changes afterwards but counters and limits.

import { createGuard, type GuardMemory } from '../guard/guard.js';
import type { Guard } from '../guard/decision.js';
import { ScrapegateError, type Problem } from '../errors.js';
import type { Clock } from '../internal/clock.js';
import type { MountedView } from '../adapters/scrape.js';
import { coalesceFetches } from '../targets/coalesce.js';
import { createDemoTarget } from '../targets/demo-target.js';
import { createHttpTarget } from '../targets/http-target.js';
import type { Target } from '../targets/target.js';
import { compileView } from '../views/compile-view.js';
import { createTargetReaders } from '../views/engine/target-readers.js';
import { createViewRenderer } from '../views/engine/view-renderer.js';
import { resolveViewOptions } from '../views/resolve-options.js';
import type { SavedView, SavedViews } from '../views/state-file.js';
import type { GatewayOptions } from './options.js';

/** Everything that answers requests under one configuration. */
export interface Assembly {
  readonly guard: Guard;
  readonly targets: ReadonlyMap<string, Target>;
  readonly views: ReadonlyMap<string, MountedView>;
  /** The name of the target behind `/metrics`. */
  readonly defaultTarget: string;
  /** The aggregated counters of every view, as they stand. */
  counters(): SavedViews;
  /** Runs a request; until it has ended the assembly is not taken apart. */
  use<T>(request: () => Promise<T>): Promise<T>;
  /** Waits for requests under way to end, then releases connections. */
  retire(): Promise<void>;
  /** Ends fetches under way and releases connections. */
  close(): Promise<void>;
}

/** What an assembly is given besides its options. */
export interface AssemblyDeps {
  readonly clock: Clock;
  readonly pseudonymKey: Uint8Array;
  readonly guardMemory: GuardMemory;
  /** Counters to continue from, where a view still puts the same series together. */
  readonly saved: SavedViews;
}

/**
 * Puts a configuration together.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with every problem.
 */
export function createAssembly(options: GatewayOptions, deps: AssemblyDeps): Assembly {
  assertConnected(options);
  const guard = createGuard(options.guard, { clock: deps.clock, memory: deps.guardMemory });
  const targets = new Map(
    options.targets.map((target) => [
      target.name,
      coalesceFetches(
        'kind' in target ? createDemoTarget(target.name, deps) : createHttpTarget(target, deps),
      ),
    ]),
  );
  const onMalformed = new Map(
    options.targets.map((target) => [
      target.name,
      ('kind' in target ? undefined : target.onMalformed) ?? 'fail',
    ]),
  );
  const views = new Map<string, MountedView>();
  const fingerprints = new Map<string, string>();
  const compiled = options.views.map((view) => compileView(resolveViewOptions(view), deps.pseudonymKey));
  const readers = createTargetReaders(compiled);
  for (const view of compiled) {
    const target = targets.get(view.options.target);
    if (target === undefined) continue;
    const saved: SavedView | undefined = deps.saved.get(view.options.name);
    const snapshot = saved?.fingerprint === view.fingerprint ? saved.counters : undefined;
    const reader = readers.get(target.name);
    views.set(view.options.name, {
      target,
      onMalformed: onMalformed.get(target.name) ?? 'fail',
      renderer: createViewRenderer(view, { snapshot, ...(reader && { reader }) }),
    });
    fingerprints.set(view.options.name, view.fingerprint);
  }
  const underWay = new Set<Promise<unknown>>();
  const close = async (): Promise<void> => {
    guard.close();
    await Promise.all([...targets.values()].map((target) => target.close()));
  };
  return {
    guard,
    targets,
    views,
    defaultTarget: options.targets[0]?.name ?? '',
    counters: () =>
      new Map(
        [...views].map(([name, { renderer }]) => [
          name,
          { fingerprint: fingerprints.get(name) ?? '', counters: renderer.snapshot() },
        ]),
      ),
    async use(request) {
      const running = request();
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    async retire() {
      await Promise.allSettled(underWay);
      await close();
    },
    close,
  };
}

/** Names must lead somewhere: a grant to a view, a view to a target. Rooms check the rest of their own options. */
function assertConnected({ targets, views, guard }: GatewayOptions): void {
  const problems: Problem[] = [];
  const targetOf = new Map(views.map(({ name, target }) => [name, target]));
  const targetNames = new Set(targets.map(({ name }) => name));
  if (targets.length === 0)
    problems.push({ path: 'targets', message: 'is empty; expected at least one target' });
  if (targetNames.size !== targets.length)
    problems.push({ path: 'targets', message: 'two targets share a name' });
  if (targetOf.size !== views.length) problems.push({ path: 'views', message: 'two views share a name' });
  for (const { name, target } of views) {
    if (!targetNames.has(target)) {
      problems.push({
        path: `views.${name}.target`,
        message: `names no target; expected one of ${[...targetNames].join(', ')}`,
      });
    }
  }
  const grants = [
    ...(guard.credentials ?? []).map(({ name, grant }) => ({ path: `credentials.${name}`, grant })),
    ...(guard.anonymous === undefined ? [] : [{ path: 'anonymous', grant: guard.anonymous }]),
  ];
  for (const { path, grant } of grants) {
    if (targetOf.get(grant.view) !== grant.target) {
      problems.push({
        path: `${path}.view`,
        message: `names no view; expected one of ${[...targetOf.keys()].join(', ')}`,
      });
    }
  }
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new ScrapegateError('ERR_SCRAPEGATE_OPTIONS_INVALID', `the options do not fit together: ${list}`, {
    problems,
  });
}
