// The summary on the assembled gate: a tenant wants the numbers of the others, a client wants to be counted as somebody
// else, a stranger wants to learn from refusals, and whoever may ask wants to choose.

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hashPassword } from '../../src/auth/password.js';
import {
  basic,
  basicProof,
  bearerProof,
  CHEAP_COST,
  startGateway,
  TOKEN,
  type GatewayScene,
  type HttpAnswer,
  type SceneOptions,
} from '../support/start-gateway.js';

const PATH = '/v1/metrics';
const REQUESTS = 'litellm_proxy_total_requests_metric_total';
const LATENCY = 'litellm_request_total_latency_metric';
const ACME_TOKEN = `${TOKEN}-acme`;
const CLOSED_TOKEN = `${TOKEN}-closed`;

/** What one tenant did. */
function usage(team: string, requests: number, seconds: number): string {
  const buckets = [0.5, 5, 50].map((le) => [String(le), seconds <= le ? requests : 0] as const);
  return [...buckets, ['+Inf', requests] as const]
    .map(([le, count]) => `${LATENCY}_bucket{team="${team}",le="${le}"} ${count}\n`)
    .join('');
}

function exposition(teams: Readonly<Record<string, readonly [requests: number, seconds: number]>>): string {
  const all = Object.entries(teams);
  return [
    `# TYPE ${REQUESTS} counter`,
    ...all.map(([team, [requests]]) => `${REQUESTS}{team="${team}"} ${requests}`),
    `# TYPE ${LATENCY} histogram`,
    ...all.map(([team, [requests, seconds]]) => usage(team, requests, seconds).trimEnd()),
    '# TYPE litellm_cache_hits_metric_total counter',
    ...all.map(([team, [requests]]) => `litellm_cache_hits_metric_total{team="${team}"} ${requests * 2}`),
    '# TYPE process_resident_memory_bytes gauge',
    'process_resident_memory_bytes 1048576',
    '',
  ].join('\n');
}

function start(upstream: string, more: SceneOptions = {}): Promise<GatewayScene> {
  const view = { target: 'upstream', preset: 'litellm' } as const;
  return startGateway({
    upstream,
    views: [
      { ...view, name: 'all' },
      { ...view, name: 'acme', only: { team: ['acme'] } },
    ],
    credentials: [
      { name: 'prometheus', proofs: [bearerProof(TOKEN)] },
      { name: 'acme', proofs: [bearerProof(ACME_TOKEN)], view: 'acme' },
    ],
    ...more,
  });
}

function asAcme(scene: GatewayScene, query = ''): Promise<HttpAnswer> {
  return scene.get(`${PATH}${query}`, { headers: { Authorization: `Bearer ${ACME_TOKEN}` } });
}

/** The answer without when it was made. */
function numbers({ text }: HttpAnswer): Readonly<Record<string, unknown>> {
  const { timestamp: _, ...rest } = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  return rest;
}

describe('the summary of a tenant', () => {
  it('P31: says nothing of what others do, however much that is', async () => {
    const quiet = await start(exposition({ acme: [8, 1] }));
    const busy = await start(
      exposition({ rogue: [100_000, 40], acme: [8, 1], 'acme ': [7, 40], None: [5, 40], Acme: [3, 40] }),
    );
    const expected = {
      uptime_seconds: null,
      cache: { cache_hits: 16, cache_misses: null, hit_rate: null },
      latency: { p50: 2750, p95: expect.closeTo(4775, 6), p99: expect.closeTo(4955, 6), count: 8 },
      memory: { current_mb: null, peak_mb: null, growth_percent: null },
      throughput: { total_requests: 8, requests_per_second: null },
    };
    expect(numbers(await asAcme(quiet))).toEqual(expected);
    expect(numbers(await asAcme(busy))).toEqual(expected);
    expect(numbers(await busy.get(PATH))).toMatchObject({ throughput: { total_requests: 100_023 } });
    for (const scene of [quiet, busy]) scene.clock.advance(60_000);
    busy.upstream.answer = (_request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(exposition({ rogue: [900_000, 40], acme: [8, 1] }));
    };
    expect(numbers(await asAcme(busy))).toMatchObject({ throughput: { requests_per_second: 0 } });
    expect(numbers(await asAcme(quiet))).toMatchObject({ throughput: { requests_per_second: 0 } });
    const { text } = await asAcme(busy, '?format=prometheus');
    expect(text).toContain('\nrequests_total 8\n');
    expect(text).not.toContain('rogue');
  });

  it('P31: has no rate from what a reader of another view saw', async () => {
    const scene = await start(exposition({ rogue: [1000, 1], acme: [8, 1] }));
    await scene.get(PATH);
    scene.clock.advance(60_000);
    expect(numbers(await asAcme(scene))).toMatchObject({ throughput: { requests_per_second: null } });
  });

  it('P31: is not there where the credential may not have it', async () => {
    const closed = { view: 'acme', target: 'upstream', summary: false };
    const scene = await start(exposition({ acme: [8, 1] }));
    const credentials = (scene.options.guard.credentials ?? []).map((credential) =>
      credential.name === 'acme' ? { ...credential, grant: closed } : credential,
    );
    await scene.gateway.reload({ ...scene.options, guard: { ...scene.options.guard, credentials } });
    for (const query of ['', '?format=prometheus', '?format=nothing']) {
      const { status, text } = await asAcme(scene, query);
      expect([status, text]).toEqual([403, '{"detail":"Forbidden"}']);
    }
    expect((await scene.get('/metrics', { headers: { Authorization: `Bearer ${ACME_TOKEN}` } })).status).toBe(
      200,
    );
  });
});

