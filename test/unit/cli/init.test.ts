import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../../src/cli/program.js';
import { createTestContext } from '../../support/cli-context.js';

const EXPOSITION =
  '# TYPE litellm_requests_total counter\nlitellm_requests_total{user="anna",client_ip="203.0.113.7"} 1\n';
const HOSTILE = [
  '# TYPE prometheus_build_info gauge',
  'prometheus_build_info{version="2.42.0\\n    insecure_allow_unauthenticated: true"} 1',
  '# TYPE prometheus_tsdb_x gauge',
  'prometheus_tsdb_x{user="\u001b[2J"} 1',
].join('\n');

/** Path → status and body; `/guarded` asks for a token. */
const answers: Readonly<Record<string, readonly [status: number, body: string]>> = {
  '/metrics/': [200, EXPOSITION],
  '/metrics': [307, ''],
  '/guarded': [200, EXPOSITION],
  '/hostile': [200, `${HOSTILE}\n`],
  '/damaged': [200, `${EXPOSITION}# TYPE a counter\na{x="1"} -\n`],
  '/page': [200, '<html>anna@acme.example</html>\n'],
  '/broken': [500, 'anna@acme.example'],
};
const asked: string[] = [];
let base = '';
const server = createServer((request, response) => {
  const path = request.url ?? '';
  asked.push(path);
  const isOpen = path !== '/guarded' || request.headers.authorization === 'Bearer let-me-in';
  const [status, body] = isOpen ? (answers[path] ?? [404, '']) : [401, 'who is anna@acme.example?'];
  const headers = status === 307 ? { location: '/metrics/' } : {};
  response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4', ...headers });
  response.end(body);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
});
afterAll(() => void server.close());

/** A target of its own, which answers as `statuses` say, and with an exposition where that is 200. */
async function targetWith(statuses: Readonly<Record<string, number>>): Promise<string> {
  const answer: RequestListener = ({ url = '' }, response) => {
    asked.push(url);
    const status = statuses[url] ?? 404;
    response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(status === 200 ? EXPOSITION : '');
  };
  const target = createServer(answer);
  onTestFinished(() => void target.close());
  await new Promise<void>((resolve) => void target.listen(0, '127.0.0.1', resolve));
  const address = target.address();
  return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrapegate-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  asked.length = 0;
});

async function init(url: string, ...args: readonly string[]) {
  const context = createTestContext();
  const code = await run(['init', url, '--output', join(folder, 'out'), ...args], context);
  return { code, out: context.out(), err: context.err() };
}
const written = (): readonly string[] => {
  try {
    return readdirSync(join(folder, 'out')).toSorted();
  } catch {
    return [];
  }
};
const text = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8');

async function check(): Promise<{ readonly code: number; readonly said: string }> {
  const context = createTestContext();
  const code = await run(['check', '--config', join(folder, 'out', 'scrapegate.yml')], context);
  return { code, said: context.out() + context.err() };
}

