// One gate, whatever it runs in, before a source that says what a test wants, with time in the test's hands. All of them
// are made from the same options, so that one suite can ask the same of each. Closed after the test.

import { onTestFinished } from 'vitest';
import type { MetricsEvent, MetricsOptions } from '../../../src/embedded/options.js';
import type { RequestEvent } from '../../../src/gateway/events.js';
import { exchangeRaw, type RawExchange, type RawRequestOptions } from '../raw-http.js';
import { httpGet, PSEUDONYM_KEY, TOKEN, type GetOptions, type HttpAnswer } from '../start-gateway.js';
import { ManualClock } from '../manual-clock.js';

/** A key of more than 128 bits, which opens the summary as well. */
export const API_KEY = 'Yh4Tq8Lx2Vb6Rn0Zk5Wc9Md3Fs7Jg1Pe_UaOi-PlKcQw';

/** What runs a gate, with an application behind it where there is one. */
export interface RunningGate {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Starts a gate on loopback. Every request that reaches the application is told to `reached`, by its target. */
export type StartGate = (
  options: Omit<MetricsOptions, 'metrics'> & {
    readonly clock: ManualClock;
    readonly metrics: () => Promise<string>;
  },
  reached: (target: string) => void,
) => Promise<RunningGate>;

/** A gate with what tests look at. */
export interface GateScene extends RunningGate {
  readonly clock: ManualClock;
  readonly events: readonly MetricsEvent[];
  /** Request targets that reached the application. */
  readonly reached: readonly string[];
  /** What the source answers next. */
  answer: () => Promise<string>;
  /** Resolves once the source was asked so often, from now on. */
  asked(count: number): Promise<void>;
  /** A request with TOKEN unless `headers` says otherwise. */
  get(path?: string, options?: GetOptions): Promise<HttpAnswer>;
  /** Bytes as they are, and what comes back. */
  send(bytes: string, options?: RawRequestOptions): Promise<RawExchange>;
  /** The audit events, once there are so many of them. */
  audit(count: number): Promise<readonly RequestEvent[]>;
}

/** A small valid exposition. */
export const EXPOSITION: string =
  '# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total{model="m",team="acme"} 3\n' +
  'requests_total{model="m",team="globex"} 4\n';

/** Starts a gate. Its credential is TOKEN, unless `options` says otherwise. */
export async function startGate(start: StartGate, options: MetricsOptions = {}): Promise<GateScene> {
  const clock = new ManualClock();
  const events: MetricsEvent[] = [];
  const reached: string[] = [];
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  let askedTimes = 0;
  const running = await start(
    {
      bearerToken: TOKEN,
      pseudonymKey: PSEUDONYM_KEY,
      ...options,
      clock,
      metrics: () => {
        askedTimes += 1;
        changed();
        return scene.answer();
      },
      onEvent: (event) => {
        events.push(event);
        changed();
      },
    },
    (target) => reached.push(target),
  );
  onTestFinished(() => running.close());
  const once = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const watcher = (): void => {
        const found = look();
        if (found === undefined) return;
        watchers.delete(watcher);
        resolve(found);
      };
      watchers.add(watcher);
      watcher();
    });
  const scene: GateScene = {
    ...running,
    clock,
    events,
    reached,
    answer: () => Promise.resolve(EXPOSITION),
    asked: (count) => {
      const until = askedTimes + count;
      return once(() => (askedTimes >= until ? true : undefined)).then(() => undefined);
    },
    get: (path = '/metrics', { headers = bearer(TOKEN), ...rest } = {}) =>
      httpGet(path, { port: running.port, headers, ...rest }),
    send: (bytes, raw) => exchangeRaw(running.port, bytes, raw),
    audit: (count) =>
      once(() => {
        const found = events.filter((event) => event.kind === 'request');
        return found.length < count ? undefined : found;
      }),
  };
  return scene;
}

/** The header that presents a token. */
export function bearer(token: string): { readonly Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}
