import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../../src/gateway/options.js';
import type { ViewTemplateOptions } from '../../../src/gateway/view-template.js';
import type { ViewOptions } from '../../../src/views/options.js';
import { ManualClock } from '../../support/manual-clock.js';
import {
  answering,
  bearerProof,
  gatewayOptions,
  startGatewayBefore,
  startUpstream,
  TOKEN,
  type GatewayScene,
  type SceneOptions,
  type TestUpstream,
} from '../../support/start-gateway.js';
import { issuerKey, sign, startIssuer, type TestIssuer } from '../../support/test-issuer.js';

const KEY = await issuerKey();

function counting(team: string, ...values: readonly number[]): string {
  const lines = values.map((value, index) => `x{team="${team}",client_ip="10.0.0.${index}"} ${value}\n`);
  return `# TYPE x counter\n${lines.join('')}`;
}

function template(more: Partial<ViewOptions> = {}): ViewTemplateOptions {
  return { view: { name: 'claim:idp', target: 'upstream', ...more }, scopedLabels: ['team'] };
}

function sceneOptions(issuer: TestIssuer, gateway: Partial<GatewayOptions>, requests = 1000): SceneOptions {
  return {
    clock: new ManualClock(),
    guard: { limits: { requestsPerWindow: requests } },
    credentials: [
      {
        name: 'idp',
        proofs: [issuer.proof()],
        grant: { fromClaim: ['team'], template: { view: 'claim:idp', target: 'upstream' } },
      },
    ],
    gateway: { viewTemplates: [template()], ...gateway },
  };
}

interface World {
  readonly upstream: TestUpstream;
  readonly issuer: TestIssuer;
}

async function world(): Promise<World> {
  return { upstream: await startUpstream(counting('acme', 1, 2)), issuer: await startIssuer(KEY) };
}

async function scrape(
  scene: GatewayScene,
  issuer: TestIssuer,
  team: string,
): Promise<readonly [number, string]> {
  const headers = { Authorization: `Bearer ${await sign(KEY, issuer.claims({ team }))}` };
  const { status, text } = await scene.get('/metrics', { headers });
  return [status, /^x.*$/m.exec(text)?.[0] ?? ''];
}

describe('a gateway with views by a claim', () => {
  it('shows them on the status page by hashes, never by their values', async () => {
    const { upstream, issuer } = await world();
    upstream.answer = answering(`${counting('acme', 1, 2)}x{team="globex"} 7\n`);
    const base = sceneOptions(issuer, {});
    const operator = { name: 'operator', proofs: [bearerProof(TOKEN)], view: 'all', self: true };
    const scene = await startGatewayBefore(upstream, {
      ...base,
      views: [{ name: 'all', target: 'upstream' }],
      credentials: [...(base.credentials ?? []), operator],
    });
    for (const team of ['acme', 'globex']) await scrape(scene, issuer, team);
    await scene.audit(2);
    const { text } = await scene.get('/-/status');
    const section = text.slice(text.indexOf('id="views"'), text.indexOf('id="findings"'));
    expect(section).not.toMatch(/acme|globex/);
    expect(section).toContain('only series whose team is a value of the claim');
    expect(section).toContain('2 views at hand, made by claims.');
    const ids = [...section.matchAll(/<bdi class="name">([\w-]{12})<\/bdi>/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(2);
    expect(text).toContain('token of an identity provider');
    expect(text).toContain('claim:idp by a claim');
  });

  it('continues them over a reload, unless their template changed', async () => {
    const { upstream, issuer } = await world();
    const options = sceneOptions(issuer, {});
    const scene = await startGatewayBefore(upstream, options);
    expect(await scrape(scene, issuer, 'acme')).toEqual([200, 'x{team="acme"} 3']);
    upstream.answer = answering(counting('acme', 1));
    await scene.gateway.reload(scene.options);
    expect(await scrape(scene, issuer, 'acme')).toEqual([200, 'x{team="acme"} 3']);
    const changed = sceneOptions(issuer, { viewTemplates: [template({ reveal: ['team'] })] });
    await scene.gateway.reload(gatewayOptions(upstream.url, changed));
    expect(await scrape(scene, issuer, 'acme')).toEqual([200, 'x{team="acme"} 1']);
  });

  it('continues them after a restart, with no value in the state file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scrapegate-claims-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const stateFile = join(folder, 'state.json');
    const { upstream, issuer } = await world();
    const before = await startGatewayBefore(upstream, sceneOptions(issuer, { stateFile }));
    expect(await scrape(before, issuer, 'acme')).toEqual([200, 'x{team="acme"} 3']);
    await before.audit(1);
    await before.gateway.close();
    const saved = await readFile(stateFile, 'utf8');
    expect(saved).toContain('"claim:idp#');
    expect(saved).not.toContain('acme');

    upstream.answer = answering(counting('globex', 5));
    const between = await startGatewayBefore(upstream, sceneOptions(issuer, { stateFile }));
    expect(await scrape(between, issuer, 'globex')).toEqual([200, 'x{team="globex"} 5']);
    await between.audit(1);
    await between.gateway.close();

    upstream.answer = answering(counting('acme', 1));
    const after = await startGatewayBefore(upstream, sceneOptions(issuer, { stateFile }));
    expect(await scrape(after, issuer, 'acme')).toEqual([200, 'x{team="acme"} 3']);
  });

  it('gives each tenant a budget of its own', async () => {
    const { upstream, issuer } = await world();
    const scene = await startGatewayBefore(upstream, sceneOptions(issuer, {}, 1));
    const statuses = [];
    for (const team of ['acme', 'acme', 'globex']) statuses.push((await scrape(scene, issuer, team))[0]);
    expect(statuses).toEqual([200, 429, 200]);
  });

  it('makes no view where the target gives none', async () => {
    const { upstream, issuer } = await world();
    const scene = await startGatewayBefore(upstream, sceneOptions(issuer, {}));
    upstream.answer = (_request, response) => void response.writeHead(500).end();
    expect((await scrape(scene, issuer, 'acme'))[0]).toBe(502);
    upstream.answer = answering(counting('acme', 1));
    expect(await scrape(scene, issuer, 'acme')).toEqual([200, 'x{team="acme"} 1']);
  });
});
