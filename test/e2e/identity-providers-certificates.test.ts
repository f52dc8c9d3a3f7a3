// Tokens that are bound to a client certificate (RFC 8705), and certificates beside tokens: a real Prometheus that shows
// one certificate to a real identity provider and one to the gate.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/e2e/eventually.js';
import type { IdentityProvider, IssuerClient } from '../support/e2e/identity-provider.js';
import { startGate, type Gate } from '../support/e2e/start-gate.js';
import { startOidcProvider } from '../support/e2e/start-oidc-provider.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';
import { startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';
import { makeAuthority, makeCertificate, makeServerCertificate } from '../support/make-certificate.js';

const authority = makeAuthority();
const strangers = makeAuthority({ commonName: 'strangers' });
const server = makeServerCertificate({ issuer: authority });
const named = (commonName: string, issuer = authority): ReturnType<typeof makeCertificate> =>
  makeCertificate({
    commonName,
    issuer,
    usages: ['clientAuth'],
    names: [{ type: 'dns', value: `${commonName}.example` }],
  });
/** Shown by Prometheus; the authority of the rogue one is nobody's, whatever its name says. */
const CERTIFICATES = {
  prometheus: named('prometheus'),
  other: named('other'),
  rogue: named('prometheus', strangers),
};
type Shown = keyof typeof CERTIFICATES;

const AUDIENCE = {
  bound: 'https://gate.example/bound',
  opaque: 'https://gate.example/opaque',
  beside: 'https://gate.example/beside',
};
const bound: IssuerClient = { id: 'prometheus', secret: 'secret-of-prometheus-51aa', bound: true };
const loose: IssuerClient = { id: 'loose', secret: 'secret-of-the-loose-0c7d' };
const introspector: IssuerClient = { id: 'gate', secret: 'secret-of-the-gate-c20f' };

let folder: string;
let upstream: Upstream;
let provider: IdentityProvider;
let gate: Gate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-certificates-'));
  await writeFile(join(folder, 'ca.pem'), authority.cert);
  for (const [name, { cert, key }] of Object.entries(CERTIFICATES)) {
    await writeFile(join(folder, `${name}.pem`), cert);
    await writeFile(join(folder, `${name}.key.pem`), key, { mode: 0o600 });
  }
  upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: '# TYPE x gauge\nx{model="m"} 1\n' }));
  const tls = { cert: server.cert, key: server.key, ca: authority.cert };
  provider = await startOidcProvider([bound, loose, introspector], tls);
  const oidc = (...audience: readonly string[]): object => ({
    issuer: provider.issuer,
    audience,
    ca_file: 'ca.pem',
    introspection: { client_id: introspector.id, client_secret_file: 'secret' },
  });
  gate = await startGate({
    scheme: 'https',
    files: { 'ca.pem': tls.ca, 'cert.pem': tls.cert, 'key.pem': tls.key, secret: introspector.secret },
    config: {
      tls: { cert_file: 'cert.pem', key_file: 'key.pem', client_ca_file: 'ca.pem' },
      // Each refusal is to show its own reason.
      limits: { requests_per_minute: 1_000_000, failures_per_minute: 10_000 },
      targets: { upstream: { url: `${upstream.url}/metrics` } },
      credentials: {
        bound: { oidc: oidc(AUDIENCE.bound, AUDIENCE.opaque), view: 'default' },
        beside: {
          oidc: oidc(AUDIENCE.beside),
          client_certificate: { dns: ['prometheus.example'] },
          view: 'default',
        },
      },
    },
  });
});

