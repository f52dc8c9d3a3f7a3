import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  answering,
  httpGet,
  portOf,
  startGateway,
  TOKEN,
  type GatewayScene,
  type HttpAnswer,
} from '../../support/start-gateway.js';

const PATH = '/v1/metrics';
const COUNTER = 'litellm_proxy_total_requests_metric_total';

function exposition(requests: number): string {
  return `# TYPE ${COUNTER} counter\n${COUNTER}{team="acme"} ${requests}\n${COUNTER}{team="rogue"} 1000\n`;
}

const VIEW = { name: 'all', target: 'upstream', preset: 'litellm' } as const;
const ACME = { ...VIEW, name: 'acme', only: { team: ['acme'] } };

const throughput = z.object({ throughput: z.object({ requests_per_second: z.nullable(z.number()) }) });

async function rate(scene: GatewayScene): Promise<number | null> {
  const { text } = await scene.get(PATH);
  return throughput.parse(JSON.parse(text)).throughput.requests_per_second;
}

describe('/v1/metrics', () => {
  it('has the numbers of the view, and says so in log and metrics', async () => {
    const scene = await startGateway({ upstream: exposition(7), views: [VIEW] });
    const { status, headers, text } = await scene.get(PATH);
    expect(JSON.parse(text)).toMatchObject({
      timestamp: Math.floor(scene.clock.nowMs() / 1000),
      throughput: { total_requests: 1007, requests_per_second: null },
      latency: { p50: null, p95: null, p99: null, count: null },
    });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ]);
    const [event] = await scene.audit(1);
    expect(event).toMatchObject({
      route: PATH,
      status: 200,
      decision: 'allowed',
      view: 'all',
      target: 'upstream',
      seriesIn: 2,
    });
    expect(await scene.ownMetrics()).toContain(
      'scrapegate_requests_total{route="/v1/metrics",target="upstream",view="all",credential="prometheus",code="200"} 1',
    );
  });

  it('makes up no half of a pair that the view leaves out, and knows one that has not come yet', async () => {
    const hits = 'llm_cache_hits_total';
    const [generic, upstream] = [
      { ...VIEW, preset: 'generic' } as const,
      `# TYPE ${hits} counter\n${hits} 3\n`,
    ];
    for (const [metrics, cache_misses, hit_rate] of [
      [{ drop: ['llm_cache_misses'] }, null, null],
      [{ keep: ['llm_cache_h*'] }, null, null],
      [{ keep: ['llm_cache_*'] }, 0, 1],
    ] as const) {
      const scene = await startGateway({ upstream, views: [{ ...generic, metrics }] });
      const { text } = await scene.get(PATH);
      expect(JSON.parse(text)).toMatchObject({ cache: { cache_hits: 3, cache_misses, hit_rate } });
    }
  });

  it('has a rate of its own for each view, which a reload leaves alone where the view stays', async () => {
    const scene = await startGateway({ upstream: exposition(0), views: [VIEW] });
    expect(await rate(scene)).toBeNull();
    scene.clock.advance(120_000);
    scene.upstream.answer = answering(exposition(240));
    await scene.gateway.reload(scene.options);
    expect(await rate(scene)).toBe(2);
    await scene.gateway.reload({ ...scene.options, views: [{ ...VIEW, metrics: { keep: ['litellm_*'] } }] });
    scene.clock.advance(120_000);
    expect(await rate(scene)).toBeNull();
    const [target] = scene.options.targets;
    if (target === undefined || 'kind' in target) throw new Error('the scene has an HTTP target');
    await scene.gateway.reload({ ...scene.options, targets: [{ ...target, timeoutMs: 5_000 }] });
    scene.clock.advance(120_000);
    expect(await rate(scene)).toBeNull();
  });

  it('has no rate across a new beginning of the target', async () => {
    const scene = await startGateway({ upstream: exposition(500), views: [VIEW] });
    expect(await rate(scene)).toBeNull();
    scene.clock.advance(60_000);
    scene.upstream.answer = answering(exposition(1));
    expect(await rate(scene)).toBeNull();
    scene.clock.advance(60_000);
    scene.upstream.answer = answering(exposition(61));
    expect(await rate(scene)).toBe(1);
  });

  it('shows a tenant its own, whichever target its view shows', async () => {
    const scene = await startGateway({
      upstream: exposition(7),
      views: [ACME],
      gateway: {
        targets: [
          { name: 'other', url: 'http://127.0.0.1:9/metrics' },
          { name: 'upstream', url: 'http://127.0.0.1:9/metrics' },
        ],
      },
      ready: false,
    });
    const answer = await scene.get(PATH);
    expect([answer.status, (await scene.audit(1))[0]?.target]).toEqual([502, 'upstream']);
    await scene.gateway.reload({
      ...scene.options,
      targets: [
        { name: 'other', url: 'http://127.0.0.1:9/metrics' },
        { name: 'upstream', url: scene.upstream.url },
      ],
    });
    expect(JSON.parse((await scene.get(PATH)).text)).toMatchObject({ throughput: { total_requests: 7 } });
  });

  it('is on the listener of the metrics alone, where there is one', async () => {
    const scene = await startGateway({
      upstream: exposition(7),
      views: [VIEW],
      gateway: { metricsListen: { host: '127.0.0.1', port: 0 } },
    });
    const ask = (purpose: 'health' | 'metrics', headers: Record<string, string>): Promise<HttpAnswer> =>
      httpGet(PATH, { port: portOf(scene.gateway, purpose), headers });
    const right = { Authorization: `Bearer ${TOKEN}` };
    expect((await ask('metrics', right)).status).toBe(200);
    expect((await ask('health', right)).status).toBe(404);
    for (const purpose of ['metrics', 'health'] as const) {
      const answer = await ask(purpose, {});
      expect([answer.status, answer.text]).toEqual([403, '{"detail":"Forbidden"}']);
    }
  });

  it('answers HEAD as GET without the body, and no other method', async () => {
    const scene = await startGateway({ upstream: exposition(7), views: [VIEW] });
    const head = await scene.get(PATH, { method: 'HEAD' });
    const get = await scene.get(PATH);
    expect([head.status, head.text, head.headers['content-length']]).toEqual([
      200,
      '',
      get.headers['content-length'],
    ]);
    const post = await scene.get(PATH, { method: 'POST' });
    expect([post.status, post.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('spends the budget of its credential', async () => {
    const scene = await startGateway({
      upstream: exposition(7),
      views: [VIEW],
      guard: { limits: { requestsPerWindow: 2 } },
    });
    const statuses = [await scene.get(PATH), await scene.get('/metrics'), await scene.get(PATH)];
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(Number(statuses[2]?.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('passes the view on with its own numbers behind it, as it stands and compressed', async () => {
    const others = Array.from({ length: 200 }, (_, at) => `up{instance="${at}"} 1\n`).join('');
    const upstream = `${exposition(7)}# TYPE up gauge\n${others}`;
    const scene = await startGateway({ upstream, views: [VIEW] });
    const view = await scene.get('/metrics');
    const right = { Authorization: `Bearer ${TOKEN}` };
    const whole = `${view.text}# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total 1007\n`;
    expect((await scene.get(`${PATH}?format=prometheus`)).text).toBe(whole);
    const compressed = await scene.get(`${PATH}?format=prometheus`, {
      headers: { ...right, 'Accept-Encoding': 'gzip' },
    });
    expect([compressed.headers['content-encoding'], compressed.text]).toEqual(['gzip', whole]);
  });
});
