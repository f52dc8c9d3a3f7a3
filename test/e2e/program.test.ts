// The built program as an operator meets it: signals, reloads, logs, state, TLS.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { stoppedAfterEach, temporaryFolder } from '../support/e2e/scaffold.js';
import { eventually } from '../support/e2e/eventually.js';
import { Evidence } from '../support/e2e/evidence.js';
import { readPage } from '../support/e2e/exposition-reader.js';
import { httpGet, TEXT_ACCEPT } from '../support/e2e/http-get.js';
import {
  bearer,
  gateConfig,
  makePseudonymKey,
  makeToken,
  startGate,
  type Gate,
} from '../support/e2e/start-gate.js';
import { startPrometheus } from '../support/e2e/start-prometheus.js';
import { startUpstream, TEXT_TYPE } from '../support/e2e/start-upstream.js';

const DEADLINE_MS = 20_000;
const PLANTED_EMAIL = 'ada.planted@lovelace.example';
const PAGE = `# TYPE things_total counter\nthings_total{user="${PLANTED_EMAIL}"} 5\n`;
const TLS = fileURLToPath(new URL('../support/fixtures/tls/', import.meta.url));

const operator = makeToken();
const successor = makeToken();
const pseudonymKey = makePseudonymKey();

const folder = temporaryFolder('program');
const running = stoppedAfterEach();

function configFor(
  upstreamUrl: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    pseudonym_key_file: 'pseudonym.key',
    targets: { source: { url: `${upstreamUrl}/metrics` } },
    views: { all: { target: 'source' } },
    credentials: { operator: { bearer_token_digest: operator.digest, view: 'all', self: true } },
    ...more,
  };
}

interface Scene {
  readonly upstreamUrl: string;
  readonly gate: Gate;
}

/** A gate before a target that answers once `answered` is. */
async function startScene(
  answered: () => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
  evidence: Evidence = new Evidence(),
): Promise<Scene> {
  const upstream = await startUpstream(async () => {
    await answered();
    return { type: TEXT_TYPE, body: PAGE };
  });
  running.push(upstream);
  const gate = await startGate({
    evidence,
    files: { 'pseudonym.key': pseudonymKey },
    config: configFor(upstream.url, more),
  });
  running.push(gate);
  return { upstreamUrl: upstream.url, gate };
}

const atOnce = async (): Promise<void> => undefined;

/** A target's answer that the test can hold back. */
class HeldAnswer {
  #release: () => void = () => undefined;
  #held: Promise<void> | undefined;
  #isAsked = false;

  readonly wait = async (): Promise<void> => {
    this.#isAsked = this.#held !== undefined;
    await this.#held;
  };

  /** From now on the target does not answer. Waits until the gate has made its own first request. */
  async hold(gate: Gate): Promise<void> {
    await eventually(async () => ((await httpGet(`${gate.url}/ready`)).status === 200 ? true : undefined), {
      what: 'the gate is ready',
      deadlineMs: DEADLINE_MS,
    });
    this.#held = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
  }

  /** Waits until somebody waits for the answer. */
  async asked(): Promise<void> {
    await eventually(() => (this.#isAsked ? true : undefined), {
      what: 'the target is asked',
      deadlineMs: DEADLINE_MS,
    });
  }

  release(): void {
    this.#release();
  }
}

/** Waits for an event in the log. */
function logged(gate: Gate, event: string): Promise<Readonly<Record<string, unknown>>> {
  return eventually(() => gate.log().find((line) => line['event'] === event), {
    what: `${event} is in the log`,
    deadlineMs: DEADLINE_MS,
    context: gate.child.stderr,
  });
}

