// What the assembled gate holds of its targets, and what it does not hold against them.

import { describe, expect, it } from 'vitest';
import {
  answering,
  BEARER,
  OPENMETRICS_ACCEPT,
  requestsArrived,
  startGateway,
  startUpstream,
  type GatewayScene,
  type TestUpstream,
} from '../../support/start-gateway.js';

const BODY = '# TYPE x gauge\nx 1\n';

/** Holds every answer of the upstream back until it is released. */
function holdAnswers(upstream: TestUpstream): () => void {
  const held: (() => void)[] = [];
  upstream.answer = (request, response) => held.push(() => answering(BODY)(request, response));
  return () => {
    for (const release of held.splice(0)) release();
  };
}

/** What the metrics of the gate say of the target. */
async function stateOf(scene: GatewayScene): Promise<readonly string[]> {
  const lines = (await scene.ownMetrics()).split('\n');
  return lines.filter((line) => /^scrapegate_target_(?:up|failures_total)\{/.test(line));
}

async function isCalledFailing(scene: GatewayScene): Promise<boolean> {
  return (await scene.get('/-/status')).text.includes('failing');
}

const UP = 'scrapegate_target_up{target="upstream"} 1';
const DOWN = 'scrapegate_target_up{target="upstream"} 0';
const TIMED_OUT = 'scrapegate_target_failures_total{target="upstream",reason="timeout"} 1';

/** A scrape that gave up before its target answered. */
async function hastyScrape(scene: GatewayScene): Promise<number> {
  const before = scene.upstream.requests.length;
  const authorised = { Authorization: BEARER, 'X-Prometheus-Scrape-Timeout-Seconds': '1' };
  const scrape = scene.get('/metrics', { headers: authorised });
  await scene.upstream.requested(before + 1);
  scene.clock.advance(900);
  return (await scrape).status;
}

describe('a deadline of a scrape', () => {
  it('says nothing of the target, which answers the same fetch later', async () => {
    const scene = await startGateway();
    const release = holdAnswers(scene.upstream);
    expect(await hastyScrape(scene)).toBe(504);
    const [event] = await scene.audit(1);
    expect(event).toMatchObject({ reason: 'target_late', detail: 'timeout scrape_budget' });
    expect(await stateOf(scene)).toEqual([UP]);
    expect(await isCalledFailing(scene)).toBe(false);
    expect((await scene.get('/-/status')).text).toContain('1 scrape, 1 of them without an answer');
    release();
  });

  it('does not hide that the target never answered, although nobody waits any more', async () => {
    const scene = await startGateway();
    holdAnswers(scene.upstream);
    expect(await hastyScrape(scene)).toBe(504);
    scene.clock.advance(9_100);
    expect(await stateOf(scene)).toEqual([TIMED_OUT, DOWN]);
    expect(await isCalledFailing(scene)).toBe(true);
  });
});

it('a fetch that fails is one failure, however many scrapes wait for it', async () => {
  const scene = await startGateway();
  const before = scene.upstream.requests.length;
  holdAnswers(scene.upstream);
  const arrived = requestsArrived(scene.port, 2);
  const scrapes = [scene.get(), scene.get()];
  await arrived;
  await scene.upstream.requested(before + 1);
  scene.clock.advance(10_000);
  expect((await Promise.all(scrapes)).map(({ status }) => status)).toEqual([504, 504]);
  expect(await stateOf(scene)).toEqual([TIMED_OUT, DOWN]);
});

describe('a scrape that ends after a reload', () => {
  const readiness = async (scene: GatewayScene): Promise<number> =>
    (await scene.get('/ready', { headers: {} })).status;

  const answeredTwice = ({ events }: GatewayScene): boolean =>
    events.filter(({ kind }) => kind === 'target_answered').length === 2;

  it('says nothing of another target of the same name', async () => {
    const scene = await startGateway();
    const elsewhere = await startUpstream((_request, response) => void response.writeHead(404).end());
    const targets = [{ name: 'upstream', url: elsewhere.url }];
    const before = scene.upstream.requests.length;
    const release = holdAnswers(scene.upstream);
    const underWay = scene.get();
    await scene.upstream.requested(before + 1);
    await scene.gateway.reload({ ...scene.options, targets });
    while (!scene.events.some(({ kind }) => kind === 'target_unreachable')) await scene.get('/health');
    release();
    expect((await underWay).status).toBe(200);
    expect((await scene.audit(1)).some(({ status, route }) => status === 200 && route === '/metrics')).toBe(
      true,
    );
    expect(await readiness(scene)).toBe(503);
    expect(await stateOf(scene)).toContain(DOWN);
    const page = (await scene.get('/-/status')).text;
    expect(page).toContain('failing');
    expect(page).toContain('Not scraped yet.');

    // Nobody has heard of the new target, so the next reload asks again.
    const asked = elsewhere.requests.length;
    await scene.gateway.reload({ ...scene.options, targets });
    await elsewhere.requested(asked + 1);
  });

  it('does not fail another target of the same name', async () => {
    const scene = await startGateway();
    const elsewhere = await startUpstream();
    const before = scene.upstream.requests.length;
    let refuse = (): void => undefined;
    scene.upstream.answer = (_request, response) => (refuse = () => void response.writeHead(404).end());
    const underWay = scene.get();
    await scene.upstream.requested(before + 1);
    await scene.gateway.reload({ ...scene.options, targets: [{ name: 'upstream', url: elsewhere.url }] });
    while (!answeredTwice(scene)) await scene.get('/health');
    refuse();
    expect((await underWay).status).toBe(502);
    expect(await stateOf(scene)).toEqual([UP]);
    expect(await isCalledFailing(scene)).toBe(false);
  });

  it('counts for a target that stayed as it was', async () => {
    const scene = await startGateway({ ready: false, upstream: () => undefined });
    await scene.upstream.requested(1);
    const release = holdAnswers(scene.upstream);
    const arrived = requestsArrived(scene.port, 1);
    const underWay = scene.get('/metrics', {
      headers: { Authorization: BEARER, Accept: OPENMETRICS_ACCEPT },
    });
    await arrived;
    scene.clock.advance(10_000);
    await scene.upstream.requested(2);
    await scene.gateway.reload({ ...scene.options, shutdownDeadlineMs: 1_000 });
    expect(await readiness(scene)).toBe(503);
    release();
    expect((await underWay).status).toBe(200);
    expect(await readiness(scene)).toBe(200);
  });
});

describe('an answer of the target', () => {
  it('that is no exposition is none for the metrics and the status page alike', async () => {
    const scene = await startGateway();
    scene.upstream.answer = answering('<html>not metrics</html>\n');
    scene.clock.advance(60_000);
    expect((await scene.get()).status).toBe(502);
    const lastSuccess = scene.clock.nowMs() / 1000 - 60;
    expect(await stateOf(scene)).toEqual([DOWN]);
    expect(await scene.ownMetrics()).toContain(
      `scrapegate_target_last_success_timestamp_seconds{target="upstream"} ${lastSuccess}\n`,
    );
    expect(await isCalledFailing(scene)).toBe(true);
  });

  it('that one view is too small for is an exposition', async () => {
    const scene = await startGateway({
      upstream: '# TYPE x gauge\nx{a="1"} 1\nx{a="2"} 1\n',
      views: [
        { name: 'small', target: 'upstream', maxSeries: 1 },
        { name: 'large', target: 'upstream' },
      ],
    });
    expect((await scene.get()).status).toBe(502);
    expect(await stateOf(scene)).toEqual([UP]);
    expect(await isCalledFailing(scene)).toBe(false);
  });

  it('that every view is too small for is an exposition', async () => {
    const scene = await startGateway({
      upstream: '# TYPE x gauge\nx{a="1"} 1\nx{a="2"} 1\n',
      views: [{ name: 'small', target: 'upstream', maxSeries: 1 }],
    });
    expect((await scene.get()).status).toBe(502);
    expect(await stateOf(scene)).toEqual([UP]);
  });
});
