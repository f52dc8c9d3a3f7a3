// The assembled gate on loopback, in front of an upstream that says what a test wants, with time in the test's hands.
// Everything is closed after the test. Nothing here waits for time to pass.

import * as diagnostics from 'node:diagnostics_channel';
import {
  Server,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { digestToken } from '../../src/auth/digest.js';
import type { CredentialOptions, ProofOptions } from '../../src/auth/options.js';
import type { PasswordCost } from '../../src/auth/password.js';
import type { GatewayEvent, RequestEvent } from '../../src/gateway/events.js';
import { createGateway, type Gateway } from '../../src/gateway/gateway.js';
import type { GatewayOptions } from '../../src/gateway/options.js';
import type { ClaimedGrantOptions, GuardOptions } from '../../src/guard/options.js';
import { Secret } from '../../src/internal/secret.js';
import type { ViewOptions } from '../../src/views/options.js';
import { ManualClock } from './manual-clock.js';

/** A token of more than 128 bits, and the header that presents it. */
export const TOKEN = 'q7Zk2Xv9Lw4Rt8Yb1Nc6Md3Fs5Hj0Gp-Ae_UiOoPlKc';
export const BEARER: string = `Bearer ${TOKEN}`;
/** scrypt at the lowest cost that is accepted: ln=12, r=8, p=1. */
export const CHEAP_COST: PasswordCost = { ln: 12, r: 8, p: 1 };
/** A small valid exposition. */
const SMALL_BODY = '# TYPE up gauge\nup{model="m"} 1\n';

export const PSEUDONYM_KEY: Uint8Array = Buffer.alloc(32, 7);

export type UpstreamAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export interface UpstreamRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
}

/** A target that answers as the test says. */
export interface TestUpstream {
  readonly port: number;
  readonly url: string;
  readonly requests: readonly UpstreamRequest[];
  /** How the next requests are answered. */
  answer: UpstreamAnswer;
  /** Resolves once `count` requests have come. */
  requested(count: number): Promise<void>;
}

export interface TestCredential {
  readonly name: string;
  readonly proofs: readonly ProofOptions[];
  readonly view?: string;
  readonly target?: string;
  readonly self?: boolean;
  /** Instead of `view`, `target` and `self`. */
  readonly grant?: ClaimedGrantOptions;
  readonly certificate?: NonNullable<CredentialOptions['certificate']>;
}

export interface SceneOptions {
  /** What the upstream answers in text 0.0.4, or how it answers. @default SMALL_BODY */
  readonly upstream?: string | UpstreamAnswer;
  /** @default one called `prometheus`: TOKEN, the view `all`, self */
  readonly credentials?: readonly TestCredential[];
  /** @default one called `all`: everything of `upstream` under the generic preset */
  readonly views?: readonly ViewOptions[];
  readonly guard?: Omit<GuardOptions, 'credentials'>;
  readonly gateway?: Partial<Omit<GatewayOptions, 'guard' | 'views'>>;
  /** Whether requests may call the gate by any name. @default true */
  readonly anyHost?: boolean;
  readonly clock?: ManualClock;
  /** Whether to wait until the gate has had its first answer of the upstream. @default true */
  readonly ready?: boolean;
}

export interface GatewayScene {
  readonly gateway: Gateway;
  readonly options: GatewayOptions;
  readonly clock: ManualClock;
  readonly events: readonly GatewayEvent[];
  readonly upstream: TestUpstream;
  /** Of the first listener. */
  readonly port: number;
  /** The audit events, `/ready` left out, once there are `count`: each comes just after its answer. */
  audit(count: number): Promise<readonly RequestEvent[]>;
  /** A request with TOKEN unless `headers` says otherwise. */
  get(path?: string, options?: GetOptions): Promise<HttpAnswer>;
  /** The gate's own metrics as text. */
  ownMetrics(): Promise<string>;
}

export interface GetOptions {
  readonly method?: string;
  /** Replaces the default Authorization altogether. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly port?: number;
  /** The peer that the gate sees: any address of 127.0.0.0/8. */
  readonly from?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** The body, inflated where it was compressed. */
  readonly text: string;
}

export function bearerProof(
  token: string,
  validity: { notBeforeMs?: number; notAfterMs?: number } = {},
): ProofOptions {
  return { kind: 'bearer', digest: digestToken(token), ...validity };
}

export function basicProof(username: string, passwordHash: string): ProofOptions {
  return { kind: 'basic', username, passwordHash: new Secret(passwordHash) };
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Answers with a whole body of a type. */
export function answering(
  body: string | Uint8Array,
  contentType = 'text/plain; version=0.0.4',
): UpstreamAnswer {
  return (_request, response) => {
    response
      .writeHead(200, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) })
      .end(body);
  };
}

export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
export const OPENMETRICS_ACCEPT = 'application/openmetrics-text;version=1.0.0';