describe('a stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('by %s lets a scrape under way end whole', async (signal) => {
    const held = new HeldAnswer();
    const { gate } = await startScene(held.wait);
    await held.hold(gate);
    const scrape = gate.get('/metrics', { headers: bearer(operator.token) });
    await held.asked();
    gate.child.signal(signal);
    await logged(gate, 'stopping');
    await expect(httpGet(`${gate.url}/health`)).rejects.toThrow('ECONNREFUSED');
    expect(gate.child.exit()).toBeUndefined();

    held.release();
    const answer = await scrape;
    expect(answer.status).toBe(200);
    expect(readPage(answer.text).samples).toHaveLength(1);
    expect(await gate.child.exited).toEqual({ code: 0, signal: null });
    expect(await logged(gate, 'stopped')).toMatchObject({ aborted: 0 });
  });

  test('does not wait for a target beyond its deadline, and sends no half page', async () => {
    const held = new HeldAnswer();
    const { gate } = await startScene(held.wait, { shutdown_deadline: '300ms' });
    await held.hold(gate);
    const scrape = gate.get('/metrics', { headers: bearer(operator.token) }).then(
      ({ status }) => status,
      () => 'no answer',
    );
    await held.asked();
    gate.child.signal('SIGTERM');
    expect(await gate.child.exited).toEqual({ code: 0, signal: null });
    expect(['no answer', 502, 503]).toContain(await scrape);
    held.release();
  });

  test('asked for twice is at once', async () => {
    const held = new HeldAnswer();
    const { gate } = await startScene(held.wait, { shutdown_deadline: '1h' });
    await held.hold(gate);
    const scrape = gate.get('/metrics', { headers: bearer(operator.token) }).catch(() => undefined);
    await held.asked();
    gate.child.signal('SIGTERM');
    await logged(gate, 'stopping');
    gate.child.signal('SIGTERM');
    expect(await gate.child.exited).toEqual({ code: 1, signal: null });
    expect(await scrape).toBeUndefined();
    held.release();
  });
});

describe('SIGHUP', () => {
  test('takes a good configuration over, without a gap', async () => {
    const { gate, upstreamUrl } = await startScene(atOnce);
    await writeFile(
      gate.configFile,
      gateConfig(
        gate.port,
        configFor(upstreamUrl, {
          credentials: { operator: { bearer_token_digest: successor.digest, view: 'all', self: true } },
        }),
      ),
    );
    expect((await gate.get('/metrics', { headers: bearer(operator.token) })).status).toBe(200);
    gate.child.signal('SIGHUP');
    await logged(gate, 'reloaded');
    expect((await gate.get('/metrics', { headers: bearer(operator.token) })).status).toBe(401);
    expect((await gate.get('/metrics', { headers: bearer(successor.token) })).status).toBe(200);
    expect(await reloadState(gate, successor.token)).toBe(1);
  });

  test('keeps the last good configuration when the new one is bad, and says so until it is mended', async () => {
    const { gate, upstreamUrl } = await startScene(atOnce);
    await writeFile(
      gate.configFile,
      gateConfig(gate.port, configFor(upstreamUrl, { alowed_ips: ['10.0.0.0/8'] })),
    );
    gate.child.signal('SIGHUP');
    const failure = await logged(gate, 'reload_failed');
    expect(JSON.stringify(failure['problems'])).toMatch(/alowed_ips.*allowed_ips/u);
    expect((await gate.get('/metrics', { headers: bearer(operator.token) })).status).toBe(200);
    expect(await reloadState(gate, operator.token)).toBe(0);

    await writeFile(gate.configFile, gateConfig(gate.port, configFor(upstreamUrl)));
    gate.child.signal('SIGHUP');
    await logged(gate, 'reloaded');
    expect(await reloadState(gate, operator.token)).toBe(1);
  });

  async function reloadState(gate: Gate, token: string): Promise<number | undefined> {
    const own = await gate.get('/-/metrics', { headers: { ...bearer(token), accept: TEXT_ACCEPT } });
    return readPage(own.text).samples.find(({ name }) => name === 'scrapegate_config_last_reload_successful')
      ?.value;
  }
});

