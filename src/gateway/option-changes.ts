// What a reload changed: which targets are others now, and what waits for the next start. Pure; tells no secret.

import type { GatewayOptions } from './options.js';
import { handshakeOptions } from './tls-options.js';

type TargetOptions = GatewayOptions['targets'][number];

/** Whether nothing about a target changed. JSON shows every secret alike, so that credentials are compared apart. */
export function isSameTarget(a: TargetOptions, b: TargetOptions): boolean {
  return JSON.stringify(a) === JSON.stringify(b) && credentialOf(a) === credentialOf(b);
}

function credentialOf(target: TargetOptions): string | undefined {
  if ('kind' in target || target.credential === undefined) return undefined;
  const { credential } = target;
  return credential.kind === 'bearer' ? credential.token.reveal() : credential.password.reveal();
}

/** The settings that differ and cannot change while the gate runs, as an operator knows them. */
export function restartNeededFor(before: GatewayOptions, after: GatewayOptions): readonly string[] {
  const isSame = (read: (options: GatewayOptions) => unknown): boolean =>
    JSON.stringify(read(before)) === JSON.stringify(read(after));
  return [
    ...(isSame((options) => [options.listen, options.metricsListen]) ? [] : ['the listen addresses']),
    ...(isSame(({ tls }) => tls === undefined) ? [] : ['TLS or plain HTTP']),
    ...(isSame(({ tls }) => tls && handshakeOptions(tls))
      ? []
      : ['whether client certificates are asked for']),
    ...(isSame(({ stateFile }) => stateFile) ? [] : ['the state file']),
  ];
}
