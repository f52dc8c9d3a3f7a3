// A real Prometheus that gets its tokens from real identity providers, over TLS: who is up, and who is down and why.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/e2e/eventually.js';
import { fetchToken, type IdentityProvider, type IssuerClient } from '../support/e2e/identity-provider.js';
import { startGate, type Gate } from '../support/e2e/start-gate.js';
import { startGlewlwyd, type Glewlwyd } from '../support/e2e/start-glewlwyd.js';
import { startOidcProvider } from '../support/e2e/start-oidc-provider.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';
import { startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../support/fixtures/tls/${name}`, import.meta.url), 'utf8');

/** Of the gate and of both providers. */
const TLS = { cert: fixture('server.pem'), key: fixture('server.key.pem'), ca: fixture('ca.pem') };
const TEAMS = { acme: 'team-of-acme-1f6c', globex: 'team-of-globex-7d02' };
const BODY = `# TYPE requests_total counter\n${Object.values(TEAMS)
  .map((team, index) => `requests_total{team="${team}",client_ip="203.0.113.7"} ${String(index + 1)}\n`)
  .join('')}`;

const SCOPE = 'metrics:read';
const AUDIENCE = {
  jwt: 'https://gate.example/jwt',
  opaque: 'https://gate.example/opaque',
  short: 'https://gate.example/short',
  other: 'https://other.example/jwt',
};
const acme: IssuerClient = {
  id: 'prometheus-acme',
  secret: 'secret-of-acme-40d1',
  claims: { team: TEAMS.acme },
};
const globex: IssuerClient = {
  id: 'prometheus-globex',
  secret: 'secret-of-globex-88a3',
  claims: { team: [TEAMS.globex] },
};
const odd: IssuerClient = { id: 'prometheus-odd', secret: 'secret-of-odd-17c5', claims: { team: 7 } };
const teamless: IssuerClient = { id: 'prometheus-teamless', secret: 'secret-of-teamless-5b9e' };
const introspector: IssuerClient = { id: 'gate', secret: 'secret-of-the-gate-c20f' };

let folder: string;
let upstream: Upstream;
let provider: IdentityProvider;
let glewlwyd: Glewlwyd;
let gate: Gate;
/** Its issuer shows no keys: every token is introspected. */
let asking: Gate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-issuers-'));
  await writeFile(join(folder, 'ca.pem'), TLS.ca);
  upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: BODY }));
  provider = await startOidcProvider([acme, globex, odd, teamless, introspector], TLS);
  glewlwyd = await startGlewlwyd(
    {
      clients: [acme, globex, introspector],
      scopes: [SCOPE, 'other'],
      resources: [AUDIENCE.jwt, AUDIENCE.other],
    },
    TLS,
  );
  const oidc = (issuer: IdentityProvider, audience: readonly string[], more: object = {}): object => ({
    issuer: issuer.issuer,
    audience,
    required_scopes: [SCOPE],
    clock_tolerance: '0s',
    ca_file: 'ca.pem',
    ...more,
  });
  const introspection = { client_id: introspector.id, client_secret_file: 'secret' };
  const roles = { from_claim: 'client_id', views: { [acme.id]: 'all' } };
  const start = (credentials: object): Promise<Gate> =>
    startGate({
      scheme: 'https',
      files: { 'ca.pem': TLS.ca, 'cert.pem': TLS.cert, 'key.pem': TLS.key, secret: introspector.secret },
      config: {
        tls: { cert_file: 'cert.pem', key_file: 'key.pem' },
        // Each refusal is to show its own reason.
        limits: { requests_per_minute: 1_000_000, failures_per_minute: 10_000 },
        targets: { upstream: { url: `${upstream.url}/metrics` } },
        views: { all: { target: 'upstream' } },
        credentials,
      },
    });
  gate = await start({
    tenants: {
      oidc: oidc(provider, [AUDIENCE.jwt, AUDIENCE.opaque, AUDIENCE.short], { introspection }),
      view: { from_claim: 'team', only: { team: '{claim}' }, pseudonym_scope: '{claim}' },
    },
    roles: { oidc: oidc(glewlwyd.listed, [AUDIENCE.jwt]), view: roles },
  });
  asking = await start({
    roles: { oidc: oidc(glewlwyd.unlisted, [AUDIENCE.jwt], { introspection }), view: roles },
  });
});

afterAll(async () => {
  await Promise.all([gate?.stop(), asking?.stop()]);
  await Promise.all([provider?.stop(), glewlwyd?.stop(), upstream?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

interface Wish {
  readonly at?: Gate;
  readonly from?: IdentityProvider;
  readonly client?: IssuerClient;
  readonly audience?: string;
  readonly scopes?: readonly string[];
}

function job(name: string, access: object, at: Gate = gate): object {
  return {
    job_name: name,
    scheme: 'https',
    tls_config: { ca_file: join(folder, 'ca.pem') },
    static_configs: [{ targets: [`localhost:${String(at.port)}`] }],
    ...access,
  };
}

function oauth2Job(name: string, wish: Wish): object {
  const { at, from = provider, client = acme, audience = AUDIENCE.jwt, scopes = [SCOPE] } = wish;
  const oauth2 = {
    client_id: client.id,
    client_secret: client.secret,
    token_url: from.tokenUrl,
    scopes,
    endpoint_params: { resource: audience },
    tls_config: { ca_file: join(folder, 'ca.pem') },
  };
  return job(name, { oauth2 }, at);
}

describe('Prometheus with client credentials', () => {
  let prometheus: Prometheus;

  beforeAll(async () => {
    prometheus = await startPrometheus({
      scrapeConfigs: [
        oauth2Job('oidc-provider, JWT', {}),
        oauth2Job('oidc-provider, opaque', { audience: AUDIENCE.opaque }),
        oauth2Job('oidc-provider, another tenant', { client: globex, audience: AUDIENCE.opaque }),
        oauth2Job('glewlwyd, JWT', { from: glewlwyd.listed }),
        oauth2Job('glewlwyd, introspected', { from: glewlwyd.unlisted, at: asking }),
      ],
    });
    await eventually(
      async () => {
        const targets = await prometheus.settledTargets();
        return targets.every(({ health }) => health === 'up') ? true : undefined;
      },
      { what: 'every job is up', deadlineMs: 60_000, context: () => gate.child.stderr() },
    );
  });

  afterAll(() => prometheus?.stop());

  test.each([
    'oidc-provider, JWT',
    'oidc-provider, opaque',
    'oidc-provider, another tenant',
    'glewlwyd, JWT',
    'glewlwyd, introspected',
  ])('%s is up', async (name) => {
    const targets = await prometheus.settledTargets();
    expect(targets.find((target) => target.job === name)).toEqual({ job: name, health: 'up', lastError: '' });
  });

  test('a tenant sees itself alone, a role what it is for', async () => {
    const teamsOf = async (name: string): Promise<readonly (string | undefined)[]> =>
      (await prometheus.query(`requests_total{job="${name}"}`)).map(({ labels }) => labels['team']);
    expect(await teamsOf('oidc-provider, JWT')).toEqual([TEAMS.acme]);
    expect(await teamsOf('oidc-provider, opaque')).toEqual([TEAMS.acme]);
    expect(await teamsOf('oidc-provider, another tenant')).toEqual([TEAMS.globex]);
    expect(new Set(await teamsOf('glewlwyd, JWT'))).toEqual(new Set(Object.values(TEAMS)));
  });

  test('goes on over the renewal of tokens', async () => {
    const issued = 60;
    await eventually(
      async () => {
        const scrapes = await prometheus.query(`min(count_over_time(up[5m]))`);
        return (scrapes[0]?.value ?? 0) > (issued + 10) / 2 ? true : undefined;
      },
      { what: 'scrapes for longer than a token holds', deadlineMs: 150_000 },
    );
    expect(await prometheus.query('min_over_time(up[70s]) == 0')).toEqual([]);
  });

  test('the log names credentials and views, and no tenant, client or secret', () => {
    const log = `${gate.child.stderr()}${asking.child.stderr()}`;
    expect(log).toContain('"view":"claim:tenants"');
    for (const secret of [...Object.values(TEAMS), acme.id, acme.secret, introspector.secret, 'eyJ']) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('Prometheus is kept out', () => {
  let strangers: Prometheus;

  const refused = [
    ['another audience', 'token_audience_wrong', '401'],
    ['another audience of glewlwyd', 'token_audience_wrong', '401'],
    ['another issuer with the same key', 'token_unknown', '401'],
    ['no scope', 'token_scope_missing', '403'],
    ['another scope of glewlwyd', 'token_scope_missing', '403'],
    ['an expired token', 'token_expired', '401'],
    ['a client without a view', 'claim_not_mapped', '403'],
    ['an odd claim', 'claim_invalid', '403'],
    ['no claim', 'claim_missing', '403'],
  ] as const;

  beforeAll(async () => {
    const expired = await fetchToken(provider, acme, { ca: TLS.ca, resource: AUDIENCE.short, scope: SCOPE });
    strangers = await startPrometheus({
      scrapeConfigs: [
        oauth2Job('another audience', { audience: AUDIENCE.other }),
        oauth2Job('another audience of glewlwyd', { from: glewlwyd.listed, audience: AUDIENCE.other }),
        oauth2Job('another issuer with the same key', { from: glewlwyd.unlisted }),
        oauth2Job('no scope', { scopes: [] }),
        oauth2Job('another scope of glewlwyd', { from: glewlwyd.listed, scopes: ['other'] }),
        job('an expired token', { authorization: { credentials: expired } }),
        oauth2Job('a client without a view', { from: glewlwyd.listed, client: globex }),
        oauth2Job('an odd claim', { client: odd }),
        oauth2Job('no claim', { client: teamless }),
      ],
    });
    await strangers.settledTargets();
  });

  afterAll(() => strangers?.stop());

  test.each(refused)('with %s: %s', async (name, reason, status) => {
    const targets = await strangers.settledTargets();
    expect(targets.find((target) => target.job === name)).toMatchObject({
      health: 'down',
      lastError: expect.stringContaining(status) as unknown,
    });
    expect(await strangers.query(`max_over_time(up{job="${name}"}[1h])`)).toMatchObject([{ value: 0 }]);
    expect(gate.log().map((line) => line['reason'])).toContain(reason);
  });
});