describe('the running program', () => {
  test('starts closed, and says how to open it', async () => {
    const gate = await startGate({ config: { targets: { source: { url: 'http://127.0.0.1:9/metrics' } } } });
    running.push(gate);
    const scrape = await gate.get('/metrics');
    expect(scrape.status).toBe(401);
    expect(scrape.headers['www-authenticate']).toMatch(/^Bearer /u);
    const summary = await gate.get('/v1/metrics');
    expect(summary.status).toBe(403);
    expect(summary.text).toBe('{"detail":"Forbidden"}');
    const warnings = gate.log().filter((line) => line['event'] === 'warning');
    expect(warnings).toContainEqual(
      expect.objectContaining({
        code: 'WARN_SCRAPEGATE_CLOSED',
        msg: expect.stringContaining('scrapegate token') as unknown,
      }),
    );
  });

  test('logs JSON lines, one for each request, without secrets and label values', async () => {
    const evidence = new Evidence();
    const { gate } = await startScene(atOnce, {}, evidence);
    const wrong = makeToken();
    await gate.get('/metrics', { headers: bearer(operator.token) });
    await gate.get('/metrics', { headers: bearer(wrong.token) });
    await gate.get(`/metrics/${PLANTED_EMAIL}?user=${PLANTED_EMAIL}`, { headers: bearer(operator.token) });
    await gate.get('/health', { headers: { 'user-agent': `${PLANTED_EMAIL} "agent"` } });
    const requests = await eventually(
      () => {
        const lines = gate.log().filter((line) => line['event'] === 'request' && line['route'] !== '/health');
        return lines.length === 3 ? lines : undefined;
      },
      { what: 'three requests are in the log', deadlineMs: DEADLINE_MS, context: gate.child.stderr },
    );
    expect(requests).toEqual([
      expect.objectContaining({ status: 200, credential: 'operator', view: 'all', target: 'source' }),
      expect.objectContaining({ status: 401, reason: 'token_unknown', client: '127.0.0.1' }),
      expect.objectContaining({ status: 404, route: 'other', credential: 'operator' }),
    ]);
    await gate.stop();
    expect(gate.child.stdout()).toBe('');
    expect(evidence.find([operator.token, wrong.token, pseudonymKey, PLANTED_EMAIL])).toEqual([]);
  });

  test('keeps pseudonyms and counters over a restart, where a state folder is configured', async () => {
    const kept = folder();
    const upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: PAGE }));
    running.push(upstream);
    const { pseudonym_key_file: _, ...config } = configFor(upstream.url, { state_file: 'state.json' });
    const views: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      const gate = await startGate({ folder: kept, config });
      running.push(gate);
      views.push((await gate.get('/metrics', { headers: bearer(operator.token) })).text);
      await gate.stop();
      expect(gate.child.exit()).toEqual({ code: 0, signal: null });
    }
    expect(views[0]).toMatch(/things_total\{user="p_[a-z2-7]+"\} 5/u);
    expect(views[1]).toBe(views[0]);
    expect(await readFile(join(kept, 'state.json'), 'utf8')).not.toContain(PLANTED_EMAIL);
  });

  test('serves Prometheus over TLS', async () => {
    const upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: PAGE }));
    running.push(upstream);
    const gate = await startGate({
      files: { 'pseudonym.key': pseudonymKey },
      config: configFor(upstream.url, {
        tls: { cert_file: join(TLS, 'server.pem'), key_file: join(TLS, 'server.key.pem') },
      }),
      scheme: 'https',
    });
    running.push(gate);
    const prometheus = await startPrometheus({
      scrapeConfigs: [
        {
          job_name: 'encrypted',
          scheme: 'https',
          authorization: { credentials: operator.token },
          tls_config: { ca_file: join(TLS, 'ca.pem') },
          static_configs: [{ targets: [`127.0.0.1:${String(gate.port)}`] }],
        },
      ],
    });
    running.push(prometheus);
    expect(await prometheus.settledTargets()).toEqual([{ job: 'encrypted', health: 'up', lastError: '' }]);
    expect(await prometheus.query('things_total')).toEqual([
      expect.objectContaining({ value: 5, labels: expect.objectContaining({ job: 'encrypted' }) as unknown }),
    ]);
  });
});