export async function startUpstream(answer: string | UpstreamAnswer = SMALL_BODY): Promise<TestUpstream> {
  const requests: UpstreamRequest[] = [];
  const waiting = new Set<() => void>();
  const upstream = {
    answer: typeof answer === 'string' ? answering(answer) : answer,
    requests,
    port: 0,
    url: '',
    requested: (count: number): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if (requests.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
  const server = createServer((request, response) => {
    requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      rawHeaders: request.rawHeaders,
      headers: request.headers,
    });
    response.on('error', () => undefined);
    upstream.answer(request, response);
    for (const check of waiting) check();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the upstream has no port');
  upstream.port = address.port;
  upstream.url = `http://127.0.0.1:${address.port}/metrics`;
  return upstream;
}

/** The options that `startGateway` uses, for a gate that a test starts or reloads itself. */
export function gatewayOptions(upstreamUrl: string, options: SceneOptions = {}): GatewayOptions {
  const { credentials, views, guard, gateway } = options;
  const defaultCredential: TestCredential = { name: 'prometheus', proofs: [bearerProof(TOKEN)], self: true };
  return {
    listen: { host: '127.0.0.1', port: 0 },
    targets: [{ name: 'upstream', url: upstreamUrl }],
    views: views ?? [{ name: 'all', target: 'upstream' }],
    pseudonymKey: PSEUDONYM_KEY,
    // Most tests call the gate by some name; what names it takes has tests of its own.
    ...(options.anyHost !== false && { allowedHosts: ['*'] }),
    ...gateway,
    guard: {
      ...guard,
      credentials: (credentials ?? [defaultCredential]).map(
        ({ name, proofs, view, target, self, certificate, grant }) => ({
          name,
          proofs,
          ...(certificate !== undefined && { certificate }),
          grant: grant ?? {
            view: view ?? views?.[0]?.name ?? 'all',
            target: target ?? 'upstream',
            self: self ?? false,
          },
        }),
      ),
    },
  };
}

/** Starts the gate before an upstream. */
export async function startGateway(options: SceneOptions = {}): Promise<GatewayScene> {
  const upstream = await startUpstream(options.upstream);
  return startGatewayBefore(upstream, options);
}

/** Starts a gate before an upstream that is already there. */
export async function startGatewayBefore(
  upstream: TestUpstream,
  options: SceneOptions = {},
): Promise<GatewayScene> {
  const clock = options.clock ?? new ManualClock();
  const events: GatewayEvent[] = [];
  const watchers = new Set<() => void>();
  const resolved = gatewayOptions(upstream.url, options);
  const gateway = createGateway(resolved, {
    clock,
    onEvent: (event) => {
      events.push(event);
      for (const watcher of watchers) watcher();
    },
  });
  await gateway.start();
  onTestFinished(() => (events.some(({ kind }) => kind === 'stopping') ? undefined : gateway.close()));
  const port = portOf(gateway);
  const scene: GatewayScene = {
    gateway,
    options: resolved,
    clock,
    events,
    upstream,
    port,
    audit: (count) =>
      new Promise((resolve) => {
        const watcher = (): void => {
          const found = events.filter(isAudited);
          if (found.length < count) return;
          watchers.delete(watcher);
          resolve(found);
        };
        watchers.add(watcher);
        watcher();
      }),
    get: (path = '/metrics', { headers = { Authorization: BEARER }, ...rest } = {}) =>
      httpGet(path, { port, headers, ...rest }),
    ownMetrics: async () => (await scene.get('/-/metrics')).text,
  };
  if (options.ready ?? true) await untilReady(scene);
  return scene;
}

function isAudited(event: GatewayEvent): event is RequestEvent {
  return event.kind === 'request' && event.route !== '/ready';
}

/** Resolves when `count` more requests have come to a port, and what each does without waiting is done. */
export function requestsArrived(port: number, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const channel = 'http.server.request.start';
    const arrived = (message: unknown): void => {
      if (portOfServer(message) !== port) return;
      left -= 1;
      if (left > 0) return;
      diagnostics.unsubscribe(channel, arrived);
      setImmediate(resolve);
    };
    diagnostics.subscribe(channel, arrived);
  });
}

function portOfServer(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('server' in message)) return undefined;
  const address = message.server instanceof Server ? message.server.address() : null;
  return typeof address === 'object' ? address?.port : undefined;
}

/** Where a gate listens; `purpose` picks one of several listeners. */
export function portOf(gateway: Gateway, purpose?: 'all' | 'health' | 'metrics'): number {
  const found = gateway.addresses().find((address) => purpose === undefined || address.purpose === purpose);
  if (found === undefined) throw new Error('the gate does not listen');
  return Number(new URL(found.url).port);
}

/** Asks until the gate says that its target has answered; each question is a round over the network. */
async function untilReady(scene: GatewayScene): Promise<void> {
  const healthPort = Number(
    new URL(scene.gateway.addresses().find(({ purpose }) => purpose !== 'metrics')?.url ?? '').port,
  );
  for (let round = 0; round < 10_000; round += 1) {
    if ((await httpGet('/ready', { port: healthPort, headers: {} })).status === 200) return;
  }
  throw new Error('the gate did not become ready');
}

/** One request over a connection of its own. */
export function httpGet(
  path: string,
  { port, headers = {}, method = 'GET', from }: GetOptions & { readonly port: number },
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : [...value],
          ]),
        ),
        agent: false,
        ...(from === undefined ? {} : { localAddress: from }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const body = Buffer.concat(chunks);
          const isGzip = response.headers['content-encoding'] === 'gzip' && body.length > 0;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            body,
            text: (isGzip ? gunzipSync(body) : body).toString('utf8'),
          });
        });
      },
    );
    request.once('error', reject);
    request.end();
  });
}
