// What a gate inside of a server leaves alone: every request that is not its own, on the same connections. And what it
// has of its own there: the numbers of the process, its end, and faults of whoever listens to it.

import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createLlmMetrics } from '../../src/llm/llm-metrics.js';
import { APPLICATION, LEAK, STREAM } from '../support/gates/application.js';
import { API_KEY, bearer, EXPOSITION, startGate, type StartGate } from '../support/gates/gate-scene.js';
import { summaryShape } from '../support/gates/summary-shape.js';
import { head } from '../support/raw-http.js';
import { TOKEN } from '../support/start-gateway.js';

const AUTHORIZED = `Authorization: Bearer ${TOKEN}`;

/** Paths that are not the gate's, however much they look like it. */
const OTHERS = [
  '/',
  '/metric',
  '/metrics2',
  '/metrics.json',
  '/metrics/application',
  '/v1',
  '/v2/metrics',
  '/v1/metrics/x',
  '/x/metrics',
  '/x?/metrics',
  '/x?path=/../metrics',
  '/%6Detric',
];

/** Reads metrics when it is asked to. */
class OnDemandReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}

/** Runs the suite of gates in servers. */
export function describeApplicationContract(name: string, start: StartGate): void {
  describe(`gate in a server: ${name}`, () => {
    it.each(OTHERS)('leaves %s to the application', async (path) => {
      const scene = await startGate(start);
      const answer = await scene.get(path, { headers: {} });
      expect(answer).toMatchObject({ status: 200, text: /metrics/.test(path) ? LEAK : APPLICATION });
      expect(answer.headers).not.toHaveProperty('cache-control');
      expect(scene.reached).toHaveLength(1);
      expect(scene.events.filter(({ kind }) => kind === 'request')).toEqual([]);
    });

    it('leaves bodies and streams as they are, also between scrapes of the same connection', async () => {
      const scene = await startGate(start);
      const body = JSON.stringify({ numbers: [1, 2, 3] });
      const scrape = head('GET /metrics HTTP/1.1', 'Host: a', AUTHORIZED);
      const post = `${head('POST /sum HTTP/1.1', 'Host: a', 'Content-Type: application/json', `Content-Length: ${body.length}`)}${body}`;
      const { answers } = await scene.send(scrape + post + scrape, { answers: 3 });
      expect(answers.map(({ body: text }) => text)).toEqual([EXPOSITION, '{"sum":6}', EXPOSITION]);
      const streamed = await scene.get('/stream');
      expect(streamed).toMatchObject({ status: 200, text: STREAM.join('') });
      expect(streamed.headers['transfer-encoding']).toBe('chunked');
    });

    it('does not read the body of a request that it refuses, and ends that connection', async () => {
      const scene = await startGate(start);
      const request = head('POST /metrics HTTP/1.1', 'Host: a', AUTHORIZED, 'Content-Length: 1000000');
      const { answers, closed } = await scene.send(`${request}{"numbers":`);
      expect(answers.map(({ status }) => status)).toEqual([405]);
      expect(closed).toBe(true);
      expect(scene.reached).toEqual([]);
    });

    it('serves what it is told to, at the paths that it is told', async () => {
      const scene = await startGate(start, {
        path: '/internal/stats',
        summaryPath: '/internal/summary',
        apiKey: API_KEY,
      });
      expect((await scene.get('/internal/stats')).text).toBe(EXPOSITION);
      expect((await scene.get('/INTERNAL/stats/', { headers: {} })).status).toBe(401);
      expect((await scene.get('/internal/summary', { headers: {} })).status).toBe(403);
      expect((await scene.get('/internal/summary', { headers: bearer(API_KEY) })).status).toBe(200);
      expect((await scene.get('/metrics', { headers: {} })).text).toBe(LEAK);
    });

    it('shows the numbers of the process itself to whoever may see all of them', async () => {
      const llm = createLlmMetrics({ register: new Registry() });
      llm.record({ operation: 'chat', provider: 'openai', durationMs: 40, cache: 'hit' });
      const scene = await startGate(start, {
        llm,
        apiKey: API_KEY,
        views: [
          { name: 'default' },
          { name: 'scoped', only: { team: ['acme'] } },
          { name: 'narrow', metrics: { drop: ['nothing_*'] } },
        ],
        credentials: [
          { name: 'scoped', bearerToken: `${TOKEN}s`, view: 'scoped' },
          { name: 'narrow', bearerToken: `${TOKEN}n`, view: 'narrow' },
        ],
      });
      scene.answer = () => Promise.reject(new Error('not asked'));
      const own = await scene.get('/v1/metrics', { headers: bearer(API_KEY) });
      expect(own.status).toBe(200);
      expect(summaryShape(own.text)).toEqual(summaryShape());
      expect(own.text).not.toContain('null');
      expect(JSON.parse(own.text)).toMatchObject({
        cache: { cache_hits: 1, hit_rate: 1 },
        latency: { count: 1, p50: expect.closeTo(40, 1) as unknown },
        throughput: { total_requests: 1 },
      });
      scene.answer = () => Promise.resolve(EXPOSITION);
      const metrics = await scene.get('/v1/metrics?format=prometheus', { headers: bearer(API_KEY) });
      expect(metrics.text).toContain('\ncache_hit_total 1\n');
      for (const token of [`${TOKEN}s`, `${TOKEN}n`]) {
        const derived = await scene.get('/v1/metrics', { headers: bearer(token) });
        expect(JSON.parse(derived.text)).toMatchObject({ cache: { cache_hits: null } });
      }
    });

    it('serves what OpenTelemetry collects', async () => {
      const reader = new OnDemandReader();
      const meter = new MeterProvider({ readers: [reader] }).getMeter('chat');
      meter.createCounter('chat.requests').add(3, { 'user.email': 'anna@acme.example', model: 'm' });
      meter.createHistogram('chat.duration', { unit: 's' }).record(0.2, { model: 'm' });
      const serializer = new PrometheusSerializer();
      const scene = await startGate(start);
      scene.answer = async () => serializer.serialize((await reader.collect()).resourceMetrics);
      const { status, text } = await scene.get();
      expect(status).toBe(200);
      expect(text).toMatch(/^chat_requests_total\{[^}]*model="m"[^}]*\} 3/m);
      expect(text).toMatch(/^chat_duration_count\{[^}]*\} 1/m);
      expect(text).not.toContain('anna');
    });

    it('goes on when whoever listens to it throws', async () => {
      const scene = await startGate((options, reached) =>
        start(
          {
            ...options,
            onEvent() {
              throw new Error('anna@acme.example');
            },
          },
          reached,
        ),
      );
      expect((await scene.get()).status).toBe(200);
      const request = head('GET /metrics HTTP/1.1', 'Host: a', AUTHORIZED);
      const { answers } = await scene.send(request + request, { answers: 2 });
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    });
  });
}
