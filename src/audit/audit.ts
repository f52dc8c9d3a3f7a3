// An audit from beginning to end: look, check, report. What is looked at is checked before anything is sent.

import { ScrapegateError } from '../errors.js';
import type { Clock } from '../internal/clock.js';
import { leadsToLoopback } from '../network/host-list.js';
import { authorizationOf } from '../targets/http-exchange.js';
import type { TargetCredential } from '../targets/options.js';
import { resolveHttpTargetOptions } from '../targets/resolve-options.js';
import { createHttpProbe } from './http-probe.js';
import { observe } from './observe.js';
import { observeText } from './observe-text.js';
import { KNOWN_PORTS, MAX_PORTS } from './places.js';
import { createReport, type AuditReport } from './report/report.js';
import { runChecks } from './run-checks.js';

/** How an endpoint is audited. */
export interface AuditOptions {
  /** Absolute `http:` or `https:` URL without user information. */
  readonly url: string;
  /** Presented at that URL and nowhere else. */
  readonly credential?: TargetCredential | undefined;
  /** PEM of the authorities that may have signed its certificate. @default Node's own list */
  readonly ca?: string | undefined;
  /** Other ports of the same host that are asked. @default `KNOWN_PORTS` */
  readonly ports?: readonly number[] | undefined;
  /** Between the two fetches that show growth; 0: one fetch. @default 5_000 */
  readonly intervalMs?: number | undefined;
  /** Of one request. @default 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Of one body, inflated. @default 64 MiB */
  readonly maxBytes?: number | undefined;
}

/** What an audit needs. */
export interface AuditDeps {
  readonly clock: Clock;
  /** Told before each step, in a few words. */
  readonly progress: (step: string) => void;
}

const DEFAULT_INTERVAL_MS = 5_000;
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** For everything but the wait between two fetches. */
const DEADLINE_MS = 120_000;
/** Whose absence makes a report worthless. */
const UNREACHABLE = 'nothing answered there';

/** The largest body that is read from anywhere. */
export const MAX_AUDITED_BYTES: number = DEFAULT_MAX_BYTES;

/**
 * Audits an endpoint. Contacts its host and no other.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with every problem; ERR_SCRAPEGATE_TARGET_FAILED where nothing
 * answers.
 */
export async function auditUrl(options: AuditOptions, deps: AuditDeps): Promise<AuditReport> {
  const { credential, ca, ports = KNOWN_PORTS } = options;
  const {
    intervalMs = DEFAULT_INTERVAL_MS,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    maxBytes = DEFAULT_MAX_BYTES,
  } = options;
  assertPorts(ports);
  const { url } = resolveHttpTargetOptions({
    name: 'audit',
    url: options.url,
    timeoutMs,
    maxBytes,
    ...(credential !== undefined && { credential }),
    ...(ca !== undefined && { ca }),
  });
  const parsed = new URL(url.href);
  const observation = await observe(
    {
      url: parsed,
      path: url.path,
      source: {
        kind: 'url',
        // A query may hold a key.
        shown: `${url.origin}${parsed.pathname}${parsed.search === '' ? '' : '?…'}`,
        encrypted: url.protocol === 'https:',
        loopback: leadsToLoopback(url),
      },
      authorization: credential === undefined ? undefined : authorizationOf(credential),
      ports,
      intervalMs,
      maxBytes,
      deadlineMs: DEADLINE_MS + intervalMs,
    },
    { ...deps, send: createHttpProbe({ clock: deps.clock, timeoutMs, ca }) },
  );
  if (observation.fetches.length === 0) {
    const [first] = observation.failures;
    const reason =
      first === undefined
        ? UNREACHABLE
        : [first.failure.reason, first.failure.detail].filter(Boolean).join(', ');
    throw new ScrapegateError('ERR_SCRAPEGATE_TARGET_FAILED', `the address could not be audited: ${reason}`);
  }
  return createReport(observation, runChecks(observation));
}

/** Audits an exposition that is at hand. `shown` is its name in the report. Never throws. */
export function auditText(
  body: Uint8Array,
  source: { readonly kind: 'file' | 'stdin'; readonly shown: string },
): AuditReport {
  const observation = observeText(body, source);
  return createReport(observation, runChecks(observation));
}

function assertPorts(ports: readonly number[]): void {
  const wrong = ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535);
  if (!wrong && ports.length <= MAX_PORTS) return;
  throw new ScrapegateError('ERR_SCRAPEGATE_OPTIONS_INVALID', 'the options of an audit are invalid', {
    problems: [{ path: 'ports', message: `expected at most ${String(MAX_PORTS)} ports from 1 to 65535` }],
  });
}
