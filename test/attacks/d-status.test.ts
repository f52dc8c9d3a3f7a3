// Section d of the attack list: the status page, which a person opens in a browser, on the assembled gate.

import { describe, expect, it } from 'vitest';
import { answering, bearerProof, BEARER, startGateway, TOKEN } from '../support/start-gateway.js';

const OPENMETRICS_UTF8 = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8';
const SCRIPT = '<script>alert(1)</script>';
/** In an exposition, quotes of names are escaped. */
const NAME = `user_<img src=x onerror=alert(1)>'\\"\u202e`;

const HOSTILE = [
  `# HELP "m<script>" ${SCRIPT} erika@mustermann.example`,
  '# TYPE "m<script>" gauge',
  `{"m<script>","${NAME}"="${SCRIPT}","model"="</style>${SCRIPT} erika@mustermann.example"} 1`,
  `{"m<script>","<b>erika@mustermann.example"="x"} 2`,
  '# EOF',
  '',
].join('\n');

describe('d. the status page', () => {
  it('is refused without a credential, and to one that does not open it', async () => {
    const scene = await startGateway({ credentials: [{ name: 'scraper', proofs: [bearerProof(TOKEN)] }] });
    const stranger = await scene.get('/-/status', { headers: {} });
    const scraper = await scene.get('/-/status', { headers: { Authorization: BEARER } });
    expect([stranger.status, stranger.text]).toEqual([401, 'Unauthorized\n']);
    expect([scraper.status, scraper.text]).toEqual([403, 'Forbidden\n']);
    for (const { headers } of [stranger, scraper]) expect(headers['cache-control']).toBe('no-store');
  });

  it.each([
    '/-/status/',
    '/-/Status',
    '/-//status',
    '/-/status%00',
    '/-/status/../status',
    '/-/./status',
    '/metrics/../-/status',
  ])('D5: is nothing at %s', async (path) => {
    const scene = await startGateway();
    expect((await scene.get(path)).status).toBe(404);
    expect((await scene.get(path, { headers: {} })).status).toBe(401);
  });

  it('P22: names that are markup stay names', async () => {
    const scene = await startGateway({ upstream: answering(HOSTILE, OPENMETRICS_UTF8) });
    expect((await scene.get('/metrics')).status).toBe(200);
    await scene.audit(1);
    const { text, headers } = await scene.get('/-/status');
    expect(text).toContain('user_&#60;img src=x onerror=alert(1)&#62;&#39;&#34;\\u{202e}');
    expect(text).not.toMatch(/<script|<img|<b>|onerror=[^a]|\u202e/);
    expect(text.match(/<\/style>/g)).toHaveLength(1);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; /,
    );
  });

  it('P5: neither a value nor the personal data in a name or a HELP text is on it', async () => {
    const scene = await startGateway({ upstream: answering(HOSTILE, OPENMETRICS_UTF8) });
    await scene.get('/metrics');
    await scene.audit(1);
    const { text } = await scene.get('/-/status');
    expect(text).not.toMatch(/erika|mustermann/);
    expect(text).toContain('the name of a label');
    expect(text).toContain('a HELP text');
  });

  it('P19: labels without number make no page without end', async () => {
    const labels = Array.from({ length: 100 }, (_, index) => index);
    const line = (series: number): string =>
      `m{${labels.map((index) => `user_${series}_${index}_${'x'.repeat(200)}="${index}"`).join(',')}} 1`;
    const body = ['# TYPE m gauge', ...Array.from({ length: 100 }, (_, series) => line(series)), ''].join(
      '\n',
    );
    const scene = await startGateway({ upstream: body });
    const before = (await scene.get('/-/status')).text.length;
    for (let round = 0; round < 3; round += 1) expect((await scene.get('/metrics')).status).toBe(200);
    await scene.audit(4);
    const { text } = await scene.get('/-/status');
    expect(text.length - before).toBeLessThan(20_000);
    expect(text).toMatch(/and \d+ more labels/);
  });

  it('A12, D8: what a stranger sends is not on it', async () => {
    const scene = await startGateway({ guard: { network: { trustedProxies: ['127.0.0.0/8'] } } });
    const attempts = [
      { path: '/metrics', headers: { Authorization: `Bearer ${TOKEN.slice(0, -1)}X` } },
      {
        path: '/metrics',
        headers: { Authorization: `Basic ${Buffer.from(`${SCRIPT}:x`).toString('base64')}` },
      },
      {
        path: `/${encodeURIComponent(SCRIPT)}?${encodeURIComponent(SCRIPT)}`,
        headers: { 'User-Agent': SCRIPT },
      },
      { path: '/metrics', headers: { 'X-Forwarded-For': SCRIPT, Forwarded: `for="${SCRIPT}"` } },
    ];
    for (const { path, headers } of attempts) await scene.get(path, { headers });
    await scene.audit(attempts.length);
    const { text } = await scene.get('/-/status');
    expect(text).not.toMatch(/script(?!s)/i);
    expect(text).not.toContain(TOKEN.slice(0, 20));
    expect(text).toContain('token unknown');
  });

  it('D19: no page of somebody else can show it, load it, or learn where it was', async () => {
    const scene = await startGateway();
    const { headers } = await scene.get('/-/status', {
      headers: { Authorization: BEARER, Origin: 'https://evil.example', Referer: 'https://evil.example/' },
    });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});