afterAll(async () => {
  await gate?.stop();
  await Promise.all([provider?.stop(), upstream?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

interface Wish {
  readonly client: IssuerClient;
  readonly audience: string;
  /** Shown to the identity provider, and to the gate. */
  readonly shown?: readonly [Shown | undefined, Shown | undefined];
}

function tlsConfig(shown: Shown | undefined): object {
  return {
    ca_file: join(folder, 'ca.pem'),
    ...(shown !== undefined && {
      cert_file: join(folder, `${shown}.pem`),
      key_file: join(folder, `${shown}.key.pem`),
    }),
  };
}

function job(
  name: string,
  { client, audience, shown: [toProvider, toGate] = [undefined, undefined] }: Wish,
): object {
  return {
    job_name: name,
    scheme: 'https',
    tls_config: tlsConfig(toGate),
    static_configs: [{ targets: [`localhost:${String(gate.port)}`] }],
    oauth2: {
      client_id: client.id,
      client_secret: client.secret,
      token_url: provider.tokenUrl,
      scopes: ['metrics:read'],
      endpoint_params: { resource: audience },
      tls_config: tlsConfig(toProvider),
    },
  };
}

const UP: Readonly<Record<string, Wish>> = {
  'a bound JWT': { client: bound, audience: AUDIENCE.bound, shown: ['prometheus', 'prometheus'] },
  'a bound opaque token': { client: bound, audience: AUDIENCE.opaque, shown: ['other', 'other'] },
  'a token that is not bound': { client: loose, audience: AUDIENCE.bound },
  'a token beside a certificate': {
    client: loose,
    audience: AUDIENCE.beside,
    shown: [undefined, 'prometheus'],
  },
};
const DOWN: Readonly<Record<string, Wish>> = {
  'a bound JWT without its certificate': {
    client: bound,
    audience: AUDIENCE.bound,
    shown: ['prometheus', undefined],
  },
  'a bound JWT with another certificate': {
    client: bound,
    audience: AUDIENCE.bound,
    shown: ['prometheus', 'other'],
  },
  'a bound opaque token with another certificate': {
    client: bound,
    audience: AUDIENCE.opaque,
    shown: ['prometheus', 'other'],
  },
  'a bound JWT with a rogue certificate': {
    client: bound,
    audience: AUDIENCE.bound,
    shown: ['prometheus', 'rogue'],
  },
  'a token beside no certificate': { client: loose, audience: AUDIENCE.beside },
  'a token beside another certificate': {
    client: loose,
    audience: AUDIENCE.beside,
    shown: [undefined, 'other'],
  },
  'a token beside a rogue certificate': {
    client: loose,
    audience: AUDIENCE.beside,
    shown: [undefined, 'rogue'],
  },
};

function jobsOf(wishes: Readonly<Record<string, Wish>>): readonly object[] {
  return Object.entries(wishes).map(([name, wish]) => job(name, wish));
}

describe('Prometheus with certificates', () => {
  let prometheus: Prometheus;
  let refused: Prometheus;

  beforeAll(async () => {
    prometheus = await startPrometheus({ scrapeConfigs: jobsOf(UP) });
    refused = await startPrometheus({ scrapeConfigs: jobsOf(DOWN) });
    await refused.settledTargets();
    await eventually(
      async () => {
        const targets = await prometheus.settledTargets();
        return targets.every(({ health }) => health === 'up') ? true : undefined;
      },
      { what: 'every job is up', deadlineMs: 60_000, context: () => gate.child.stderr() },
    );
  });

  afterAll(async () => {
    await prometheus?.stop();
    await refused?.stop();
  });

  test.each(Object.keys(UP))('%s is up', async (name) => {
    const targets = await prometheus.settledTargets();
    expect(targets.find((target) => target.job === name)).toEqual({ job: name, health: 'up', lastError: '' });
  });

  test.each(Object.keys(DOWN))('%s is down', async (name) => {
    const targets = await refused.settledTargets();
    expect(targets.find((target) => target.job === name)).toMatchObject({
      health: 'down',
      lastError: expect.stringContaining('401') as unknown,
    });
    expect(await refused.query(`max_over_time(up{job="${name}"}[1h])`)).toMatchObject([{ value: 0 }]);
  });

  test('the log says why, and whose certificate it was not', () => {
    const reasons = gate.log().map((line) => line['reason']);
    expect(reasons).toContain('token_binding_unproven');
    expect(gate.child.stderr()).not.toContain('prometheus.example');
  });
});
