// The status page in a real Chromium, before a target that does its worst and before the demo: every panel shows live
// values, nothing that a name says is executed, and everybody can read it. Screenshots are kept in .e2e/screenshots.

import { createServer } from 'node:http';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems, openPage, startBrowser, takeScreenshot } from '../support/e2e/browser.js';
import { bareEnvironment, startChild, type Child } from '../support/e2e/child.js';
import { eventually } from '../support/e2e/eventually.js';
import { freePort } from '../support/e2e/free-port.js';
import { httpGet } from '../support/e2e/http-get.js';
import {
  basic,
  bearer,
  hashPassword,
  makePseudonymKey,
  makeToken,
  startGate,
  type Gate,
} from '../support/e2e/start-gate.js';
import { startUpstream, type Upstream } from '../support/e2e/start-upstream.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PANELS = ['posture', 'traffic', 'targets', 'views', 'findings', 'credentials', 'refusals'];
const SCREENS = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
] as const;
const SCHEMES = ['light', 'dark'] as const;

const UTF8_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8';
const SCRIPT = "<script>alert('value')</script>";
/** As they stand in the exposition, between quotes. */
const HOSTILE_NAMES = [
  'user_<img src=x onerror=alert(1)>',
  `user_\\"><svg onload=alert(2)>`,
  "user_</style><script>alert(3)</script><style>'",
  'user_javascript:alert(4)//\u202egpj.exe',
  `user_${'x'.repeat(400)}`,
];
const EXPOSITION = [
  `# HELP "requests<script>alert(5)</script>" ${SCRIPT} from erika@mustermann.example`,
  '# TYPE "requests<script>alert(5)</script>" counter',
  ...HOSTILE_NAMES.map(
    (name, index) =>
      `{"requests<script>alert(5)</script>_total","${name}"="${SCRIPT}","model"="m${index}","client_ip"="192.0.2.${index}"} ${index}`,
  ),
  `{"requests<script>alert(5)</script>_total","model"="<img src=x onerror=alert(6)> max@mustermann.example"} 7`,
  '# EOF',
  '',
].join('\n');

const PASSWORD = 'correct horse battery staple';
const scraper = makeToken();

let browser: Browser;
let upstream: Upstream;
let gate: Gate;
let url: string;

beforeAll(async () => {
  upstream = await startUpstream(() => ({ type: UTF8_TYPE, body: EXPOSITION }));
  const [hash, broken] = [await hashPassword(PASSWORD), await freePort()];
  gate = await startGate({
    config: {
      targets: {
        litellm: { url: `${upstream.url}/metrics`, preset: 'litellm' },
        broken: { url: `http://127.0.0.1:${String(broken)}/metrics` },
      },
      views: {
        operations: { target: 'litellm' },
        finance: { target: 'litellm', reveal: ['team_alias'] },
        broken: { target: 'broken' },
      },
      credentials: {
        prometheus: { bearer_token_digest: scraper.digest, view: 'operations', not_after: '2099-01-01' },
        operator: { username: 'operator', password_hash: hash, view: 'operations', self: true },
        former: { bearer_token_digest: makeToken().digest, view: 'finance', not_after: '2020-01-01' },
      },
      pseudonym_key_file: 'key',
    },
    files: { key: makePseudonymKey() },
  });
  url = `${gate.url}/-/status`;
  for (let scrape = 0; scrape < 3; scrape += 1) {
    await gate.get('/metrics', { headers: bearer(scraper.token) });
  }
  await gate.get('/metrics', { headers: bearer(`${scraper.token}<script>`) });
  await gate.get(`/${encodeURIComponent(SCRIPT)}`, {
    headers: { 'x-forwarded-for': SCRIPT, 'user-agent': SCRIPT },
  });
  await gate.get('/-/status', { headers: bearer(scraper.token) });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await gate?.stop();
  await upstream?.stop();
});

/** As a person does who is asked for a user and a password. */
const AS_OPERATOR: BrowserContextOptions = { httpCredentials: { username: 'operator', password: PASSWORD } };

