// Whole files: good ones load, bad ones name every problem with its path, and never quote what may be a secret.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfiguration, type LoadedConfiguration } from '../../../src/config/load.js';
import { ScrapegateError } from '../../../src/errors.js';
import { createGateway } from '../../../src/gateway/gateway.js';
import { systemClock } from '../../../src/internal/clock.js';

const FOLDER = new URL('../../corpus/config/', import.meta.url);

function load(name: string): Promise<LoadedConfiguration> {
  return loadConfiguration({
    configPath: name,
    env: {},
    nodeVersion: '24.17.0',
    readFile: (path) => readFileSync(new URL(path, FOLDER)),
  });
}

const files = readdirSync(FOLDER);

describe('bad files', () => {
  const bad = files.filter((name) => name.endsWith('.bad.yml'));

  it.each(bad)('%s names every problem', async (name) => {
    const error: unknown = await load(name).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ScrapegateError);
    if (!(error instanceof ScrapegateError)) return;
    expect(error.code).toBe('ERR_SCRAPEGATE_CONFIG_INVALID');
    const lines = error.problems.map(({ place = '', path, message }) =>
      [place, path, message].filter((part) => part !== '').join(': '),
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
      new URL(name.replace('.bad.yml', '.bad.problems.txt'), FOLDER).pathname,
    );
    expect(`${error.message} ${lines.join(' ')}`).not.toContain('hunter2');
  });
});

describe('good files', () => {
  it.each(files.filter((name) => name.endsWith('.good.yml')))('%s loads', async (name) => {
    const { options, configPath } = await load(name);
    expect(options.targets.length).toBeGreaterThan(0);
    expect(configPath).toBe(name);
  });

  it('everything.good.yml becomes the options that it says', async () => {
    const { options } = await load('everything.good.yml');
    expect(options).toMatchObject({
      listen: { host: '::1', port: 9087 },
      metricsListen: { path: '/run/scrapegate/metrics.sock', mode: 0o600 },
      allowedHosts: ['gate.example', '[2001:db8::1]:9087'],
      connections: { maxConnections: 1000, maxPerClient: 32, writeTimeoutMs: 90_000 },
      shutdownDeadlineMs: 500,
      guard: {
        network: {
          trustedProxies: ['10.0.0.0/8', '192.0.2.7'],
          clientAddressHeader: 'forwarded',
          allowedIps: ['10.20.0.0/16', '2001:db8::/48'],
        },
        limits: { failuresPerMinute: 5, lockoutMs: 3_600_000, requestsPerWindow: 60, windowMs: 60_000 },
        credentials: [
          {
            name: 'prometheus',
            allowedIps: ['10.20.1.0/24'],
            grant: { view: 'operations', target: 'litellm', self: true },
          },
          {
            name: 'rotated',
            grant: { view: 'inference', target: 'vllm', self: false },
            proofs: [
              { kind: 'bearer', notAfterMs: Date.UTC(2027, 1, 1, 12) },
              { kind: 'bearer', notBeforeMs: Date.UTC(2027, 0, 1), notAfterMs: Date.UTC(2030, 0, 1) },
            ],
          },
          { name: 'books', proofs: [{ kind: 'basic', username: 'books' }], grant: { view: 'acme' } },
        ],
      },
      targets: [
        {
          name: 'litellm',
          timeoutMs: 5_000,
          maxBytes: 67_108_864,
          onMalformed: 'quarantine',
          credential: { kind: 'bearer' },
        },
        { name: 'vllm', maxBytes: 1_000_000, credential: { kind: 'basic', username: 'gate' } },
      ],
      views: [
        { name: 'operations', target: 'litellm', preset: 'litellm' },
        { name: 'inference', target: 'vllm', preset: 'vllm' },
        {
          name: 'acme',
          preset: 'generic',
          only: { team: ['2f6a', '7c94'] },
          share: ['litellm_in_flight_requests'],
          derive: true,
          deriveFrom: ['hashed_api_key', 'user'],
          metrics: { keep: ['litellm_*'], drop: ['litellm_debug_*'] },
          labels: [
            { label: 'route', action: 'drop' },
            { label: 'model', metric: 'litellm_deployment_*', action: 'keep' },
          ],
          reveal: ['team_alias'],
          gauges: { 'litellm_in_flight_*': 'sum' },
          pseudonymScope: 'acme',
          maxSeries: 1000,
          maxValuesPerLabel: 500,
          seriesRetentionMs: 604_800_000,
        },
      ],
    });
    expect(options.guard.anonymous).toBeUndefined();
    expect(options.warnings).toEqual([]);
  });

  it('oidc.good.yml becomes the proofs, grants and templates that it says', async () => {
    const { options } = await load('oidc.good.yml');
    const other = { kind: 'oidc', issuer: 'https://other.example.com' };
    const opens = (view: string, target: string): object => ({ view, target });
    expect(options.guard.credentials).toMatchObject([
      {
        name: 'teams',
        proofs: [
          {
            kind: 'oidc',
            issuer: 'https://idp.example.com/realms/main',
            jwksUri: 'https://idp.example.com/keys',
            audience: ['scrapegate'],
            requiredScopes: ['metrics:read'],
            algorithms: ['RS256', 'ES256'],
            clockToleranceMs: 0,
            jwksMaxStaleMs: 172_800_000,
            requireAccessTokenType: true,
            introspection: { endpoint: 'https://idp.example.com/introspect', clientId: 'gate' },
            notAfterMs: Date.UTC(2030, 0, 1),
          },
        ],
        grant: { fromClaim: ['team'], template: opens('claim:teams', 'litellm') },
      },
      {
        name: 'several',
        proofs: [{ ...other, audience: ['scrapegate', 'gate'] }],
        grant: {
          fromClaim: ['scrapegate', 'https://example.com/teams'],
          template: opens('claim:several', 'litellm'),
        },
      },
      {
        name: 'roles',
        proofs: [{ ...other, audience: ['roles'] }],
        grant: {
          fromClaim: ['realm_access', 'roles'],
          views: [
            { value: 'admin', ...opens('operations', 'litellm') },
            { value: 'ml/engineer', ...opens('inference', 'vllm') },
            { value: 'nobody', ...opens('default', 'litellm') },
          ],
          self: true,
        },
      },
    ]);
    expect(options.viewTemplates).toEqual([
      {
        view: {
          name: 'claim:teams',
          target: 'litellm',
          preset: 'litellm',
          only: { region: ['eu'] },
          share: ['litellm_in_flight_requests'],
          derive: true,
        },
        scopedLabels: ['team'],
        ownPseudonyms: true,
      },
      {
        view: { name: 'claim:several', target: 'litellm', preset: 'generic', only: { team: ['common'] } },
        scopedLabels: ['team'],
      },
    ]);
    expect(options.views.map(({ name }) => name)).toEqual(['operations', 'inference', 'default']);
    await createGateway(options, { clock: systemClock, onEvent: () => {} }).close();
  });

  it('a file without credentials is closed, and says how to make one', async () => {
    const { options } = await load('minimal.good.yml');
    expect(options.guard.credentials).toEqual([]);
    expect(options.guard.anonymous).toBeUndefined();
    expect(options.warnings?.map(({ code }) => code)).toEqual(['WARN_SCRAPEGATE_CLOSED']);
    expect(options.warnings?.[0]?.message).toContain('scrapegate token');
  });
});
