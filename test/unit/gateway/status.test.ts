// The status page of the assembled gate: what it collects, over reloads and before anything was asked.

import { describe, expect, it } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import { networkOf } from '../../../src/gateway/status-refusals.js';
import {
  answering,
  basicProof,
  bearerProof,
  BEARER,
  gatewayOptions,
  startGateway,
  TOKEN,
  type GatewayScene,
} from '../../support/start-gateway.js';

const UPSTREAM = [
  '# TYPE requests_total counter',
  'requests_total{user="erika",client_ip="192.0.2.7",model="m"} 1',
  'requests_total{user="max",client_ip="192.0.2.8",model="max@mustermann.example"} 2',
  '',
].join('\n');

/** The page as its text, runs of blanks as one. */
async function pageText(scene: GatewayScene): Promise<string> {
  const { status, text } = await scene.get('/-/status');
  expect(status).toBe(200);
  return text
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<span class="at"[^>]*>[^<]*<\/span>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('the status page', () => {
  it('shows live values of every panel', async () => {
    const scene = await startGateway({ upstream: UPSTREAM });
    await scene.get('/metrics');
    await scene.get('/metrics', { headers: { Authorization: 'Bearer wrong' } });
    await scene.audit(2);
    scene.clock.advance(30_000);
    const text = await pageText(scene);
    expect(text).toContain('upstream');
    expect(text).toMatch(/● up 30 s ago 1\d\d B \S+ ms 2 none/);
    expect(text).toMatch(/2 of 2 series shown, 30 s ago/);
    expect(text).toMatch(/client_ip dropped 2 user replaced or cut 2/);
    expect(text).toMatch(/model email all 1 30 s ago/);
    expect(text).toMatch(/prometheus token all and this page 30 s ago 1 no end 0 none/);
    expect(text).toMatch(/token unknown 1 .* 127\.0\.0\.1 1 token unknown 30 s ago/);
    expect(text).toContain('1 scrape, all answered');
    expect(text).toContain('1 refused request');
  });

  it('never has a value, a secret, a digest or a user', async () => {
    const hash = '$scrypt$ln=12,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyMTI';
    const scene = await startGateway({
      upstream: UPSTREAM,
      credentials: [
        { name: 'prometheus', proofs: [bearerProof(TOKEN)], self: true },
        { name: 'books', proofs: [basicProof('accountant', hash)] },
      ],
    });
    await scene.get('/metrics');
    await scene.audit(1);
    const { text } = await scene.get('/-/status');
    expect(text).not.toMatch(/erika|mustermann|192\.0\.2|accountant|c29tZ|Zm9v/);
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(Buffer.from(bearerProofDigest()).toString('hex').slice(0, 16));
    expect(text).toContain('user and password');
  });

  it('answers before any target did', async () => {
    const scene = await startGateway({
      upstream: (_request, response) => void response.destroy(),
      ready: false,
    });
    await scene.upstream.requested(1);
    const text = await pageText(scene);
    expect(text).toMatch(/not asked yet|failing/);
    expect(text).toContain('Not scraped yet.');
  });

  it('answers HEAD without a body, and no other method', async () => {
    const scene = await startGateway();
    const head = await scene.get('/-/status', { method: 'HEAD' });
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect((await scene.get('/-/status', { method: 'POST' })).status).toBe(405);
  });

  it('keeps its history over a reload, and follows the new configuration', async () => {
    const scene = await startGateway({ upstream: UPSTREAM });
    await scene.get('/metrics');
    await scene.audit(1);
    scene.clock.advance(60_000);
    await scene.gateway.reload(
      gatewayOptions(scene.upstream.url, {
        views: [
          { name: 'renamed', target: 'upstream' },
          { name: 'all', target: 'upstream', reveal: ['user'] },
        ],
        credentials: [{ name: 'prometheus', proofs: [bearerProof(TOKEN)], self: true }],
      }),
    );
    const before = await pageText(scene);
    expect(before).toContain('1 scrape, all answered');
    expect(before).toMatch(/renamed of upstream , preset generic Not scraped yet/);
    expect(before).toMatch(/readable on purpose user 2 of 2 series shown, 1 min ago/);
    scene.gateway.reloadFailed(new ScrapegateError('ERR_SCRAPEGATE_CONFIG_INVALID', 'no'));
    expect(await pageText(scene)).toContain('newer one refused just now');
    await scene.gateway.reload(
      gatewayOptions(scene.upstream.url, { views: [{ name: 'renamed', target: 'upstream' }] }),
    );
    const after = await pageText(scene);
    expect(after).not.toContain('newer one refused');
    expect(after).not.toContain('max@');
    // Of the view that is gone nothing is told.
    expect(after).toContain('Nothing was found.');
  });

  it('forgets what a target said when a reload changes the target', async () => {
    const scene = await startGateway({ upstream: UPSTREAM });
    await scene.get('/metrics');
    await scene.audit(1);
    await scene.gateway.reload(
      gatewayOptions(scene.upstream.url, {
        gateway: { targets: [{ name: 'upstream', url: scene.upstream.url, timeoutMs: 1234 }] },
      }),
    );
    expect(await pageText(scene)).not.toMatch(/upstream \S+ ● up \S+ ago \S+ B \S+ ms 2 /);
  });

  it('shows every warning that holds', async () => {
    const scene = await startGateway({
      gateway: { warnings: [{ code: 'WARN_SCRAPEGATE_UNAUTHENTICATED', message: 'anybody reads it' }] },
      guard: { anonymous: { view: 'all', target: 'upstream' } },
    });
    await scene.get('/metrics', { headers: {} });
    await scene.audit(1);
    const text = await pageText(scene);
    expect(text).toContain('WARN_SCRAPEGATE_UNAUTHENTICATED');
    expect(text).toContain('open also who shows no credential');
    expect(text).toContain('the gate is open to who shows no credential');
    expect(text).toMatch(/anonymous none all just now 1 no end/);
  });

  it('shows a failing target with its reason', async () => {
    const scene = await startGateway({ upstream: UPSTREAM });
    scene.upstream.answer = answering('# TYPE a counter\na{b="1",b="2"} 1\n');
    expect((await scene.get('/metrics')).status).toBe(502);
    await scene.audit(1);
    const text = await pageText(scene);
    expect(text).toMatch(/■ failing .* exposition invalid line 2: \S+/);
    expect(text).toContain('1 scrape, 1 of them without an answer');
  });
});

function bearerProofDigest(): Uint8Array {
  const proof = bearerProof(TOKEN);
  if (proof.kind !== 'bearer') throw new Error('no digest');
  return proof.digest;
}

describe('clients', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2::3', '2001:db8:1::/48'],
    ['10.20.3.7', '10.20.3.7'],
    ['192.168.1.2', '192.168.1.2'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['fd00::7', 'fd00::7'],
    ['unix', 'unix'],
  ])('%s is shown as %s', (client, network) => expect(networkOf(client)).toBe(network));

  it('of one network are shown together', async () => {
    const scene = await startGateway({
      guard: { network: { trustedProxies: ['127.0.0.0/8'], clientAddressHeader: 'x-forwarded-for' } },
    });
    for (const client of ['203.0.113.7', '203.0.113.8', '198.51.100.1']) {
      await scene.get('/metrics', { headers: { 'X-Forwarded-For': client } });
    }
    await scene.audit(3);
    const text = await pageText(scene);
    expect(text).toMatch(
      /198\.51\.100\.0\/24 1 credential missing .* 203\.0\.113\.0\/24 2 credential missing/,
    );
    expect(text).not.toContain('203.0.113.7');
  });
});

it('needs a credential that opens it', async () => {
  const scene = await startGateway({
    credentials: [{ name: 'prometheus', proofs: [bearerProof(TOKEN)] }],
  });
  expect((await scene.get('/-/status', { headers: {} })).status).toBe(401);
  expect((await scene.get('/-/status', { headers: { Authorization: BEARER } })).status).toBe(403);
});
