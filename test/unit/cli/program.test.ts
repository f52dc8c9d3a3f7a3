import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { digestToken, formatTokenDigest } from '../../../src/auth/digest.js';
import { parsePasswordHash, verifyPassword } from '../../../src/auth/password.js';
import { run } from '../../../src/cli/program.js';
import { ENVIRONMENT_VARIABLES } from '../../../src/config/environment-names.js';
import { asRecord } from '../../../src/internal/option-problems.js';
import { createTestContext, inputOf } from '../../support/cli-context.js';
import { makeServerCertificate } from '../../support/make-certificate.js';
import { ManualClock } from '../../support/manual-clock.js';

const COMMANDS = ['serve', 'check', 'init', 'preview', 'token', 'hash-password'];

describe('usage', () => {
  it.each([
    [[]],
    [['unknown']],
    [['serve', '--unknown']],
    [['serve', 'extra']],
    [['serve', '--config']],
    [['check', '--listen', 'nowhere']],
    [['token', '--name', 'Not A Name']],
    [['token', '--name', '__proto__']],
    [['token', '--view', '<view>']],
    [['serve', '--demo', '--config', 'x.yml']],
    [['serve', '--demo', '--listen', 'nowhere']],
  ])('%j is refused with 2, on standard error alone', async (args) => {
    const context = createTestContext();
    expect(await run(args, context)).toBe(2);
    expect(context.out()).toBe('');
    expect(context.err()).not.toBe('');
  });

  it.each([[['--help']], ...COMMANDS.map((command) => [[command, '--help']])])(
    '%j tells the exit codes',
    async (args) => {
      const context = createTestContext();
      expect(await run(args, context)).toBe(0);
      expect(context.err()).toBe('');
      expect(context.out()).toMatch(/Exit codes:\n {2}0 .+\n {2}1 .+\n {2}2 .+/);
    },
  );

  it('serve --help lists every variable', async () => {
    const context = createTestContext();
    await run(['serve', '--help'], context);
    for (const name of Object.keys(ENVIRONMENT_VARIABLES)) expect(context.out()).toContain(` ${name} `);
  });

  it('--version is the version', async () => {
    const context = createTestContext();
    expect(await run(['--version'], context)).toBe(0);
    expect(context.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('the way out of a wrong command line', () => {
  it.each([
    [['unknown'], 'See "scrapegate --help" for the commands.'],
    [['serv'], 'Did you mean serve?'],
    [['--unknown'], 'See "scrapegate --help" for the commands.'],
    [['token', 'extra'], 'See "scrapegate token --help".'],
    [['serve', '--unknown'], 'See "scrapegate serve --help".'],
    [['check', 'scrapegate.yml'], 'scrapegate check --config scrapegate.yml'],
    [['serve', '/etc/scrapegate/gate.yaml'], 'scrapegate serve --config /etc/scrapegate/gate.yaml'],
    [['check', '--config', 'a.yml', 'b.yml'], 'See "scrapegate check --help".'],
    [['check', 'x\u001b[31m.yml'], 'See "scrapegate check --help".'],
  ])('%j', async (args, hint) => {
    const context = createTestContext();
    expect(await run(args, context)).toBe(2);
    expect(context.err()).toContain(hint);
    expect(context.err().trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  });
});

describe('token', () => {
  it('prints a new token each time, and the digest that belongs to it', async () => {
    const tokens = new Set<string>();
    for (let i = 0; i < 3; i += 1) {
      const context = createTestContext();
      expect(await run(['token', '--name', 'books'], context)).toBe(0);
      const [, token = ''] = /^ {2}([A-Za-z0-9_-]{43})$/m.exec(context.out()) ?? [];
      expect(context.out()).toContain(
        `books: { bearer_token_digest: "${formatTokenDigest(digestToken(token))}"`,
      );
      expect(context.out().split(token)).toHaveLength(2);
      tokens.add(token);
    }
    expect(tokens.size).toBe(3);
  });

  const yamlBelow = (text: string, heading: string, key: string): unknown => {
    const [, rest = ''] = text.split(heading);
    const [block = ''] = rest.split('\n\n').slice(1);
    return parse(`${key}:\n${block}`);
  };

  it('prints lines to add: below credentials, and below scrape_configs', async () => {
    const context = createTestContext();
    await run(['token', '--name', 'acme', '--view', 'acme'], context);
    expect(yamlBelow(context.out(), '(only the digest', 'credentials')).toEqual({
      credentials: {
        acme: { bearer_token_digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), view: 'acme' },
      },
    });
    expect(yamlBelow(context.out(), 'For prometheus.yml', 'scrape_configs')).toEqual({
      scrape_configs: [
        {
          job_name: 'scrapegate-acme',
          authorization: { type: 'Bearer', credentials_file: '/etc/prometheus/scrapegate-acme.token' },
          static_configs: [{ targets: ['127.0.0.1:9087'] }],
        },
      ],
    });
  });

  it('opens no view that nobody chose: what it prints is refused until a view is named', async () => {
    const context = createTestContext();
    await run(['token', '--name', 'acme'], context);
    const lines = yamlBelow(context.out(), '(only the digest', 'credentials');
    const path = join(mkdtempSync(join(tmpdir(), 'scrapegate-token-')), 'gate.yml');
    onTestFinished(() => rmSync(dirname(path), { recursive: true }));
    const gate = {
      targets: { llm: { url: 'http://127.0.0.1:1/' } },
      views: { operations: { target: 'llm' } },
    };
    writeFileSync(path, stringify({ ...gate, ...asRecord(lines) }));
    const checking = createTestContext();
    expect(await run(['check', '--config', path], checking)).toBe(2);
    expect(checking.err()).toContain(
      'credentials.acme.view: is still a placeholder; put the name of a view: operations, default',
    );
  });

  it.each([
    ['a terminal', { isTTY: true }, true],
    ['a pipe', { isTTY: false }, false],
    ['a terminal with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('%s: colour %s', async (_, given, expected) => {
    const context = createTestContext(given);
    await run(['token'], context);
    expect(context.out().includes('\u001b[')).toBe(expected);
  });
});

describe('hash-password', () => {
  async function hash(chunks: readonly (string | Uint8Array)[], isTTY = false) {
    const stdin = inputOf(chunks, isTTY);
    const context = createTestContext({ stdin });
    const code = await run(['hash-password'], context);
    return { code, out: context.out(), err: context.err(), raw: stdin.raw };
  }

  it.each([
    ['nothing', []],
    ['a line break', ['\n']],
    ['two lines', ['hunter2\nhunter2\n']],
    ['a NUL', ['hunter2\0']],
    ['a byte order mark', ['\uFEFFhunter2']],
    ['bytes that are no text', [Uint8Array.of(0xff, 0xfe)]],
    ['a wrong file', ['x'.repeat(70_000)]],
    ['1025 bytes', ['x'.repeat(1025)]],
  ])('%s is refused', async (_, chunks) => {
    const { code, out, err } = await hash(chunks);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toContain('hunter2');
  });

  it.each([
    ['a line', ['correct horse\n'], 'correct horse'],
    ['no line break', ['correct horse'], 'correct horse'],
    ['CRLF', ['correct horse\r\n'], 'correct horse'],
    ['a character cut in two', [Uint8Array.of(0xc3), Uint8Array.of(0xa4)], 'ä'],
    ['a blank at the end', ['horse \n'], 'horse '],
  ])('%s', async (_, chunks, password) => {
    const { code, out, err } = await hash(chunks);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const parsed = parsePasswordHash(out.trimEnd());
    expect(parsed.ok && (await verifyPassword(password, parsed.value))).toBe(true);
  });

  it('makes bcrypt hashes where it is asked to, of at most 72 bytes', async () => {
    const context = createTestContext({ stdin: inputOf(['correct horse\n'], false) });
    expect(await run(['hash-password', '--bcrypt'], context)).toBe(0);
    expect(context.out()).toMatch(/^\$2y\$12\$[./A-Za-z0-9]{53}\n$/);
    const parsed = parsePasswordHash(context.out().trimEnd());
    expect(parsed.ok && (await verifyPassword('correct horse', parsed.value))).toBe(true);
    const long = createTestContext({ stdin: inputOf(['x'.repeat(73)], false) });
    expect(await run(['hash-password', '--bcrypt'], long)).toBe(2);
    expect(long.err()).toContain('72 bytes');
  });

  it('asks twice on a terminal, without echo', async () => {
    const { code, out, err, raw } = await hash(['hunX', '\u007f', 'ter2\r', 'hunter2', '\r'], true);
    expect(code).toBe(0);
    expect(err).toBe('Password: \nOnce more: \n');
    expect(raw).toEqual([true, false]);
    const parsed = parsePasswordHash(out.trimEnd());
    expect(parsed.ok && (await verifyPassword('hunter2', parsed.value))).toBe(true);
  });

  it.each([
    ['two that differ', ['hunter2\r', 'hunter3\r'], 'differ'],
    ['Ctrl+C', ['hunter2\u0003'], 'no password'],
    ['Ctrl+D', ['\u0004'], 'no password'],
    ['the end of input', ['hunter2\r'], 'no password'],
    ['nothing, twice', ['\r\r'], 'empty'],
  ])('%s on a terminal is refused, and the echo comes back', async (_, chunks, part) => {
    const { code, out, err, raw } = await hash(chunks, true);
    expect({ code, out, raw }).toEqual({ code: 2, out: '', raw: [true, false] });
    expect(err).toContain(part);
    expect(err).not.toContain('hunter');
  });
});

describe('check', () => {
  it('lists every problem with its path, one a line, and ends with 2', async () => {
    const context = createTestContext({ env: { PORT: 'x', METRICS_BERER_TOKEN: 'hunter2' } });
    expect(await run(['check'], context)).toBe(2);
    expect(context.out()).toBe('');
    expect(context.err().split('\n')).toEqual([
      'error: the configuration has 3 problems (ERR_SCRAPEGATE_CONFIG_INVALID)',
      '  METRICS_BERER_TOKEN: is not known; did you mean METRICS_BEARER_TOKEN?',
      '  PORT: is not a port; expected a number from 0 to 65535, or unix:/path/of/socket',
      expect.stringContaining('  targets: no target is configured'),
      '',
    ]);
  });

  it('says in one line that the file is not there', async () => {
    const context = createTestContext();
    expect(await run(['check', '--config', '/nowhere/\u001b[31mgate.yml'], context)).toBe(2);
    expect(context.err()).toBe(
      'error: the configuration file "/nowhere/\\u001b[31mgate.yml" does not exist (ERR_SCRAPEGATE_CONFIG_UNREADABLE)\n',
    );
  });

  it('warns of an expired certificate of the gate by file and date, and passes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scrapegate-check-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const notAfterMs = Date.UTC(2020, 0, 2);
    const { cert, key } = makeServerCertificate({ notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs });
    writeFileSync(join(folder, 'tls.crt'), cert);
    writeFileSync(join(folder, 'tls.key'), key);
    const config = join(folder, 'gate.yml');
    writeFileSync(
      config,
      'targets: { a: { url: "http://a.example/" } }\ntls: { cert_file: tls.crt, key_file: tls.key }\n',
    );
    for (const [nowMs, times] of [
      [notAfterMs, 0],
      [notAfterMs + 1000, 1],
    ] as const) {
      const context = createTestContext({ clock: new ManualClock(nowMs) });
      expect(await run(['check', '--config', config], context)).toBe(0);
      const warning = `warning: the TLS certificate in "${join(folder, 'tls.crt')}" expired at 2020-01-02T00:00:00.000Z`;
      expect(context.out().split(warning)).toHaveLength(1 + times);
    }
  });

  it('says what a valid configuration means, with its warnings', async () => {
    const context = createTestContext({
      env: { SCRAPEGATE_TARGET: 'http://litellm.example/metrics', METRICS_BEARER_TOKEN: 'hunter2' },
    });
    expect(await run(['check'], context)).toBe(0);
    const text = context.out();
    for (const part of [
      'The configuration is valid.',
      'variables: SCRAPEGATE_TARGET, METRICS_BEARER_TOKEN',
      'listen: http://0.0.0.0:9087',
      'target default: http://litellm.example/metrics, preset generic, at /metrics and /metrics/default',
      'view default: target default, preset generic',
      'credential env-bearer-token: view default and the metrics of the gate, with a token',
      'WARN_SCRAPEGATE_TOKEN_WEAK',
      'WARN_SCRAPEGATE_PLAIN_HTTP',
      'WARN_SCRAPEGATE_PSEUDONYM_KEY_EPHEMERAL',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('hunter2');
  });
});
