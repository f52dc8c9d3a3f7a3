import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScrapegateError, type Warning } from '../../../src/errors.js';
import type { GatewayEvent } from '../../../src/gateway/events.js';
import { createGateway } from '../../../src/gateway/gateway.js';
import { head, openRaw } from '../../support/raw-http.js';
import { ManualClock } from '../../support/manual-clock.js';
import {
  BEARER,
  TOKEN,
  answering,
  bearerProof,
  gatewayOptions,
  httpGet,
  portOf,
  requestsArrived,
  startGateway,
  startGatewayBefore,
  startUpstream,
  type GatewayScene,
  type TestUpstream,
} from '../../support/start-gateway.js';

function counting(...values: readonly number[]): string {
  return `# TYPE x counter\n${values.map((value, index) => `x{client_ip="10.0.0.${index}"} ${value}\n`).join('')}`;
}

function isWarning(event: GatewayEvent): event is Extract<GatewayEvent, { kind: 'warning' }> {
  return event.kind === 'warning';
}

function warningsOf(scene: Pick<GatewayScene, 'events'>): readonly Warning['code'][] {
  return scene.events.filter(isWarning).map(({ warning }) => warning.code);
}

/** Holds every answer of the upstream back until it is released. */
function holdAnswers(upstream: TestUpstream, body: string): () => void {
  const held: (() => void)[] = [];
  upstream.answer = (request, response) => held.push(() => answering(body)(request, response));
  return () => {
    for (const release of held.splice(0)) release();
  };
}

