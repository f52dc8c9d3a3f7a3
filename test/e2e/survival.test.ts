// The scraper survives: while 2,000 requests a second of random credentials arrive from many addresses, the identity
// provider is killed, Redis is killed, and a broken configuration is written. A real Prometheus scrapes each second and
// sees no failed scrape, and scrapes that take less than five times as long as before.
// Bounded: SCRAPEGATE_SURVIVAL_SECONDS says how long the flood lasts, 40 seconds unless set.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { stoppedAfterAll } from '../support/e2e/scaffold.js';
import { z } from 'zod';
import { bareEnvironment, startChild, type Child } from '../support/e2e/child.js';
import { eventually } from '../support/e2e/eventually.js';
import type { IdentityProvider } from '../support/e2e/identity-provider.js';
import {
  hashPassword,
  makePseudonymKey,
  makeToken,
  startGate,
  type Gate,
} from '../support/e2e/start-gate.js';
import { startOidcProvider } from '../support/e2e/start-oidc-provider.js';
import { startPrometheus, type Prometheus, type RangeSeries } from '../support/e2e/start-prometheus.js';
import { startRedis, type RunningRedis } from '../support/e2e/start-redis.js';
import { startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';

const FLOOD_SECONDS = Number(process.env['SCRAPEGATE_SURVIVAL_SECONDS'] ?? '40');
const QUIET_SECONDS = Math.max(20, FLOOD_SECONDS / 2);
const PER_SECOND = 2_000;
const ADDRESSES = 300;
const DEADLINE_MS = 30_000;
const TLS = fileURLToPath(new URL('../support/fixtures/tls/', import.meta.url));
const PASSWORD = randomBytes(12).toString('base64');
const SERIES = 5_000;

const token = makeToken();
const clientSecret = randomBytes(16).toString('hex');
const running = stoppedAfterAll();
let upstream: Upstream;
let redis: RunningRedis;
let idp: IdentityProvider;
let gate: Gate;
let prometheus: Prometheus;

/** A page of a gateway that is in use: 5,000 series with users in them. */
function page(): string {
  const lines = ['# TYPE requests_total counter'];
  for (let i = 0; i < SERIES; i += 1) {
    lines.push(`requests_total{model="m${String(i % 20)}",user="u${String(i)}@tenant.example"} ${String(i)}`);
  }
  return `${lines.join('\n')}\n`;
}

beforeAll(async () => {
  const body = page();
  upstream = await startUpstream(() => ({ type: TEXT_TYPE, body }));
  redis = await startRedis();
  const [cert, key, ca] = await Promise.all(
    ['server.pem', 'server.key.pem', 'ca.pem'].map((name) => readFile(join(TLS, name), 'utf8')),
  );
  if (cert === undefined || key === undefined || ca === undefined) throw new Error('no certificates');
  const client = { id: 'prometheus', secret: clientSecret };
  // Its tokens outlive the test: what is tested is not whether Prometheus gets new ones.
  idp = await startOidcProvider([client], { cert, key, ca }, { ttlSeconds: 3_600 });
  gate = await startGate({
    files: { 'pseudonym.key': makePseudonymKey() },
    config: {
      reload_interval: '200ms',
      pseudonym_key_file: 'pseudonym.key',
      limits: { requests_per_minute: 10_000, redis_url: redis.url },
      targets: { source: { url: `${upstream.url}/metrics` } },
      views: { all: { target: 'source' } },
      credentials: {
        token: { bearer_token_digest: token.digest, view: 'all', self: true },
        user: { username: 'scraper', password_hash: await hashPassword(PASSWORD), view: 'all' },
        idp: {
          oidc: {
            issuer: idp.issuer,
            audience: 'urn:scrapegate',
            required_scopes: ['metrics:read'],
            ca_file: join(TLS, 'ca.pem'),
          },
          view: 'all',
        },
      },
    },
  });
  const target = { static_configs: [{ targets: [`127.0.0.1:${String(gate.port)}`] }] };
  prometheus = await startPrometheus({
    interval: '1s',
    scrapeConfigs: [
      { job_name: 'token', authorization: { credentials: token.token }, ...target },
      { job_name: 'user', basic_auth: { username: 'scraper', password: PASSWORD }, ...target },
      {
        job_name: 'idp',
        oauth2: {
          client_id: 'prometheus',
          client_secret: clientSecret,
          token_url: idp.tokenUrl,
          tls_config: { ca_file: join(TLS, 'ca.pem') },
          scopes: ['metrics:read'],
          endpoint_params: { resource: 'urn:scrapegate' },
        },
        ...target,
      },
    ],
  });
  running.push(upstream, redis, idp, gate, prometheus);
});

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1_000));
}

