// Audits without a network: a server as a function, and time that is moved by whoever waits.

import { auditText } from '../../src/audit/audit.js';
import type { CheckId } from '../../src/audit/checks.js';
import type { Finding } from '../../src/audit/finding.js';
import type { Probe, ProbeAnswer, SendProbe } from '../../src/audit/http-probe.js';
import { observe, type ObserveOptions } from '../../src/audit/observe.js';
import { createReport, type AuditReport } from '../../src/audit/report/report.js';
import { runChecks } from '../../src/audit/run-checks.js';
import { fail, ok } from '../../src/internal/result.js';
import type { Clock } from '../../src/internal/clock.js';

/** What a server under test answers; undefined: nobody is there. */
export interface SceneAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server as a function. */
export type SceneServer = (probe: Probe) => SceneAnswer | undefined;

/** What an audit found, and everything that it sent. */
export interface AuditedScene {
  readonly report: AuditReport;
  readonly probes: readonly Probe[];
  readonly steps: readonly string[];
  readonly finding: (id: CheckId) => Finding | undefined;
  readonly ids: readonly CheckId[];
}

/** Metrics that nobody minds. */
export const HARMLESS = '# TYPE up gauge\nup 1\n';
/** Headers of a careful server. */
export const CAREFUL: Readonly<Record<string, string>> = {
  'content-type': 'text/plain; version=0.0.4; charset=utf-8',
  'cache-control': 'no-store',
};
/** The credential of scenes. */
export const AUTHORIZATION = 'Bearer planted';

/** A clock in which every wait is over at once, and time passes by as much. */
function impatientClock(): Clock {
  let now = 0;
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    after(delayMs, action) {
      now += delayMs;
      queueMicrotask(action);
      return { cancel: () => undefined };
    },
  };
}

/** Audits `server` at `http://gate.example/metrics`, unless told otherwise. */
export async function auditScene(
  server: SceneServer,
  options: Partial<ObserveOptions> & { readonly address?: string } = {},
): Promise<AuditedScene> {
  const probes: Probe[] = [];
  const steps: string[] = [];
  const send: SendProbe = (probe) => {
    probes.push(probe);
    const answer = server(probe);
    if (answer === undefined) return Promise.resolve(fail({ reason: 'unreachable', detail: 'ECONNREFUSED' }));
    const { status = 200, headers = CAREFUL, body = '' } = answer;
    const bytes = Buffer.from(body);
    const received: ProbeAnswer = {
      status,
      headers,
      body: bytes,
      receivedBytes: bytes.length,
      durationMs: 1,
    };
    return Promise.resolve(ok(received));
  };
  const url = new URL(options.address ?? 'http://gate.example/metrics');
  const observation = await observe(
    {
      url,
      path: url.pathname + url.search,
      source: { kind: 'url', shown: url.href, encrypted: url.protocol === 'https:', loopback: false },
      ports: [],
      intervalMs: 0,
      maxBytes: 1_000_000,
      deadlineMs: 60_000,
      ...options,
    },
    { send, clock: impatientClock(), progress: (step) => void steps.push(step) },
  );
  return sceneOf(createReport(observation, runChecks(observation)), probes, steps);
}

/** Audits a text. */
export function auditOf(text: string | Uint8Array): AuditedScene {
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  return sceneOf(auditText(body, { kind: 'file', shown: 'metrics.prom' }), [], []);
}

function sceneOf(report: AuditReport, probes: readonly Probe[], steps: readonly string[]): AuditedScene {
  return {
    report,
    probes,
    steps,
    finding: (id) => report.findings.find((finding) => finding.id === id),
    ids: report.findings.map(({ id }) => id),
  };
}
