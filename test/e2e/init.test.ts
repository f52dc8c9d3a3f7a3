// From nothing to a Prometheus that is up, in a minute: what `scrapegate init` writes and prints, used as it is, before
// the demo's exposition in the open, a real node_exporter, a real Prometheus, and a gate.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareEnvironment, runChild } from '../support/e2e/child.js';
import { httpGet } from '../support/e2e/http-get.js';
import { setUpBefore, type SetUpOutcome } from '../support/e2e/set-up.js';
import { bearer, makeToken, runGate, startGate, type Gate } from '../support/e2e/start-gate.js';
import { startNodeExporter, startOpenDemo, type OpenTarget } from '../support/e2e/start-open-target.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';

const A_MINUTE = 60;

let demo: OpenTarget;
let nodeExporter: OpenTarget;
let prometheus: Prometheus;
let gate: Gate;
let folder: string;
const token = makeToken();

beforeAll(async () => {
  [demo, nodeExporter, prometheus] = await Promise.all([
    startOpenDemo(),
    startNodeExporter(),
    startPrometheus({ scrapeConfigs: [] }),
  ]);
  gate = await startGate({
    config: {
      targets: { demo: { url: `${demo.url}/metrics`, preset: 'litellm' } },
      views: { all: { target: 'demo' } },
      credentials: { prometheus: { bearer_token_digest: token.digest, view: 'all' } },
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-token-'));
  await writeFile(join(folder, 'token'), token.token, { mode: 0o600 });
});

afterAll(async () => {
  await gate.stop();
  await Promise.all([demo.stop(), nodeExporter.stop(), prometheus.stop()]);
  await rm(folder, { recursive: true, force: true });
});

function expectUp({
  init,
  check,
  promtool,
  audit,
  targets,
  series,
  printed,
  token: made,
  seconds,
}: SetUpOutcome): void {
  expect({ code: init.code, stderr: init.stderr }).toEqual({ code: 0, stderr: '' });
  expect({ code: check.code, stderr: check.stderr }).toEqual({ code: 0, stderr: '' });
  expect(`${promtool.stdout}${promtool.stderr}`).toContain('SUCCESS');
  expect(targets.map(({ health, lastError }) => [health, lastError])).toEqual([
    ['up', ''],
    ['up', ''],
  ]);
  expect(series).toBeGreaterThan(20);
  expect(made).toHaveLength(43);
  expect(printed).not.toContain(made);
  expect(seconds).toBeLessThan(A_MINUTE);
  expect({ code: audit.code, said: audit.code === 0 ? '' : audit.stdout + audit.stderr }).toEqual({
    code: 0,
    said: '',
  });
}

describe('init, serve, and Prometheus with the lines that were printed', () => {
  test('before the exposition of the demo, which is open', async () => {
    const secrets: string[] = [];
    const outcome = await setUpBefore(demo.url, [], async ({ url, tokenFile }) => {
      const open = await httpGet(`${demo.url}/metrics`);
      secrets.push(...new Set(open.text.match(/[\w.-]+@[\w.-]+\.example/g)));
      expect((await httpGet(`${url}/metrics`)).status).toBe(401);
      const preview = await runGate([
        'preview',
        '--preset',
        'litellm',
        '--bearer-token-file',
        tokenFile,
        `${url}/metrics`,
      ]);
      expect({ code: preview.code, stderr: preview.stderr }).toEqual({ code: 0, stderr: '' });
    });
    expectUp(outcome);
    expect(outcome.init.stdout).toMatch(/Found LiteLLM at .*\/metrics\n/);
    expect(outcome.init.stdout).toContain('It answers without a credential');
    expect(outcome.init.stdout).toMatch(/- {2}client_ip .* preset litellm/);
    expect(secrets.length).toBeGreaterThan(2);
    expect(secrets.filter((secret) => outcome.printed.includes(secret))).toEqual([]);
  });

  test('before a real node_exporter', async () => {
    const outcome = await setUpBefore(nodeExporter.url);
    expectUp(outcome);
    expect(outcome.init.stdout).toMatch(/Found node_exporter [\d.]+\S* at /);
  });

  test('before a real Prometheus', async () => {
    const outcome = await setUpBefore(prometheus.url);
    expectUp(outcome);
    expect(outcome.init.stdout).toMatch(/Found Prometheus 2\.\d+\S* at /);
  });

  test('before a gate', async () => {
    const refused = await runGate(['init', gate.url, '--output', folder]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('refuses (401); give it a token with --bearer-token-file');
    const outcome = await setUpBefore(gate.url, ['--bearer-token-file', join(folder, 'token')]);
    expectUp(outcome);
    expect(outcome.init.stdout).not.toContain('It answers without a credential');
    expect(outcome.printed).not.toContain(token.token);
    expect((await gate.get('/metrics', { headers: bearer(token.token) })).status).toBe(200);
  });
});

describe('a service of systemd', () => {
  test('is sound', async () => {
    const output = join(folder, 'systemd');
    const options = ['--for', 'systemd', '--output', output, '--bearer-token-file', join(folder, 'token')];
    expect((await runGate(['init', gate.url, ...options])).code).toBe(0);
    const ended = await runChild({
      command: 'systemd-analyze',
      args: ['verify', '--man=no', '--recursive-errors=no', join(output, 'scrapegate.service')],
      env: bareEnvironment(),
      deadlineMs: 60_000,
    });
    expect(ended.stderr.split('\n').filter((line) => line.includes('scrapegate'))).toEqual([]);
  });
});