async function logged(event: string): Promise<void> {
  await eventually(() => (gate.child.stderr().includes(`"event":"${event}"`) ? true : undefined), {
    what: `${event} is in the log`,
    deadlineMs: DEADLINE_MS,
  });
}

/** What scrapes were like in a span of time. */
interface Span {
  readonly scrapes: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

/** Every sample of the last `count` seconds, as Prometheus keeps it. */
async function samplesOf(metric: string, count: number): Promise<readonly number[]> {
  const end = Math.floor(Date.now() / 1000);
  const series: readonly RangeSeries[] = await prometheus.queryRange(metric, {
    start: end - count,
    end,
    step: 1,
  });
  expect(new Set(series.map(({ labels }) => labels['job']))).toEqual(new Set(['idp', 'token', 'user']));
  return series.flatMap(({ values }) => [...values.values()]);
}

async function spanOf(count: number): Promise<Span> {
  const up = await samplesOf('up', count);
  const durations = (await samplesOf('scrape_duration_seconds', count)).toSorted((a, b) => a - b);
  const quantile = (q: number): number =>
    durations[Math.min(durations.length - 1, Math.floor(q * durations.length))] ?? Number.NaN;
  return {
    scrapes: up.length,
    failed: up.filter((value) => value !== 1).length,
    p50: quantile(0.5),
    p99: quantile(0.99),
  };
}

const floodResult = z.object({
  sent: z.number(),
  dropped: z.number(),
  failedConnections: z.number(),
  answers: z.record(z.string(), z.number()),
  seconds: z.number(),
});

function startFlood(): Child {
  return startChild({
    command: process.execPath,
    args: [
      fileURLToPath(new URL('../support/e2e/flood.mjs', import.meta.url)),
      JSON.stringify({
        port: gate.port,
        perSecond: PER_SECOND,
        seconds: FLOOD_SECONDS,
        addresses: ADDRESSES,
        issuer: idp.issuer,
      }),
    ],
    env: bareEnvironment(),
  });
}

test('a flood, a dead identity provider, a dead Redis and a broken configuration cost no scrape', async () => {
  await logged('limits_shared');
  // The first scrapes of a gate that has just started are slow: nothing is compiled yet.
  await eventually(
    async () =>
      (await prometheus.settledTargets()).every(({ health }) => health === 'up') ? true : undefined,
    { what: 'everybody is scraped', deadlineMs: DEADLINE_MS, context: gate.child.stderr },
  );
  await seconds(QUIET_SECONDS + 5);
  const quiet = await spanOf(QUIET_SECONDS);

  const flood = startFlood();
  running.push(flood);
  const part = FLOOD_SECONDS / 4;
  await seconds(part);
  await idp.stop();
  await seconds(part);
  redis.child.signal('SIGKILL');
  await seconds(part);
  await writeFile(gate.configFile, 'targets: {');
  await seconds(part - 1);
  const flooded = await spanOf(FLOOD_SECONDS - 2);
  await flood.exited;
  const result = floodResult.parse(JSON.parse(flood.stdout()));
  console.log(JSON.stringify({ quiet, flooded, ratio: flooded.p99 / quiet.p99, flood: result }));

  // It was what it was meant to be.
  await logged('limits_alone');
  await logged('reload_failed');
  expect(Object.keys(result.answers).filter((status) => !['401', '429', '503'].includes(status))).toEqual([]);
  expect(result.sent).toBeGreaterThan(PER_SECOND * FLOOD_SECONDS * 0.8);
  expect(flooded.scrapes).toBeGreaterThan(3 * (FLOOD_SECONDS - 5));

  expect([quiet.failed, flooded.failed]).toEqual([0, 0]);
  expect(flooded.p99).toBeLessThan(5 * quiet.p99);
}, 600_000);
