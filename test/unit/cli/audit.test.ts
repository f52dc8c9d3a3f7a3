// `scrapegate audit` on the command line: what it reads, where the report goes, how it ends. Negative cases first.

import { execFileSync } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { run } from '../../../src/cli/program.js';
import { createTestContext, inputOf, type TestContext } from '../../support/cli-context.js';

const METRICS = '# TYPE requests counter\nrequests{user_email="anna@acme.example"} 1\n';
const TOKEN = 'planted-token-of-a-scraper-00000000000000000';

let folder: string;
let server: Server;
let address: string;
/** `METHOD path authorization` of every request. */
const asked: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scrapegate-audit-'));
  server = createServer((request, response) => {
    const { authorization = '-' } = request.headers;
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${authorization}`);
    if (
      ![`Bearer ${TOKEN}`, `Basic ${Buffer.from(`bob:${TOKEN}`).toString('base64')}`].includes(authorization)
    ) {
      response.writeHead(401).end('no\n');
      return;
    }
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'cache-control': 'no-store' })
      .end(METRICS);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no TCP address');
  address = `http://127.0.0.1:${String(bound.port)}/metrics`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function audit(
  args: readonly string[],
  given: Parameters<typeof createTestContext>[0] = {},
): Promise<TestContext & { readonly code: number }> {
  const context = createTestContext(given);
  const code = await run(['audit', ...args], context);
  return { ...context, code };
}

const ONCE = ['--interval', '0', '--no-ports'];

describe('a wrong command line', () => {
  test('is refused with every problem, and sends nothing', async () => {
    asked.length = 0;
    const { code, err, out } = await audit([
      address,
      '--bearer-token-file',
      join(folder, 'nothing-here'),
      '--basic',
      `bob:${TOKEN}`,
      '--ports',
      '80,x',
      '--interval',
      'soon',
      '--timeout',
      '-1',
    ]);
    expect(code).toBe(2);
    for (const option of ['--bearer-token-file', '--basic', '--ports', '--interval', '--timeout']) {
      expect(err()).toContain(`  ${option}: `);
    }
    expect(err()).not.toContain(TOKEN);
    expect([out(), asked]).toEqual(['', []]);
  });

  test.each([
    [['--format', 'pdf']],
    [['--fail-on', 'awful']],
    [['--ports', '0']],
    [['--ports', Array.from({ length: 17 }, (_, port) => String(port + 1)).join(',')]],
  ])('of %j is refused', async (args) => {
    expect((await audit([address, ...args])).code).toBe(2);
  });

  test.each(['http://user:secret@127.0.0.1/metrics', 'http://127.0.0.1/metrics#x', 'http://'])(
    'with the address %s is refused, and does not repeat it',
    async (url) => {
      const { code, err } = await audit([url, ...ONCE]);
      expect(code).toBe(2);
      expect(err()).not.toContain('secret');
    },
  );

  test('with a file of --basic that has no user is refused', async () => {
    const { code, err } = await audit([address, '--basic', file('pair.txt', `${TOKEN}\n`)]);
    expect(code).toBe(2);
    expect(err()).toContain('without user:password');
    expect(err()).not.toContain(TOKEN);
  });
});

describe('an address', () => {
  test('that nobody answers at ends with 1', async () => {
    const { code, err, out } = await audit(['http://127.0.0.1:9/metrics', ...ONCE]);
    expect([code, out()]).toEqual([1, '']);
    expect(err()).toContain('ERR_SCRAPEGATE_TARGET_FAILED');
  });

  test.each([
    ['--bearer-token-file', () => file('token.txt', `${TOKEN}\n`)],
    ['--basic', () => file('pair.txt', `bob:${TOKEN}\n`)],
    ['--basic', () => `bob:${file('password.txt', `${TOKEN}\n`)}`],
  ])('is audited as a stranger and with %s', async (option, value) => {
    asked.length = 0;
    const { code, out, err } = await audit([address, option, value(), ...ONCE]);
    expect(code).toBe(0);
    expect(out()).toContain('privacy/email');
    expect(out()).toContain('access/method');
    expect(out()).not.toContain('access/open');
    expect(out() + err()).not.toContain(TOKEN);
    expect(out() + err()).not.toContain('anna');
    expect(err()).toContain('audit: fetching as a stranger\n');
    expect(asked[0]).toMatch(/^GET \/metrics B/);
    expect(asked).toContain('GET /metrics -');
    const withCredential = asked.filter((line) => !line.endsWith(' -')).map((line) => line.split(' ')[1]);
    expect(new Set(withCredential)).toEqual(new Set(['/metrics']));
  });

  test('shows no value of its query', async () => {
    const { out } = await audit([`${address}?key=planted-in-a-query`, ...ONCE]);
    expect(out()).toContain('/metrics?…');
    expect(out()).not.toContain('planted-in-a-query');
  });
});

describe('a file and standard input', () => {
  test.each(['nofile', 'no.such/file.prom', '127.0.0.1:9/metrics'])(
    'that is not there, as %s, is named, ends with 1 and is told how to write an address',
    async (path) => {
      const { code, err, out } = await audit([path]);
      expect([code, out()]).toEqual([1, '']);
      expect(err()).toContain(`the file ${path} does not exist; an address begins with http:// or https://`);
    },
  );

  test('that is not there is named without what acts on a terminal, or a secret of an address', async () => {
    const { code, err } = await audit(['bob:planted@h.example/m\u001b[2J?key=hidden']);
    expect(code).toBe(1);
    expect(err()).toContain('the file …@h.example/m·[2J?… does not exist');
    expect(err()).not.toMatch(/planted|hidden/);
  });

  test('are audited without a request', async () => {
    asked.length = 0;
    const path = file('metrics.prom', METRICS);
    const fromFile = await audit([path]);
    const fromInput = await audit(['-'], {
      stdin: inputOf([METRICS.slice(0, 9), Buffer.from(METRICS.slice(9))]),
    });
    expect([fromFile.code, fromInput.code, asked]).toEqual([0, 0, []]);
    expect(fromFile.out()).toContain('privacy/email');
    expect(fromInput.out()).toBe(fromFile.out().replace(path, 'standard input'));
  });

  test('that are there but cannot be read end with 1', async () => {
    const unread = await audit([folder]);
    expect(unread.code).toBe(1);
    expect(unread.err()).toContain(`the file ${folder} is a folder`);
    const endless = {
      ...inputOf([]),
      async *[Symbol.asyncIterator]() {
        await Promise.resolve();
        for (;;) yield Buffer.alloc(16 * 1024 * 1024);
      },
    };
    const { code, err } = await audit(['-'], { stdin: endless });
    expect(code).toBe(1);
    expect(err()).toContain('standard input is larger than');
  });
});

describe('where nothing could be looked at', () => {
  const failOn = [[], ['--fail-on', 'low'], ['--fail-on', 'info']].map((options) => ({ options }));

  test.each(failOn)('a refused credential ends with 1, after the report: $options', async ({ options }) => {
    const wrong = file('wrong.txt', 'planted-token-that-has-expired-0000000000\n');
    const { code, out, err } = await audit([address, '--bearer-token-file', wrong, ...ONCE, ...options]);
    expect(code).toBe(1);
    expect(out()).toContain('\n\nNothing could be looked at: the credential was refused with 401.\n\n');
    expect(err()).toContain('nothing could be looked at: the credential was refused with 401 (ERR_');
    expect(out() + err()).not.toContain('planted');
  });

  test.each(failOn)('a file and a pipe end with 1: $options', async ({ options }) => {
    const fromFile = await audit([file('x', 'x\n'), ...options]);
    const fromInput = await audit(['-', ...options], { stdin: inputOf(['<html></html>']) });
    for (const { code, out } of [fromFile, fromInput]) {
      expect(code).toBe(1);
      expect(out()).toContain('Nothing could be looked at: the input is no exposition.');
    }
  });

  test('the file of --output is written all the same', async () => {
    const path = join(folder, 'unread.sarif');
    const { code } = await audit([file('x', 'x\n'), '--format', 'sarif', '--output', path]);
    expect(code).toBe(1);
    expect(JSON.parse(readFileSync(path, 'utf8')).runs[0].invocations[0].executionSuccessful).toBe(false);
  });

  test.each([[[]], [['--fail-on', 'low']]])(
    'because strangers are refused, as they should be, it ends with 0: %j',
    async (options) => {
      const { code, out } = await audit([address, ...ONCE, ...options]);
      expect(code).toBe(0);
      expect(out()).toContain(
        '\n\nNothing behind the door was looked at: it answered 401; --bearer-token-file or --basic looks inside.\n\n',
      );
    },
  );
});

describe('--fail-on', () => {
  test.each([
    ['critical', 0],
    ['high', 0],
    ['medium', 3],
    ['low', 3],
    ['info', 3],
  ])('%s ends with %d where the worst is medium', async (severity, expected) => {
    expect((await audit([file('metrics.prom', METRICS), '--fail-on', severity])).code).toBe(expected);
  });
});

describe('--output', () => {
  test('writes a file of its own, and never over another unasked', async () => {
    const path = join(folder, 'report.html');
    const subject = file('metrics.prom', METRICS);
    const first = await audit([subject, '--format', 'html', '--output', path]);
    expect([first.code, first.out()]).toEqual([0, '']);
    expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/);
    expect(statSync(path).mode & 0o777).toBe(0o600);

    const second = await audit([subject, '--format', 'json', '--output', path]);
    expect(second.code).toBe(1);
    expect(second.err()).toContain('--force');
    expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/);

    const forced = await audit([subject, '--format', 'json', '--output', path, '--force']);
    expect(forced.code).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8')).source).toBe(subject);
  });

  test('writes to a pipe, which stays one, with --force or without', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    // Open on both sides, so that nobody waits for the other one.
    const pipe = openSync(path, 'r+');
    onTestFinished(() => closeSync(pipe));
    const subject = file('metrics.prom', METRICS);
    for (const force of [[], ['--force']]) {
      expect((await audit([subject, '--format', 'json', '--output', path, ...force])).code).toBe(0);
      const written = Buffer.alloc(64 * 1024);
      const length = readSync(pipe, written);
      expect(JSON.parse(written.toString('utf8', 0, length)).source).toBe(subject);
      expect(statSync(path).isFIFO()).toBe(true);
    }
  });

  test('--force writes what a link leads to, and leaves the link', async () => {
    const path = join(folder, 'report.json');
    const link = join(folder, 'latest.json');
    writeFileSync(path, 'old');
    symlinkSync(path, link);
    const subject = file('metrics.prom', METRICS);
    expect((await audit([subject, '--format', 'json', '--output', link, '--force'])).code).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8')).source).toBe(subject);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test('does not write through a link to nowhere, and tells what is wrong', async () => {
    const path = join(folder, 'link.json');
    symlinkSync(join(folder, 'elsewhere.json'), path);
    const subject = file('metrics.prom', METRICS);
    expect((await audit([subject, '--output', path])).code).toBe(1);
    const { code, err } = await audit([subject, '--output', join(folder, 'no-folder', 'x')]);
    expect(code).toBe(1);
    expect(err()).toContain('--output');
  });
});

describe('colour', () => {
  test('is for terminals alone', async () => {
    const path = file('metrics.prom', METRICS);
    expect((await audit([path], { isTTY: true })).out()).toContain('\u001b[');
    expect((await audit([path], { isTTY: true, env: { NO_COLOR: '1' } })).out()).not.toContain('\u001b[');
    expect((await audit([path])).out()).not.toContain('\u001b[');
    const report = join(folder, 'report.txt');
    await audit([path, '--output', report], { isTTY: true });
    expect(readFileSync(report, 'utf8')).not.toContain('\u001b[');
  });
});
