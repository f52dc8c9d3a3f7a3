import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayEvent } from '../../../src/gateway/events.js';
import { createGateway } from '../../../src/gateway/gateway.js';
import type { GatewayOptions } from '../../../src/gateway/options.js';
import { ManualClock } from '../../support/manual-clock.js';
import { gatewayOptions, httpGet, portOf, startUpstream } from '../../support/start-gateway.js';
import {
  answerJson,
  issuerKey,
  KEYS,
  sign,
  startIssuer,
  type TestIssuer,
} from '../../support/test-issuer.js';
import { startTokenScene } from '../../support/token-scene.js';

const KEY = await issuerKey();

async function optionsFor(issuer: TestIssuer, more: Partial<GatewayOptions> = {}): Promise<GatewayOptions> {
  const upstream = await startUpstream();
  return {
    ...gatewayOptions(upstream.url, { credentials: [{ name: 'idp', proofs: [issuer.proof()] }] }),
    ...more,
  };
}

describe('identity providers of a gateway', () => {
  it('are asked by the start, not before, and nothing of them is left after the end', async () => {
    const issuer = await startIssuer(KEY);
    const clock = new ManualClock();
    const gateway = createGateway(await optionsFor(issuer), { clock, onEvent: () => undefined });
    expect(issuer.questions).toEqual([]);
    await gateway.start();
    await issuer.asked(KEYS, 1);
    await gateway.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('leave nothing behind where a state file makes the start put everything together twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scrapegate-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const issuer = await startIssuer(KEY);
    const stateFile = join(folder, 'state.json');
    for (const _ of ['without a state', 'with one']) {
      const clock = new ManualClock();
      const options = await optionsFor(issuer, { stateFile });
      const gateway = createGateway(options, { clock, onEvent: () => undefined });
      await gateway.start();
      const headers = { Authorization: `Bearer ${await sign(KEY, issuer.claims())}` };
      expect((await httpGet('/metrics', { port: portOf(gateway), headers })).status).toBe(200);
      await gateway.close();
      expect([existsSync(stateFile), clock.pendingTimers]).toEqual([true, 0]);
    }
  });

  it('keep their keys over reloads, those that fail included', async () => {
    const scene = await startTokenScene([KEY]);
    const token = await sign(KEY, scene.issuer.claims());
    expect(await scene.present(token)).toBe(200);
    scene.issuer.answer(KEYS, (response) => response.destroy());
    await scene.gateway.reload(scene.options);
    await scene.gateway.reload(scene.options);
    const broken = { ...scene.options, views: [...scene.options.views, ...scene.options.views] };
    await expect(scene.gateway.reload(broken)).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_OPTIONS_INVALID',
    });
    expect(await scene.present(token)).toBe(200);
    expect(scene.issuer.count(KEYS)).toBe(1);
    await scene.gateway.close();
    expect(scene.clock.pendingTimers).toBe(0);
  });

  it('are given up when no credential needs them any more', async () => {
    const scene = await startTokenScene([KEY]);
    expect(await scene.present(await sign(KEY, scene.issuer.claims()))).toBe(200);
    const { guard, ...rest } = scene.options;
    await scene.gateway.reload({ ...rest, guard: { ...guard, credentials: [] } });
    expect(await scene.present(await sign(KEY, scene.issuer.claims()))).toBe(401);
    scene.clock.advance(24 * 3_600_000);
    expect(scene.issuer.count(KEYS)).toBe(1);
  });

  it('are reported with reasons, counted, and shown with the age of their keys', async () => {
    const scene = await startTokenScene([KEY]);
    const token = await sign(KEY, scene.issuer.claims());
    expect(await scene.present(token)).toBe(200);
    scene.issuer.answer(KEYS, answerJson(500, {}));
    scene.clock.advance(540_000);
    const told = (kind: GatewayEvent['kind']): readonly GatewayEvent[] =>
      scene.events.filter((event) => event.kind === kind);
    await scene.until(() => told('issuer_failed').length > 0);
    expect(told('issuer_failed')).toEqual([
      {
        kind: 'issuer_failed',
        issuer: scene.issuer.issuer,
        purpose: 'keys',
        reason: 'status',
        detail: '500',
      },
    ]);
    const own = (await scene.get('/-/metrics', { headers: { Authorization: `Bearer ${token}` } })).text;
    const labels = `issuer="${scene.issuer.issuer}",purpose="keys"`;
    expect(own).toContain(`scrapegate_issuer_requests_total{${labels},result="success"} 1\n`);
    expect(own).toContain(`scrapegate_issuer_requests_total{${labels},result="status"} 1\n`);
    expect(own).toContain(`scrapegate_issuer_keys_age_seconds{issuer="${scene.issuer.issuer}"} 540\n`);
    scene.issuer.answer(KEYS, undefined);
    scene.clock.advance(30_000);
    await scene.until(() => told('issuer_recovered').length > 0);
    expect(told('issuer_recovered')).toEqual([
      { kind: 'issuer_recovered', issuer: scene.issuer.issuer, purpose: 'keys' },
    ]);
  });

  it('lock nobody out whose token lacks a scope alone', async () => {
    const scene = await startTokenScene([KEY], () => ({ requiredScopes: ['read'] }));
    const limits = { failuresPerMinute: 3 };
    await scene.gateway.reload({ ...scene.options, guard: { ...scene.options.guard, limits } });
    const token = await sign(KEY, scene.issuer.claims());
    for (let index = 0; index < 5; index += 1) expect(await scene.present(token)).toBe(403);
    expect(await scene.present('unknown')).toBe(401);
  });

  it('that cannot be asked lock nobody out, and wrong tokens do', async () => {
    const scene = await startTokenScene([KEY], (idp) => {
      idp.answer(KEYS, (response) => response.destroy());
      return {};
    });
    const token = await sign(KEY, scene.issuer.claims());
    const limits = { failuresPerMinute: 3 };
    await scene.gateway.reload({ ...scene.options, guard: { ...scene.options.guard, limits } });
    for (let index = 0; index < 10; index += 1) expect(await scene.present(token)).toBe(503);
    scene.issuer.answer(KEYS, undefined);
    scene.clock.advance(30_000);
    await scene.untilAccepted(token);
    const wrong = `${token.slice(0, -8)}AAAAAAAA`;
    for (let index = 0; index < 3; index += 1) expect(await scene.present(wrong)).toBe(401);
    expect(await scene.present(wrong)).toBe(429);
    expect(await scene.present(token)).toBe(200);
  });
});