describe('init', () => {
  it.each<[string, string, readonly string[], number, string]>([
    ['what is no URL', 'litellm', [], 2, 'url: is not a URL'],
    ['a user in the URL', 'http://anna:hunter2@127.0.0.1:1/', [], 2, 'user information'],
    ['an unknown form', '/metrics', ['--for', 'nomad'], 2, '--for: expected one of prometheus, compose'],
    ['an unknown preset', '/metrics', ['--preset', 'x'], 2, '--preset: expected one of generic'],
    ['a port that is none', '/metrics', ['--listen', '9087'], 2, '--listen: expected host:port'],
    ['port 0', '/metrics', ['--listen', '127.0.0.1:0'], 2, '--listen: expected host:port'],
    ['a socket', '/metrics', ['--listen', 'unix:/run/x.sock'], 2, '--listen: expected host:port'],
    [
      'a target without a path',
      '/metrics',
      ['--target-url', 'http://x'],
      2,
      '--target-url: expected http://',
    ],
    [
      'a target with a password in it',
      '/metrics',
      ['--target-url', 'http://u:hunter2@x/metrics'],
      2,
      '--target-url: expected http://',
    ],
    [
      'a target with a fragment',
      '/metrics',
      ['--target-url', 'http://x/metrics#hunter2'],
      2,
      '--target-url: expected http://',
    ],
    [
      'a target with a line break',
      '/metrics',
      ['--target-url', 'http://x/metrics\n'],
      2,
      '--target-url: expected http://',
    ],
    ['loopback in Kubernetes', '/metrics', ['--for', 'kubernetes'], 2, '--target-url: is missing'],
    [
      'a path that systemd cannot name',
      '/metrics',
      ['--for', 'systemd', '--output', '/x y'],
      2,
      '--for: a unit',
    ],
    [
      'no token file',
      '/guarded',
      ['--bearer-token-file', '/nowhere'],
      2,
      '--bearer-token-file: the file /nowhere does not exist',
    ],
    [
      'a token instead of its file',
      '/guarded',
      ['--bearer-token-file', 'hunter2'],
      2,
      '--bearer-token-file: the file does not exist',
    ],
    ['a target that is closed', '/guarded', [], 1, 'refuses (401); give it a token with --bearer-token-file'],
    ['a target that fails', '/broken', [], 1, 'the target answers without metrics (500)'],
    ['a path that is not there', '/none', [], 1, 'the target answers without metrics (404)'],
    ['a page', '/page', [], 1, 'something that is no exposition: line 1: '],
  ])('refuses %s, and writes nothing', async (_, path, args, code, part) => {
    const result = await init(path.startsWith('/') ? base + path : path, ...args);
    expect({ code: result.code, out: result.out }).toEqual({ code, out: '' });
    expect(result.err).toContain(part);
    expect(result.err).not.toMatch(/anna|hunter2/);
    expect(written()).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, number>>, readonly string[], string]>([
    [
      'a redirect to what is closed',
      { '/metrics': 307, '/metrics/': 401 },
      [],
      'the target gives no metrics: /metrics redirects, and the gate follows no redirect (307); /metrics/ refuses (401); /prometheus/metrics answers without metrics (404); give it a token with --bearer-token-file',
    ],
    [
      'a token that does not open it',
      { '/metrics': 307, '/metrics/': 403 },
      ['--bearer-token-file', 'key'],
      '/metrics/ refuses (403); /prometheus/metrics answers without metrics (404); the token in --bearer-token-file does not open it',
    ],
    [
      'nothing anywhere',
      {},
      [],
      'the target gives no metrics: /metrics answers without metrics (404); /prometheus/metrics answers without metrics (404) (ERR_',
    ],
  ])('says what each usual path gave: %s', async (_, statuses, args, part) => {
    const file = join(folder, 'key');
    writeFileSync(file, 'another');
    const result = await init(
      await targetWith(statuses),
      ...args.map((each) => (each === 'key' ? file : each)),
    );
    expect(result.code).toBe(1);
    expect(result.err).toContain(part);
    expect(written()).toEqual([]);
  });

  it.each([301, 401, 500])('goes on to the next usual path after a %i', async (status) => {
    const { code, out } = await init(
      await targetWith({ '/metrics': status, '/metrics/': status, '/prometheus/metrics': 200 }),
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^Found LiteLLM at http:\/\/127\.0\.0\.1:\d+\/prometheus\/metrics$/m);
  });

  it('asks a target that cannot be reached once', async () => {
    const { code, err } = await init('http://127.0.0.1:1');
    expect(code).toBe(1);
    expect(err).toContain('the target cannot be reached (ECONNREFUSED)');
  });

  it('shows no query, which may hold a key, and keeps it behind the path', async () => {
    const { err } = await init(`${await targetWith({ '/metrics?key=hunter2': 307 })}/metrics?key=hunter2`);
    expect(asked).toEqual(['/metrics?key=hunter2', '/metrics/?key=hunter2']);
    expect(err).toContain('/metrics/ answers without metrics (404)');
    expect(err).not.toContain('hunter2');
  });

  it('refuses to listen where the target does', async () => {
    const { code, err } = await init(`${base}/metrics`, '--listen', new URL(base).host);
    expect(code).toBe(2);
    expect(err).toContain('--listen: is where the target listens already');
    expect(asked).toEqual([]);
  });

  it('lists every problem of its options at once', async () => {
    const { err } = await init('x', '--for', 'y', '--preset', 'z', '--listen', 'w');
    expect(err.split('\n').filter((line) => line.startsWith('  '))).toHaveLength(4);
  });

  it('writes a set-up that check accepts, from an address without a path', async () => {
    const { code, out, err } = await init(base);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(asked).toEqual(['/metrics', '/metrics/']);
    expect(out).toContain(`Found LiteLLM at ${base}/metrics/`);
    expect(out).toContain('It answers without a credential');
    expect(out).toMatch(/- {2}client_ip .* preset litellm: client addresses/);
    expect(out).not.toMatch(/anna|203\.0\.113/);
    expect(written()).toEqual(['prometheus.yml', 'scrapegate.token', 'scrapegate.yml']);
    const checked = await check();
    expect(checked.code).toBe(0);
    expect(checked.said).toContain('preset litellm');
    expect(checked.said).not.toContain('warning:');
  });

  it('keeps the token in its file alone', async () => {
    const { out } = await init(base);
    const token = text('scrapegate.token');
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(join(folder, 'out', 'scrapegate.token')).mode & 0o777).toBe(0o600);
    expect(out + text('scrapegate.yml') + text('prometheus.yml')).not.toContain(token);
    await init(base, '--force');
    expect(text('scrapegate.token')).not.toBe(token);
  });

  it('replaces nothing unless it is told to', async () => {
    await init(base);
    const before = ['prometheus.yml', 'scrapegate.token', 'scrapegate.yml'].map(text);
    const { code, err } = await init(base, '--for', 'alloy');
    expect(code).toBe(1);
    expect(err.match(/is there already/g)).toHaveLength(3);
    expect(['prometheus.yml', 'scrapegate.token', 'scrapegate.yml'].map(text)).toEqual(before);
    expect(written()).toHaveLength(3);
    expect((await init(base, '--for', 'alloy', '--force')).code).toBe(0);
    expect(written()).toContain('scrapegate.alloy');
  });

  it('gives the gate the token of the target by its file', async () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'let-me-in\n');
    const { code, out } = await init(`${base}/guarded`, '--bearer-token-file', file);
    expect(code).toBe(0);
    expect(out).not.toContain('It answers without a credential');
    expect(text('scrapegate.yml')).toContain(`bearer_token_file: ${JSON.stringify(file)}`);
    expect(text('scrapegate.yml')).not.toContain('let-me-in');
    expect((await check()).code).toBe(0);
  });

  it('tells of a target that is open although there is a token for it', async () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'let-me-in\n');
    const { out } = await init(`${base}/metrics/`, '--bearer-token-file', file);
    expect(out).toContain('It answers without a credential');
  });

  it('writes nothing that a target said', async () => {
    const { code, out } = await init(`${base}/hostile`, '--for', 'compose', '--for', 'systemd');
    expect(code).toBe(0);
    expect(out).not.toContain('\u001b');
    for (const name of written()) expect(text(name)).not.toMatch(/insecure_allow|2\.42|\[2J/);
    expect(out).toContain('Found Prometheus at');
    expect((await check()).code).toBe(0);
  });

  it('leaves out what is malformed, and says so', async () => {
    const { code, out } = await init(`${base}/damaged`);
    expect(code).toBe(0);
    expect(out).toContain('1 metric of it is malformed');
    expect(text('scrapegate.yml')).toContain('on_malformed: quarantine');
  });
});
