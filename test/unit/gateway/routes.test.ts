import { describe, expect, it } from 'vitest';
import { findRoute, type ListenerPurpose, type Route } from '../../../src/gateway/routes.js';

const TARGETS = { default: 'litellm', names: new Set(['litellm', 'vllm', 'health']) };

const NOTHING: Route = {
  kind: 'guarded',
  name: 'other',
  resource: { kind: 'nothing' },
  forbidAsJson: false,
};

function guarded(name: string, resource: Extract<Route, { kind: 'guarded' }>['resource']): Route {
  return { kind: 'guarded', name, resource, forbidAsJson: false };
}

describe('findRoute', () => {
  it.each<[path: string | undefined]>([
    [undefined],
    ['/'],
    [''],
    ['/METRICS'],
    ['/metrics/'],
    ['/metrics/unknown'],
    ['/metrics/litellm/x'],
    ['/metrics/__proto__'],
    ['/metrics/constructor'],
    ['/metricslitellm'],
    ['/healthz'],
    ['/-/status/x'],
    ['/-/reload'],
    ['/v1'],
  ])('%s leads nowhere on any listener, and its name is not repeated', (path) => {
    for (const purpose of ['all', 'health', 'metrics'] as const)
      expect(findRoute(path, purpose, TARGETS)).toEqual(NOTHING);
  });

  it.each<[path: string, purposes: readonly ListenerPurpose[], route: Route]>([
    ['/health', ['all', 'health'], { kind: 'public', name: '/health' }],
    ['/ready', ['all', 'health'], { kind: 'public', name: '/ready' }],
    ['/metrics', ['all', 'metrics'], guarded('/metrics', { kind: 'target', target: 'litellm' })],
    ['/metrics/vllm', ['all', 'metrics'], guarded('/metrics/vllm', { kind: 'target', target: 'vllm' })],
    [
      '/metrics/litellm',
      ['all', 'metrics'],
      guarded('/metrics/litellm', { kind: 'target', target: 'litellm' }),
    ],
    ['/metrics/health', ['all', 'metrics'], guarded('/metrics/health', { kind: 'target', target: 'health' })],
    ['/-/metrics', ['all', 'metrics'], guarded('/-/metrics', { kind: 'self' })],
    ['/-/status', ['all', 'metrics'], guarded('/-/status', { kind: 'self' })],
  ])('%s is served by %j alone', (path, purposes, route) => {
    for (const purpose of ['all', 'health', 'metrics'] as const)
      expect(findRoute(path, purpose, TARGETS)).toEqual(purposes.includes(purpose) ? route : NOTHING);
  });

  it('answers for /v1/metrics as promised to its callers, and has nothing there beside /health', () => {
    const nothing = { ...NOTHING, name: '/v1/metrics', forbidAsJson: true };
    const route = { ...nothing, resource: { kind: 'summary' } };
    expect(findRoute('/v1/metrics', 'all', TARGETS)).toEqual(route);
    expect(findRoute('/v1/metrics', 'metrics', TARGETS)).toEqual(route);
    expect(findRoute('/v1/metrics', 'health', TARGETS)).toEqual(nothing);
    expect(findRoute('/v1/metrics/', 'all', TARGETS)).toEqual(NOTHING);
  });
});
