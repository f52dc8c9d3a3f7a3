import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { digestToken, formatTokenDigest } from '../../../src/auth/digest.js';
import { run } from '../../../src/cli/program.js';
import { serve } from '../../../src/cli/serve.js';
import { createTestContext, type TestContext } from '../../support/cli-context.js';
import { ManualClock } from '../../support/manual-clock.js';
import { nextTurn } from '../../support/next-turn.js';

const folder = mkdtempSync(join(tmpdir(), 'scrapegate-serve-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TOKEN = 'q7Gm2VtX9cKpL4sZ8wYb3nRd6fHj1uTe5aQx0oEiCvM';
const NEW_TOKEN = 'Zp3Kd8Wq1Lx6Vn0Bt5Yc9Rm4Hs7Gf2Ju-a_Eo8iTzXk';

interface Running {
  readonly context: TestContext;
  readonly exit: Promise<number>;
  readonly url: string;
}

const running: Running[] = [];
afterEach(async () => {
  for (const { context, exit } of running.splice(0)) {
    context.signal('SIGTERM');
    await exit;
  }
});

async function start(
  args: readonly string[],
  env: Record<string, string> = {},
  given: Parameters<typeof createTestContext>[0] = {},
): Promise<Running> {
  const context = createTestContext({ env, ...given });
  const exit = run(['serve', ...args], context);
  await context.seen('"event":"listening"');
  const url = String(context.log().find(({ event }) => event === 'listening')?.['url']);
  const result = { context, exit, url };
  running.push(result);
  return result;
}

async function status(url: string, token?: string): Promise<number> {
  const response = await fetch(
    url,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );
  await response.arrayBuffer();
  return response.status;
}

function writeConfig(token: string, extra = ''): string {
  const path = join(folder, 'gate.yml');
  writeFileSync(
    path,
    `listen: 127.0.0.1:0
targets: { litellm: { url: "http://127.0.0.1:1/metrics" } }
views: { operations: { target: litellm } }
credentials: { prometheus: { view: operations, self: true, bearer_token_digest: "${formatTokenDigest(digestToken(token))}" } }
${extra}`,
  );
  return path;
}

describe('what cannot start', () => {
  it('says in one line which port is taken, and the way out', async () => {
    const taken: Server = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    try {
      for (const args of [['--demo'], ['--listen', `127.0.0.1:${port}`]]) {
        const context = createTestContext({ env: { PORT: port, SCRAPEGATE_TARGET: 'http://127.0.0.1:1/' } });
        expect(await run(['serve', ...args], context)).toBe(1);
        const lines = context.err().trimEnd().split('\n');
        expect(lines).toHaveLength(1);
        expect(lines[0]).toContain(`127.0.0.1:${port}`);
        expect(lines[0]).toContain(args[0] === '--demo' ? 'try PORT=9187 npm start' : '--listen, PORT');
      }
    } finally {
      taken.close();
    }
  });

  it('lists the problems of the configuration and ends with 2', async () => {
    const context = createTestContext({
      env: { SCRAPEGATE_TARGET: 'http://127.0.0.1:1/', METRICS_BEARER_TOKEN: '' },
    });
    expect(await run(['serve'], context)).toBe(2);
    expect(context.err()).toContain('METRICS_BEARER_TOKEN: is set but empty');
  });
});

describe('signals', () => {
  it('SIGTERM stops it with 0', async () => {
    const { context, exit } = await start(['--demo'], { PORT: '0' });
    context.signal('SIGTERM');
    expect(await exit).toBe(0);
    expect(context.log().map(({ event }) => event)).toContain('stopped');
  });

  it('signals that come before the start has ended are not lost', async () => {
    const context = createTestContext();
    const exit = serve({ config: writeConfig(TOKEN) }, context);
    context.signal('SIGHUP');
    context.signal('SIGTERM');
    context.signal('SIGHUP');
    expect(await exit).toBe(0);
    const events = context.log().map(({ event }) => event);
    expect(events.filter((event) => event === 'reloaded')).toHaveLength(1);
    expect(events.indexOf('reloaded')).toBeLessThan(events.indexOf('stopping'));
    expect(events.at(-1)).toBe('stopped');
  });

  it('a second signal ends the process at once', async () => {
    const { context, exit } = await start(['--demo'], { PORT: '0' });
    context.signal('SIGINT');
    context.signal('SIGINT');
    expect(context.exits).toEqual([1]);
    expect(await exit).toBe(0);
  });

  it('SIGHUP takes the new file, and keeps the old one where the new one is wrong', async () => {
    const path = writeConfig(TOKEN);
    const { context, url } = await start(['--config', path]);
    expect(await status(`${url}/-/metrics`, TOKEN)).toBe(200);

    writeConfig(NEW_TOKEN);
    context.signal('SIGHUP');
    await context.seen('"event":"reloaded"');
    expect(await status(`${url}/-/metrics`, TOKEN)).toBe(401);
    expect(await status(`${url}/-/metrics`, NEW_TOKEN)).toBe(200);

    writeConfig(TOKEN, 'listn: x');
    context.signal('SIGHUP');
    await context.seen('"event":"reload_failed"');
    expect(context.err()).toContain('did you mean listen?');
    expect(await status(`${url}/-/metrics`, NEW_TOKEN)).toBe(200);
  });
});

describe('changed files', () => {
  async function untilLogged(context: TestContext, clock: ManualClock, event: string): Promise<void> {
    const count = (): number => context.log().filter((line) => line['event'] === event).length;
    const before = count();
    while (count() === before) {
      clock.advance(5_000);
      await nextTurn();
    }
  }

  it('are taken over without a signal, and what is wrong is said once until it is put right', async () => {
    const clock = new ManualClock();
    const { context, url } = await start(['--config', writeConfig(TOKEN)], {}, { clock });

    writeConfig(NEW_TOKEN);
    await untilLogged(context, clock, 'reloaded');
    expect(await status(`${url}/-/metrics`, TOKEN)).toBe(401);
    expect(await status(`${url}/-/metrics`, NEW_TOKEN)).toBe(200);

    writeConfig(TOKEN, 'listn: x');
    await untilLogged(context, clock, 'reload_failed');
    for (let i = 0; i < 50; i += 1) {
      clock.advance(5_000);
      await nextTurn();
    }
    expect(context.log().filter(({ event }) => event === 'reload_failed')).toHaveLength(1);
    expect(await status(`${url}/-/metrics`, NEW_TOKEN)).toBe(200);

    rmSync(writeConfig(TOKEN));
    await untilLogged(context, clock, 'reload_failed');
    expect(context.err()).toContain('ERR_SCRAPEGATE_CONFIG_UNREADABLE');
    writeConfig(TOKEN);
    await untilLogged(context, clock, 'reloaded');
    expect(await status(`${url}/-/metrics`, TOKEN)).toBe(200);
  });
});

describe('the demo', () => {
  it('prints address, tokens, curl, scrape_config and what each view hides', async () => {
    const { context, url } = await start(['--demo'], { PORT: '0' });
    await context.seen('Ctrl+C');
    const text = context.out();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const part of [
      `${url}/metrics`,
      'curl -H ',
      'scrape_configs:',
      'operations',
      'finance',
      'acme',
      'user_email',
      'scrape_interval: 15s',
      'dropped, their series added up',
      'replaced by pseudonyms',
    ]) {
      expect(text).toContain(part);
    }
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140);
    expect(lines.length).toBeLessThan(45);
    expect(lines.filter((line) => line.includes('dropped, their series added up'))).toHaveLength(1);
  });

  it('prints a curl line for each view, which answers as printed', async () => {
    const { context, url } = await start(['--demo'], { PORT: '0' });
    await context.seen('Ctrl+C');
    const curls = [...context.out().matchAll(/^ +curl -H 'Authorization: Bearer (\S+)' (\S+)$/gm)];
    expect(curls.map(([, , address]) => address)).toEqual(Array.from({ length: 3 }, () => `${url}/metrics`));
    for (const [, token, address = ''] of curls) expect(await status(address, token)).toBe(200);
  });

  it('shows one series before and after, as the view gives it', async () => {
    const { context, url } = await start(['--demo'], { PORT: '0' });
    await context.seen('Ctrl+C');
    const before = /^ {4}\{user_email="\S+@\S+", team_alias="[^"]+", client_ip="[^"]+", …\} \d+$/m;
    const after = /^ -> \{user_email="(p_[a-z2-7]{26})", team_alias="(p_[a-z2-7]{26})", …\} \d+$/m;
    expect(context.out()).toMatch(before);
    const [, user = '', team = ''] = after.exec(context.out()) ?? [];
    const [, token = ''] = /token: (\S+)/.exec(context.out()) ?? [];
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const shown = (await response.text())
      .split('\n')
      .filter((line) => line.startsWith('litellm_proxy_total_requests_metric_total{'));
    expect(shown.some((line) => line.includes(user) && line.includes(team))).toBe(true);
  });

  it('comes before its log, which has failures alone', async () => {
    const told: string[] = [];
    const stream = (name: string): { write: (text: string) => unknown } => ({
      write: (text) => told.push(`${name} ${text}`),
    });
    const context = createTestContext({
      env: { PORT: '0' },
      nodeVersion: '20.19.0',
      stdout: stream('out'),
      stderr: stream('err'),
    });
    const exit = run(['serve', '--demo'], context);
    while (!told.some((text) => text.includes('"event":"listening"'))) await nextTurn();
    const [first = '', second = ''] = told;
    expect(first).toContain('out Scrapegate stands');
    expect(first).toContain('Note: Node.js 20.19.0 lacks security fixes.');
    expect(second).toContain('"event":"listening"');
    const [, url = ''] = / (http:\S+)\/metrics'?$/m.exec(first) ?? [];
    const [, token = ''] = /token: (\S+)/.exec(first) ?? [];
    expect(await status(`${url}/metrics`, token)).toBe(200);
    expect(await status(`${url}/metrics`)).toBe(401);
    context.signal('SIGTERM');
    expect(await exit).toBe(0);
    const events = told.slice(1).map((text): unknown => JSON.parse(text.slice(4)).event);
    expect(events).toEqual(['listening', 'request', 'stopping', 'stopped']);
    expect(told.join('')).toContain('credential_missing');
    expect(told.join('')).not.toContain('WARN_SCRAPEGATE_NODE_OUTDATED');
  });

  it('shows three readers three views', async () => {
    const { context, url } = await start(['--demo'], { PORT: '0' });
    await context.seen('Ctrl+C');
    const tokens = [...context.out().matchAll(/token: ([A-Za-z0-9_-]{43})/g)].map(([, token]) => token ?? '');
    expect(new Set(tokens).size).toBe(3);
    const bodies = await Promise.all(
      tokens.map(async (token) => {
        const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
        expect(response.status).toBe(200);
        return response.text();
      }),
    );
    const [operations = '', finance = '', acme = ''] = bodies;
    expect(operations).not.toContain('@');
    expect(finance).toMatch(/user_email="[^"]+@[^"]+"/);
    expect(new Set([...acme.matchAll(/ ?team="([^"]*)"/g)].map(([, team]) => team)).size).toBe(1);
    expect(await status(`${url}/metrics`)).toBe(401);
    for (const secret of tokens) expect(context.err()).not.toContain(secret);
  });

  it('has no view in common with the environment', async () => {
    const { url } = await start(['--demo'], { PORT: '0', METRICS_BEARER_TOKEN: TOKEN });
    expect(await status(`${url}/metrics`, TOKEN)).toBe(401);
  });
});