/** Occupies a port of loopback. */
async function occupiedPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('a gateway that starts', () => {
  it('says in one line why it cannot listen, and how to go on', async () => {
    const port = await occupiedPort();
    const options = gatewayOptions('http://127.0.0.1:1/metrics', {
      gateway: { listen: { host: '127.0.0.1', port } },
    });
    const gateway = createGateway(options, { clock: new ManualClock(), onEvent: () => undefined });
    await expect(gateway.start()).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_LISTEN_FAILED',
      message: `cannot listen on 127.0.0.1:${port}: another program listens there; stop it, or choose another port with --listen, PORT or "listen"`,
    });
  });

  it('leaves no listener open when a later one cannot be had', async () => {
    const port = await occupiedPort();
    const events: GatewayEvent[] = [];
    const options = gatewayOptions('http://127.0.0.1:1/metrics', {
      gateway: { metricsListen: { host: '127.0.0.1', port: 0 }, listen: { host: '127.0.0.1', port } },
    });
    const gateway = createGateway(options, {
      clock: new ManualClock(),
      onEvent: (event) => events.push(event),
    });
    await expect(gateway.start()).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_LISTEN_FAILED' });
    const listening = events.find((event) => event.kind === 'listening');
    const url = listening?.kind === 'listening' ? listening.url : '';
    await expect(httpGet('/health', { port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(gateway.addresses()).toEqual([]);
  });

  it('keeps metrics off the health listener, and health off the metrics listener', async () => {
    const scene = await startGateway({ gateway: { metricsListen: { host: '127.0.0.1', port: 0 } } });
    const [health, metrics] = [portOf(scene.gateway, 'health'), portOf(scene.gateway, 'metrics')];
    const status = async (port: number, path: string, authorised = true): Promise<number> =>
      (await httpGet(path, { port, headers: authorised ? { Authorization: BEARER } : {} })).status;
    for (const path of ['/metrics', '/metrics/upstream', '/-/metrics']) {
      expect([await status(health, path, false), await status(health, path)]).toEqual([401, 404]);
      expect([await status(metrics, path, false), await status(metrics, path)]).toEqual([401, 200]);
    }
    for (const path of ['/health', '/ready']) {
      expect(await status(health, path, false)).toBe(200);
      expect([await status(metrics, path, false), await status(metrics, path)]).toEqual([401, 404]);
    }
  });

  it('is healthy at once, and ready when every target has answered, be it its probe or a scrape', async () => {
    const second = await startUpstream((_request, response) => response.destroy());
    const scene = await startGateway({ ready: false, upstream: (_request, response) => response.destroy() });
    const targets = [...scene.options.targets, { name: 'second', url: second.url }];
    const views = [...scene.options.views, { name: 'second', target: 'second' }];
    const credentials = [
      ...(scene.options.guard.credentials ?? []),
      {
        name: 'second',
        proofs: [bearerProof(`${TOKEN}2`)],
        grant: { view: 'second', target: 'second', self: false },
      },
    ];
    await scene.gateway.reload({ ...scene.options, targets, views, guard: { credentials } });
    const ready = async (): Promise<readonly [number, string]> => {
      const { status, text } = await scene.get('/ready', { headers: {} });
      return [status, text];
    };
    expect((await scene.get('/health', { headers: {} })).text).toBe('{"status":"ok"}');
    expect(await ready()).toEqual([503, 'Service Unavailable\n']);

    scene.upstream.answer = answering('x 1\n');
    expect((await scene.get()).status).toBe(200);
    await scene.audit(2);
    expect(await ready()).toEqual([503, 'Service Unavailable\n']);

    second.answer = answering('x 1\n');
    const headers = { Authorization: `${BEARER}2` };
    expect((await scene.get('/metrics/second', { headers })).status).toBe(200);
    await scene.audit(3);
    expect(await ready()).toEqual([200, '{"status":"ok"}']);

    second.answer = (_request, response) => response.destroy();
    expect((await scene.get('/metrics/second', { headers })).status).toBe(502);
    expect(await ready()).toEqual([200, '{"status":"ok"}']);
  });

  it('says which target gives no metrics and why, before anybody scrapes, and when it answers at last', async () => {
    const scene = await startGateway({
      ready: false,
      upstream: (_request, response) => response.writeHead(404).end(),
    });
    const told = (kind: GatewayEvent['kind']): readonly GatewayEvent[] =>
      scene.events.filter((event) => event.kind === kind);
    while (told('target_unreachable').length === 0) await scene.get('/health');
    expect(told('target_unreachable')).toEqual([
      { kind: 'target_unreachable', target: 'upstream', reason: 'status_not_200', detail: '404' },
    ]);
    expect(await scene.ownMetrics()).toContain('scrapegate_target_up{target="upstream"} 0\n');
    scene.upstream.answer = answering('x 1\n');
    scene.clock.advance(1_000);
    while (told('target_answered').length === 0) await scene.get('/health');
    expect(told('target_answered')).toEqual([{ kind: 'target_answered', target: 'upstream' }]);
    expect(await scene.ownMetrics()).toContain('scrapegate_target_up{target="upstream"} 1\n');
    await scene.gateway.reload(scene.options);
    await scene.get();
    expect(told('target_answered')).toHaveLength(1);
  });

  it('warns of a key that no other start has, of what the configuration found, and of an open target', async () => {
    const upstream = await startUpstream();
    const closed: Warning = { code: 'WARN_SCRAPEGATE_CLOSED', message: 'closed' };
    const options = { gateway: { warnings: [closed] } };
    const onLoopback = await startGatewayBefore(upstream, options);
    expect(warningsOf(onLoopback)).toEqual(['WARN_SCRAPEGATE_CLOSED']);

    const elsewhere = upstream.url.replace('127.0.0.1', '0.0.0.0');
    const { pseudonymKey: _, ...withoutKey } = onLoopback.options;
    await onLoopback.gateway.reload({ ...withoutKey, targets: [{ name: 'upstream', url: elsewhere }] });
    while (!warningsOf(onLoopback).includes('WARN_SCRAPEGATE_TARGET_OPEN')) await onLoopback.get('/ready');
    expect(warningsOf(onLoopback)).toEqual([
      'WARN_SCRAPEGATE_CLOSED',
      'WARN_SCRAPEGATE_CLOSED',
      'WARN_SCRAPEGATE_PSEUDONYM_KEY_EPHEMERAL',
      'WARN_SCRAPEGATE_TARGET_OPEN',
    ]);
    expect(await onLoopback.ownMetrics()).toContain(
      'scrapegate_warnings{code="WARN_SCRAPEGATE_TARGET_OPEN"} 1\n',
    );

    await onLoopback.gateway.reload(onLoopback.options);
    expect(await onLoopback.ownMetrics()).not.toContain('WARN_SCRAPEGATE_TARGET_OPEN');
  });
});

describe('a gateway that is reloaded', () => {
  it('does not warn of an open target that the new configuration no longer has', async () => {
    const scene = await startGateway();
    const before = scene.upstream.requests.length;
    const elsewhere = [{ name: 'upstream', url: scene.upstream.url.replace('127.0.0.1', '0.0.0.0') }];
    let answerStranger = (): void => undefined;
    scene.upstream.answer = (request, response) => {
      // The second request is the one that asks as a stranger would.
      if (scene.upstream.requests.length === before + 1) answering('x 1\n')(request, response);
      else answerStranger = () => answering('x 1\n')(request, response);
    };
    await scene.gateway.reload({ ...scene.options, targets: elsewhere });
    await scene.upstream.requested(before + 2);
    await scene.gateway.reload(scene.options);
    answerStranger();
    scene.upstream.answer = answering('x 1\n');
    for (let scrape = 0; scrape < 5; scrape += 1) expect((await scene.get()).status).toBe(200);
    expect(warningsOf(scene)).toEqual([]);
    expect(await scene.ownMetrics()).not.toContain('WARN_SCRAPEGATE_TARGET_OPEN');
  });

  it('keeps the old configuration when the new one is wrong, and names every problem', async () => {
    const scene = await startGateway();
    const wrong = { ...scene.options, views: [{ name: 'other', target: 'nowhere' }] };
    await expect(scene.gateway.reload(wrong)).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_OPTIONS_INVALID',
      problems: [
        { path: 'views.other.target', message: 'names no target; expected one of upstream' },
        { path: 'credentials.prometheus.view', message: 'names no view; expected one of other' },
      ],
    });
    expect((await scene.get()).status).toBe(200);
    expect(scene.events.some(({ kind }) => kind === 'reloaded')).toBe(false);
  });

  it('exports whether the last attempt succeeded, and when one last did', async () => {
    const scene = await startGateway();
    const startedSeconds = scene.clock.nowMs() / 1000;
    scene.clock.advance(60_000);
    scene.gateway.reloadFailed(new ScrapegateError('ERR_SCRAPEGATE_CONFIG_INVALID', 'unreadable'));
    const failed = await scene.ownMetrics();
    expect(failed).toContain('scrapegate_config_last_reload_successful 0\n');
    expect(failed).toContain(`scrapegate_config_last_reload_success_timestamp_seconds ${startedSeconds}\n`);
    await scene.gateway.reload(scene.options);
    const succeeded = await scene.ownMetrics();
    expect(succeeded).toContain('scrapegate_config_last_reload_successful 1\n');
    expect(succeeded).toContain(
      `scrapegate_config_last_reload_success_timestamp_seconds ${startedSeconds + 60}\n`,
    );
    expect(scene.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('reload'))).toEqual([
      'reload_failed',
      'reloaded',
    ]);
  });

  it('takes away a credential at once', async () => {
    const scene = await startGateway();
    expect((await scene.get()).status).toBe(200);
    await scene.gateway.reload({ ...scene.options, guard: { credentials: [] } });
    expect((await scene.get()).status).toBe(401);
  });

  it('continues the counters of a view that puts the same series together, and begins those of another anew', async () => {
    const scene = await startGateway({ upstream: counting(100, 50) });
    const total = async (body: string): Promise<string> => {
      scene.upstream.answer = answering(body);
      return (await scene.get()).text.split('\n')[1] ?? '';
    };
    expect(await total(counting(100, 50))).toBe('x 150');
    expect(await total(counting(10, 60))).toBe('x 170');
    await scene.gateway.reload(scene.options);
    expect(await total(counting(11, 60))).toBe('x 171');
    await scene.gateway.reload({
      ...scene.options,
      views: [{ name: 'all', target: 'upstream', metrics: { keep: ['x'] } }],
    });
    expect(await total(counting(12, 60))).toBe('x 72');
  });

  it('lets a request under way end under the old configuration', async () => {
    const scene = await startGateway();
    const before = scene.upstream.requests.length;
    const release = holdAnswers(scene.upstream, 'x{user="erika"} 1\n');
    const underWay = scene.get();
    await scene.upstream.requested(before + 1);
    // The reload itself waits for nobody: a stop, or the next reload, must not hang on a slow target.
    await scene.gateway.reload({ ...scene.options, guard: { credentials: [] } });
    expect((await scene.get()).status).toBe(401);
    release();
    expect((await underWay).text).toMatch(/^x\{user="p_[a-z2-7]{26}"\} 1\n$/);
  });
});