describe('a client of the target', () => {
  it('P32: is counted as what it is, whatever it writes into labels', async () => {
    const hostile = [
      `x\\"} 5\\n${REQUESTS}{team=\\"acme\\"} 1000`,
      `\\n${REQUESTS} 1000\\n`,
      '\\",le=\\"+Inf',
      `\\\\`,
      '} 1000',
    ];
    const lines = hostile.map((value, at) => `${REQUESTS}{end_user="${value}",team="acme",n="${at}"} 1`);
    const buckets = hostile.flatMap((value, at) =>
      ['0.5', '+Inf'].map(
        (le) => `${LATENCY}_bucket{team="acme",end_user="${value}",le="${le}",n="${at}"} 1`,
      ),
    );
    const keep = [{ label: '*', action: 'keep' }] as const;
    const scene = await start(
      [`# TYPE ${REQUESTS} counter`, ...lines, `# TYPE ${LATENCY} histogram`, ...buckets, ''].join('\n'),
      {
        views: [
          { name: 'acme', target: 'upstream', preset: 'litellm', labels: keep, only: { team: ['acme'] } },
        ],
        credentials: [{ name: 'acme', proofs: [bearerProof(ACME_TOKEN)] }],
      },
    );
    expect(numbers(await asAcme(scene))).toMatchObject({
      latency: { p50: 250, count: hostile.length },
      throughput: { total_requests: hostile.length },
    });
  });
});

describe('a stranger', () => {
  it('A19: gets one answer for everything that is not right, with and without a format', async () => {
    const scene = await start(exposition({ acme: [8, 1] }), {
      credentials: [
        { name: 'prometheus', proofs: [bearerProof(TOKEN)] },
        { name: 'old', proofs: [bearerProof(CLOSED_TOKEN, { notAfterMs: 1 })], view: 'acme' },
        {
          name: 'books',
          proofs: [basicProof('books', await hashPassword('right', CHEAP_COST))],
          view: 'acme',
        },
      ],
      guard: { limits: { failuresPerMinute: 1000 } },
    });
    const answers: HttpAnswer[] = [];
    for (const authorization of [
      undefined,
      'Bearer ',
      'Bearer x',
      `Bearer ${CLOSED_TOKEN}`,
      `Bearer ${TOKEN.slice(0, -1)}`,
      'Digest x',
      basic('books', 'wrong'),
      basic('nobody', 'right'),
    ]) {
      for (const query of ['', '?format=json', '?format=xml', '?format=prometheus']) {
        for (const method of ['GET', 'POST']) {
          const headers = authorization === undefined ? {} : { Authorization: authorization };
          answers.push(await scene.get(`${PATH}${query}`, { headers, method }));
        }
      }
    }
    const seen = answers.map(({ status, text, headers }) =>
      JSON.stringify([status, text, { ...headers, date: undefined }]),
    );
    expect(new Set(seen).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 403, text: '{"detail":"Forbidden"}' });
    expect(answers[0]?.headers).not.toHaveProperty('www-authenticate');
  });
});

describe('whoever may ask', () => {
  it.each([
    '?view=all',
    '?team=rogue&only=rogue&tenant=rogue',
    '?target=other&credential=prometheus',
    '?preset=generic&name[]=up',
    `?token=${TOKEN}`,
    `?${'a=b&'.repeat(500)}`,
  ])('D13: selects nothing by %s', async (query) => {
    const scene = await start(exposition({ rogue: [1000, 1], acme: [8, 1] }));
    const plain = await asAcme(scene);
    expect(numbers(await asAcme(scene, query))).toEqual(numbers(plain));
    expect(new Set(scene.upstream.requests.map(({ url }) => url))).toEqual(new Set(['/metrics']));
  });
});
