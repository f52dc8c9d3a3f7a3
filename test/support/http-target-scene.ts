// An HTTP target in front of a hostile upstream, with time in the test's hands; closed after each test.

import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { createHttpTarget } from '../../src/targets/http-target.js';
import type { HttpTargetOptions } from '../../src/targets/options.js';
import type { Target, TargetFailure } from '../../src/targets/target.js';
import {
  startHostileServer,
  type HostileAnswer,
  type HostileServer,
  type TestCertificate,
} from './hostile-server.js';
import { ManualClock } from './manual-clock.js';

/** A small valid exposition, and its gzip form. */
export const BODY = '# TYPE up gauge\nup 1\n';
export const GZIPPED: Buffer = gzipSync(BODY);
export const TEXT: Readonly<Record<string, string>> = { 'Content-Type': 'text/plain; version=0.0.4' };

export interface Scene {
  readonly server: HostileServer;
  readonly target: Target;
  readonly clock: ManualClock;
}

/** An upstream that is closed after the test. */
export async function upstream(
  answer: HostileAnswer,
  options: { readonly certificate?: TestCertificate; readonly greeting?: string } = {},
): Promise<HostileServer> {
  const server = await startHostileServer(answer, options);
  onTestFinished(() => server.close());
  return server;
}

/** A target that is closed after the test. */
export function targetAt(
  options: Partial<HttpTargetOptions> & { readonly url: string },
  clock: ManualClock,
): Target {
  const target = createHttpTarget({ name: 'upstream', ...options }, { clock });
  onTestFinished(() => target.close());
  return target;
}

/** Both, the target at `/metrics` of the upstream unless `options` says otherwise. */
export async function scene(
  answer: HostileAnswer,
  options: Partial<HttpTargetOptions> = {},
  certificate?: TestCertificate,
): Promise<Scene> {
  const server = await upstream(answer, certificate === undefined ? {} : { certificate });
  const clock = new ManualClock();
  return { server, target: targetAt({ url: `${server.origin}/metrics`, ...options }, clock), clock };
}

/** Answers every request with `bytes`, then does `after`. */
export function always(bytes: Uint8Array, after: (socket: Socket) => void = () => undefined): HostileAnswer {
  return (socket) => {
    socket.write(bytes);
    after(socket);
  };
}

export function end(socket: Socket): void {
  socket.end();
}

/** Why a fetch in text failed. */
export async function failureOf(target: Target): Promise<TargetFailure> {
  const outcome = await target.fetch('text');
  if (outcome.ok) throw new Error('the fetch succeeded');
  return outcome.error;
}

/** What a fetch in text brought. */
export async function textOf(target: Target): Promise<string> {
  const outcome = await target.fetch('text');
  if (!outcome.ok) throw new Error(outcome.error.reason);
  return Buffer.from(outcome.value.body).toString();
}