describe('a gateway that stops', () => {
  it('waits for a request under way, lets nobody new in, and ends with its answer', async () => {
    const scene = await startGateway();
    const before = scene.upstream.requests.length;
    const release = holdAnswers(scene.upstream, 'x 1\n');
    const underWay = scene.get();
    await scene.upstream.requested(before + 1);
    const closed = scene.gateway.close();
    await expect(scene.get('/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(scene.events.at(-1)).toEqual({ kind: 'stopping', deadlineMs: 10_000 });
    release();
    expect((await underWay).status).toBe(200);
    await closed;
    expect(scene.events.at(-1)).toEqual({ kind: 'stopped', aborted: 0 });
    expect(scene.clock.pendingTimers).toBe(0);
  });

  it('cuts off at the deadline what has not ended, and says how much that was', async () => {
    const scene = await startGateway({ gateway: { shutdownDeadlineMs: 3_000 } });
    const before = scene.upstream.requests.length;
    holdAnswers(scene.upstream, 'x 1\n');
    const underWay = scene.get().catch((error: unknown) => error);
    await scene.upstream.requested(before + 1);
    const closed = scene.gateway.close();
    scene.clock.advance(2_999);
    expect(scene.events.at(-1)?.kind).toBe('stopping');
    scene.clock.advance(1);
    await closed;
    expect(scene.events.find(({ kind }) => kind === 'stopped')).toEqual({ kind: 'stopped', aborted: 1 });
    expect(await underWay).toMatchObject({ code: 'ECONNRESET' });
  });

  it('does not wait for a scraper that merely keeps its connection', async () => {
    const scene = await startGateway();
    const arrived = requestsArrived(scene.port, 1);
    const socket = openRaw(scene.port);
    socket.on('error', () => undefined);
    socket.write(head('GET /health HTTP/1.1', 'Host: x'));
    await arrived;
    await new Promise<void>((resolve) => {
      socket.once('data', () => resolve());
    });
    await scene.gateway.close();
    expect(scene.events.at(-1)).toEqual({ kind: 'stopped', aborted: 0 });
    socket.destroy();
  });

  it('does not wait for strangers who hold a connection and ask for nothing', async () => {
    const scene = await startGateway();
    const silent = openRaw(scene.port).on('error', () => undefined);
    const half = openRaw(scene.port).on('error', () => undefined);
    half.write('GET /health HT');
    await scene.get('/health');
    await scene.gateway.close();
    expect(scene.events.at(-1)).toEqual({ kind: 'stopped', aborted: 0 });
    for (const socket of [silent, half]) socket.destroy();
  });
});
