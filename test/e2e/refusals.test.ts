// Bad input to the built program: it ends at once with the right exit code, says what is wrong and the way out,
// and never shows a secret.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Evidence } from '../support/e2e/evidence.js';
import { gateConfig, makePseudonymKey, makeToken, runGate } from '../support/e2e/start-gate.js';

const operator = makeToken();
const pseudonymKey = makePseudonymKey();
const SECRETS = ['hunter2-planted-secret', operator.token, pseudonymKey];
const SOURCE = 'http://127.0.0.1:9';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-refusals-'));
  await writeFile(join(folder, 'pseudonym.key'), pseudonymKey);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A configuration that works, but for what `more` says. */
function config(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    pseudonym_key_file: 'pseudonym.key',
    targets: { source: { url: SOURCE } },
    views: { all: { target: 'source' } },
    credentials: { operator: { bearer_token_digest: operator.digest, view: 'all' } },
    ...more,
  };
}

interface Refusal {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** Starts with a configuration that cannot work. */
async function refusal(refused: Readonly<Record<string, unknown>>, port = 1): Promise<Refusal> {
  const file = join(folder, 'refused.yaml');
  await writeFile(file, gateConfig(port, refused));
  const ended = await runGate(['serve', '--config', file]);
  if (ended.stdout !== '') throw new Error('errors belong on standard error');
  const evidence = new Evidence();
  evidence.add('errors', ended.stderr);
  if (evidence.find(SECRETS).length > 0) throw new Error('an error shows a secret');
  return { code: ended.code, lines: ended.stderr.trimEnd().split('\n') };
}

describe('bad input ends the start with a clear error', () => {
  test('a port in use: one line, and the way out', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => {
      blocker.listen(0, '127.0.0.1', resolve);
    });
    const address = blocker.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    const { code, lines } = await refusal(config(), address.port);
    blocker.close();
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`127.0.0.1:${String(address.port)}`);
    expect(lines[0]).toMatch(/another program.*choose another port/u);
  });

  test.each([
    { what: 'is missing', file: 'nowhere.token', words: 'does not exist' },
    { what: 'is a folder', file: '.', words: 'is a folder' },
  ])('a secret file that $what: its key, and one line', async ({ file, words }) => {
    const { code, lines } = await refusal(
      config({ targets: { source: { url: SOURCE, bearer_token_file: file } } }),
    );
    expect(code).toBe(2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('targets.source.bearer_token_file');
    expect(lines[1]).toContain(words);
  });

  test('an unknown target: its key, and the name that was meant', async () => {
    const { code, lines } = await refusal(config({ views: { all: { target: 'sorce' } } }));
    expect(code).toBe(2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/views\.all\.target.*did you mean source/u);
  });

  test('several problems: all of them at once', async () => {
    const { code, lines } = await refusal({
      ...config({ targets: { source: { url: 'ftp://127.0.0.1' } } }),
      allowed_ips: ['10.0.0.0/99'],
      credentials: {
        operator: { bearer_token_digest: 'hunter2-planted-secret', view: 'every' },
        books: { username: 'books', view: 'all' },
      },
    });
    expect(code).toBe(2);
    const text = lines.join('\n');
    for (const path of [
      'targets.source.url',
      'allowed_ips',
      'credentials.operator.bearer_token_digest',
      'credentials.operator.view',
      'credentials.books',
    ]) {
      expect(text).toContain(path);
    }
  });

  test('a file that is not there', async () => {
    const ended = await runGate(['serve', '--config', join(folder, 'nowhere.yaml')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain('does not exist');
  });

  test('a variable that is set but empty', async () => {
    const env = { SCRAPEGATE_TARGET: `${SOURCE}/metrics`, METRICS_BEARER_TOKEN: '' };
    const ended = await runGate(['serve'], { env });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/METRICS_BEARER_TOKEN.*empty/u);
  });

  test('`check` finds what `serve` finds, and starts nothing', async () => {
    const file = join(folder, 'checked.yaml');
    await writeFile(file, gateConfig(1, config({ views: { all: { target: 'sauce' } } })));
    const bad = await runGate(['check', '--config', file]);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('views.all.target');
    await writeFile(file, gateConfig(1, config()));
    expect((await runGate(['check', '--config', file])).code).toBe(0);
  });
});
