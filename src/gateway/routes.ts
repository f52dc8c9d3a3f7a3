// Paths and what they lead to. Exact and few; whatever is not here is protected like everything else and then not found.

import type { Resource } from '../guard/decision.js';

/** Where a request goes. `name` is safe for logs and metrics: it never holds what a stranger wrote. */
export type Route =
  | { readonly kind: 'public'; readonly name: '/health' | '/ready' }
  | {
      readonly kind: 'guarded';
      readonly name: string;
      readonly resource: Resource;
      readonly forbidAsJson: boolean;
    };

/** Which paths a listener serves. */
export type ListenerPurpose = 'all' | 'health' | 'metrics';

const TARGET_PREFIX = '/metrics/';
const NOTHING = {
  kind: 'guarded',
  name: 'other',
  resource: { kind: 'nothing' },
  forbidAsJson: false,
} as const;

/** Finds the route of a canonical path; `undefined` stands for a path that is not canonical. */
export function findRoute(
  path: string | undefined,
  purpose: ListenerPurpose,
  targets: { readonly default: string; readonly names: ReadonlySet<string> },
): Route {
  if ((path === '/health' || path === '/ready') && purpose !== 'metrics')
    return { kind: 'public', name: path };
  // The summary promises its callers 403 instead of 401, wherever they look for it.
  if (path === '/v1/metrics') {
    const resource: Resource = purpose === 'health' ? NOTHING.resource : { kind: 'summary' };
    return { kind: 'guarded', name: path, resource, forbidAsJson: true };
  }
  if (path === undefined || purpose === 'health') return NOTHING;
  if (path === '/metrics') return guarded(path, { kind: 'target', target: targets.default });
  if (path === '/-/metrics' || path === '/-/status') return guarded(path, { kind: 'self' });
  const name = path.startsWith(TARGET_PREFIX) ? path.slice(TARGET_PREFIX.length) : '';
  return targets.names.has(name) ? guarded(path, { kind: 'target', target: name }) : NOTHING;
}

function guarded(name: string, resource: Resource): Route {
  return { kind: 'guarded', name, resource, forbidAsJson: false };
}