describe('before a target that does its worst', () => {
  test('a browser is asked for a user and a password, and opens it with these alone', async () => {
    const asked = await httpGet(url);
    expect(asked.status).toBe(401);
    expect(asked.head.toLowerCase()).toMatch(/^basic realm="scrapegate"/mu);
    expect((await httpGet(url, { headers: bearer(scraper.token) })).status).toBe(403);
    const { page, close } = await openPage(browser, url, AS_OPERATOR);
    expect(await page.title()).toBe('Scrapegate status');
    await close();
  });

  test.each(SCREENS.flatMap((viewport) => SCHEMES.map((colorScheme) => ({ viewport, colorScheme }))))(
    'at $viewport.width px, $colorScheme: nothing is executed, axe finds nothing, nothing is cut off',
    async ({ viewport, colorScheme }) => {
      const { page, misdeeds, close } = await openPage(browser, url, {
        ...AS_OPERATOR,
        viewport,
        colorScheme,
      });
      for (const id of PANELS) expect(await page.locator(`#${id}`).isVisible(), id).toBe(true);
      const path = await takeScreenshot(page, `status-${String(viewport.width)}-${colorScheme}`);
      process.stdout.write(`screenshot: ${path}\n`);
      for (const summary of await page.locator('details:not([open]) > summary').all()) await summary.click();
      expect(await accessibilityProblems(page)).toEqual([]);
      const widths = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      );
      expect(widths[0]).toBeLessThanOrEqual(widths[1]);
      expect(await page.locator('script, img, iframe, form, [onerror], [onload]').count()).toBe(0);
      expect(misdeeds).toEqual([]);
      await close();
    },
  );

  test('every panel shows live values, and hostile names as they are', async () => {
    const { page, close } = await openPage(browser, url, { ...AS_OPERATOR, viewport: SCREENS[1] });
    const text = async (id: string): Promise<string> =>
      (await page.locator(`#${id}`).innerText()).replaceAll(/\s+/gu, ' ');
    expect(await text('posture')).toMatch(
      /WARN_SCRAPEGATE_CREDENTIAL_UNUSABLE .*docs\/warnings\/WARN_SCRAPEGATE_CREDENTIAL_UNUSABLE\.md/u,
    );
    expect(await text('traffic')).toMatch(
      /3 scrapes, all answered .*\d+ refused requests .*6 now, unchanged/u,
    );
    expect(await text('targets')).toMatch(/litellm .*up .* ago .* KiB .* ms 6 none/u);
    expect(await text('targets')).toMatch(/broken .*failing never – – – unreachable ECONNREFUSED/u);
    const views = await text('views');
    expect(views).toContain('user_<img src=x onerror=alert(1)>');
    expect(views).toContain('user_"><svg onload=alert(2)>');
    expect(views).toContain("user_</style><script>alert(3)</script><style>'");
    expect(views).toContain('\\u{202e}gpj.exe');
    expect(views).toMatch(/client_ip dropped 5/u);
    expect(views).toContain('readable on purpose team_alias');
    expect(await text('findings')).toMatch(/model email operations 1 .*a HELP text email operations 1/u);
    const credentials = await text('credentials');
    expect(credentials).toMatch(/prometheus token operations .* ago 3 in [\d,]+ days/u);
    expect(credentials).toMatch(/operator user and password operations and this page/u);
    expect(credentials).toMatch(/former token finance never 0 .*expired/u);
    expect(await text('refusals')).toMatch(
      /Nobody is locked out\..*self not granted \d+ .*token unknown 1 .*127\.0\.0\.1 \d+/u,
    );
    const whole = await page.content();
    expect(whole).not.toMatch(/mustermann|192\.0\.2\./u);
    for (const secret of [scraper.token, scraper.digest.slice(7), PASSWORD])
      expect(whole).not.toContain(secret);
    await close();
  });

  test('without JavaScript it says the same, and its parts unfold', async () => {
    const { page, misdeeds, close } = await openPage(browser, url, {
      ...AS_OPERATOR,
      javaScriptEnabled: false,
    });
    for (const id of PANELS) expect(await page.locator(`#${id} h2`).innerText()).not.toBe('');
    const numbers = page.locator('#traffic details');
    expect(await numbers.locator('table').isVisible()).toBe(false);
    await numbers.locator('summary').click();
    expect(await numbers.locator('table').isVisible()).toBe(true);
    expect(misdeeds).toEqual([]);
    await close();
  });

  test('the keyboard reaches everything, beginning with the way past the head', async () => {
    const { page, close } = await openPage(browser, url, AS_OPERATOR);
    const focused = (): Promise<string> =>
      page.evaluate<string>('document.activeElement.getAttribute("href") ?? document.activeElement.tagName');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('#content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('content');
    const reached = new Set<string>();
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press('Tab');
      reached.add(await focused());
    }
    for (const target of ['#targets', '#traffic', '#refusals', '#views', '#findings', 'SUMMARY']) {
      expect([...reached]).toContain(target);
    }
    await close();
  });

  test('D19: a page of another origin can neither frame it nor load it, though the browser knows the password', async () => {
    const evil = createServer((_request, response) => {
      response
        .setHeader('content-type', 'text/html')
        .end(`<title>evil</title><iframe src="${url}"></iframe>`);
    }).listen(0, '127.0.0.2');
    await once(evil, 'listening');
    const address = evil.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    // Whatever the browser asks for carries the password, wherever the question comes from.
    const context = await browser.newContext({ extraHTTPHeaders: basic('operator', PASSWORD) });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.2:${String(port)}/`);
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    expect(await framed?.locator('h2').count()).toBe(0);
    const loaded = await page.evaluate<string>(
      `fetch(${JSON.stringify(url)}, { mode: 'no-cors', credentials: 'include' }).then(() => 'loaded', () => 'refused')`,
    );
    expect(loaded).toBe('refused');
    const answered = gate
      .log()
      .filter(({ route, credential }) => route === '/-/status' && credential === 'operator');
    expect(answered.slice(-2).map(({ status }) => status)).toEqual([200, 200]);
    await context.close();
    evil.closeAllConnections();
    evil.close();
  });
});

describe('before the demo', () => {
  let demo: Child;
  let demoUrl: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    const port = await freePort();
    demoUrl = `http://127.0.0.1:${String(port)}`;
    demo = startChild({
      command: process.execPath,
      args: [MAIN, 'serve', '--demo'],
      env: bareEnvironment({ PORT: String(port) }),
    });
    const token = await eventually(() => /^ +operations:.*\n +token: (\S+)$/mu.exec(demo.stdout())?.[1], {
      what: 'the demo prints its tokens',
      deadlineMs: 30_000,
      context: () => demo.stdout() + demo.stderr(),
    });
    headers = bearer(token);
    for (let scrape = 0; scrape < 2; scrape += 1) {
      await httpGet(`${demoUrl}/metrics`, { headers });
    }
    await httpGet(`${demoUrl}/metrics`, { headers: basic('nobody', 'wrong') });
  });

  afterAll(async () => {
    await demo?.stop();
  });

  test('it shows what the demo hides, on every screen', async () => {
    const { page, misdeeds, close } = await openPage(browser, `${demoUrl}/-/status`, {
      extraHTTPHeaders: headers,
    });
    for (const viewport of SCREENS) {
      await page.setViewportSize(viewport);
      const path = await takeScreenshot(page, `demo-${String(viewport.width)}`);
      process.stdout.write(`screenshot: ${path}\n`);
    }
    const views = (await page.locator('#views').innerText()).replaceAll(/\s+/gu, ' ');
    expect(views).toMatch(/operations of demo, preset litellm [\d,]+ of [\d,]+ series shown/u);
    expect(views).toMatch(/client_ip .*dropped/u);
    expect(views).toMatch(/finance .*readable on purpose team_alias, user_email/u);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(misdeeds).toEqual([]);
    await close();
  });
});
