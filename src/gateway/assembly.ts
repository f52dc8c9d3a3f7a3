// One configuration put together: guard, targets and views that belong to each other. A reload makes a new assembly
// beside the old one and swaps them; nothing in an assembly changes afterwards but counters and limits.

import { createGuard } from '../guard/guard.js';
import type { GuardMemory } from '../guard/memory.js';
import type { Guard } from '../guard/decision.js';
import type { Clock } from '../internal/clock.js';
import { coalesceFetches } from '../targets/coalesce.js';
import { createDemoTarget } from '../targets/demo-target.js';
import { createHttpTarget } from '../targets/http-target.js';
import type { Target, TargetFailure } from '../targets/target.js';
import type { SavedViews } from '../views/state-file.js';
import { assertConnected } from './assert-connected.js';
import { mountViews, type MountedViews } from './mounted-views.js';
import { readConfigurationFacts, type ConfigurationFacts } from './configuration-facts.js';
import { createFrontPolicy, type FrontPolicy } from './front-policy.js';
import type { GatewayOptions } from './options.js';
import { assertTlsAccepted } from './tls-options.js';

/** Everything that answers requests under one configuration. */
export interface Assembly extends MountedViews {
  /** What it was made from. */
  readonly options: GatewayOptions;
  readonly guard: Guard;
  readonly front: FrontPolicy;
  readonly targets: ReadonlyMap<string, Target>;
  /** The name of the target behind `/metrics`. */
  readonly defaultTarget: string;
  readonly facts: ConfigurationFacts;
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
  /** Told the name of the template whenever the counters of a view that it made are given up. */
  readonly onViewForgotten: (template: string) => void;
  /** Told of every fetch of a target that failed, whoever waited for it. */
  readonly onFetchFailed: (target: string, failure: TargetFailure) => void;
}

/**
 * Puts a configuration together.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with every problem.
 */
export function createAssembly(options: GatewayOptions, deps: AssemblyDeps): Assembly {
  assertConnected(options);
  if (options.tls !== undefined) assertTlsAccepted(options.tls);
  const front = createFrontPolicy(options);
  const targets = new Map(
    options.targets.map((target) => [
      target.name,
      coalesceFetches(
        'kind' in target ? createDemoTarget(target.name, deps) : createHttpTarget(target, deps),
        (failure) => deps.onFetchFailed(target.name, failure),
      ),
    ]),
  );
  const views = mountViews(options, { ...deps, targets });
  // Last: it takes its share of what outlives an assembly, and nothing after it can fail.
  const guard = createGuard(
    { ...options.guard, requireCertificate: options.tls?.clientAuth === 'require' },
    { clock: deps.clock, memory: deps.guardMemory, secret: deps.pseudonymKey },
  );
  const underWay = new Set<Promise<unknown>>();
  const close = async (): Promise<void> => {
    guard.close();
    await Promise.all([...targets.values()].map((target) => target.close()));
  };
  return {
    options,
    guard,
    front,
    targets,
    ...views,
    defaultTarget: options.targets[0]?.name ?? '',
    facts: readConfigurationFacts(options),
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
