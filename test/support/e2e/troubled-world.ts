// What stands around a gate whose every alert is to fire: targets that are well until they are told otherwise, an
// identity provider that gives keys and no more, and the gate's configuration before and after trouble comes.

import { generateKeyPairSync } from 'node:crypto';
import { createOwnMetrics } from '../../../src/gateway/own-metrics.js';
import { createAnswer } from '../../../src/http/answer.js';
import { systemClock } from '../../../src/internal/clock.js';
import { makeToken, type TestToken } from './start-gate.js';
import { startUpstream, TEXT_TYPE, type Upstream, type UpstreamPage } from './start-upstream.js';

/** What may happen to targets. */
export interface TroubledWorld extends Upstream {
  isTroubled: boolean;
}

const DAY_MS = 86_400_000;
const CALM = Array.from({ length: 9 }, (_, index) => `things_total{kind="k${index}"} ${index}`).join('\n');
const CALM_PAGE = `# TYPE things_total counter\n${CALM}\n`;

/** Pages by path: before trouble, and in it. */
const PAGES: Readonly<Record<string, readonly [before: string, after: string]>> = {
  '/calm': [CALM_PAGE, CALM_PAGE],
  '/broken': [CALM_PAGE, 'things_total{kind="k0" 1\n'],
  '/quarantined': [CALM_PAGE, `${CALM_PAGE}# TYPE odd counter\nodd{ 1\n`],
  '/leaky': [
    '# TYPE calls_total counter\ncalls_total{model="m0"} 1\n',
    [
      '# TYPE calls_total counter',
      ...Array.from(
        { length: 9 },
        (_, index) => `calls_total{model="m${index}",note="ada@lovelace.example"} 1`,
      ),
      '# TYPE budget gauge',
      ...Array.from({ length: 9 }, (_, index) => `budget{model="m${index}"} 1`),
      '',
    ].join('\n'),
  ],
};

/** Starts targets and identity provider. */
export async function startTroubledWorld(): Promise<TroubledWorld> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }] };
  const json = (value: unknown): UpstreamPage => ({ type: 'application/json', body: JSON.stringify(value) });
  const failure: UpstreamPage = { status: 500, type: 'text/plain', body: '' };
  const world = { isTroubled: false };
  const upstream = await startUpstream((path) => {
    if (path === '/issuer/.well-known/openid-configuration') {
      const issuer = `${upstream.url}/issuer`;
      return json({
        issuer,
        jwks_uri: `${issuer}/jwks`,
        introspection_endpoint: `${issuer}/introspect`,
        token_endpoint: `${issuer}/token`,
        response_types_supported: ['token'],
      });
    }
    if (path === '/issuer/jwks') return json(keys);
    if (path === '/moving' && !world.isTroubled) return { type: TEXT_TYPE, body: CALM_PAGE };
    const body = PAGES[path]?.[world.isTroubled ? 1 : 0];
    return body === undefined ? failure : { type: TEXT_TYPE, body };
  });
  return Object.assign(world, upstream);
}

/** The targets that Prometheus scrapes, each with a view and a credential of its name. */
export const SCRAPED = ['calm', 'moving', 'broken', 'quarantined', 'leaky'] as const;

/** Tokens by the name of their credential. */
export const TOKENS: Readonly<Record<(typeof SCRAPED)[number] | 'operator' | 'ending' | 'ended', TestToken>> =
  {
    calm: makeToken(),
    moving: makeToken(),
    broken: makeToken(),
    quarantined: makeToken(),
    leaky: makeToken(),
    operator: makeToken(),
    ending: makeToken(),
    ended: makeToken(),
  };

const LIMITS = { requests_per_minute: 1_000_000, failures_per_minute: 3, max_connections: 40 };

/** The configuration of a gate to whom nothing has happened. */
export function calmConfig(worldUrl: string, passwordHash: string): Readonly<Record<string, unknown>> {
  const each = (make: (name: string) => object): object =>
    Object.fromEntries(SCRAPED.map((name) => [name, make(name)]));
  return {
    reload_interval: '200ms',
    pseudonym_key_file: 'pseudonym.key',
    state_file: 'state/state.json',
    tls: { cert_file: 'tls.crt', key_file: 'tls.key' },
    limits: LIMITS,
    targets: each((name) => ({
      url: `${worldUrl}/${name}`,
      ...(name === 'quarantined' && { on_malformed: 'quarantine' }),
    })),
    views: each((name) => ({ target: name, ...(name === 'leaky' && { max_values_per_label: 3 }) })),
    credentials: {
      ...each((name) => ({ bearer_token_digest: tokenOf(name), view: name })),
      operator: { bearer_token_digest: TOKENS.operator.digest, view: 'calm', self: true },
      books: { username: 'books', password_hash: passwordHash, view: 'calm' },
    },
  };
}

function tokenOf(name: string): string {
  return Object.entries(TOKENS).find(([known]) => known === name)?.[1].digest ?? '';
}

/** The configuration that brings trouble of its own: ends, bounds, an absent Redis, identity providers. */
export function troubledConfig(worldUrl: string, passwordHash: string): Readonly<Record<string, unknown>> {
  const calm = calmConfig(worldUrl, passwordHash);
  return {
    ...calm,
    // Nothing listens there.
    limits: { ...LIMITS, redis_url: 'redis://127.0.0.1:9' },
    targets: { ...Object(calm['targets']), forgotten: { url: `${worldUrl}/calm` } },
    views: {
      ...Object(calm['views']),
      calm: { target: 'calm', max_series: 10 },
      rest: { target: 'forgotten' },
    },
    credentials: {
      ...Object(calm['credentials']),
      ending: {
        bearer_token_digest: TOKENS.ending.digest,
        not_after: new Date(Date.now() + 5 * DAY_MS).toISOString(),
        view: 'rest',
      },
      ended: { bearer_token_digest: TOKENS.ended.digest, not_after: '2020-01-01', view: 'calm' },
      idp: {
        oidc: {
          issuer: `${worldUrl}/issuer`,
          audience: 'scrapegate',
          introspection: { client_id: 'gate', client_secret: 'secret-of-the-gate' },
        },
        view: { from_claim: 'team', only: { team: '{claim}' }, target: 'calm' },
      },
    },
  };
}

/**
 * The metrics of a gate to which happens what no test can bring about quickly: a fault of its own, more tenants than it
 * remembers, and an identity provider that never answers, which is asked every half a minute.
 */
export async function startFaultyGate(): Promise<Upstream & { fail(): void }> {
  const metrics = createOwnMetrics({
    clock: systemClock,
    facts: () => ({
      targets: new Set(),
      seriesLimits: new Map(),
      credentialExpiriesMs: new Map(),
      certificateExpiryMs: undefined,
    }),
    lockedOut: () => 0,
    connections: () => 1,
    templateViews: () => new Map([['tenants', 100]]),
    keyAges: () => [],
  });
  metrics.reloaded(true);
  const upstream = await startUpstream(async () => ({ type: TEXT_TYPE, body: await metrics.exposition() }));
  return {
    ...upstream,
    fail() {
      metrics.viewForgotten('tenants');
      metrics.issuerAsked('https://idp.example.com', 'keys', 'unreachable');
      const answer = createAnswer(500, 'text/plain', '');
      metrics.request('/metrics', { decision: 'denied', reason: 'internal_error', answer });
    },
  };
}
