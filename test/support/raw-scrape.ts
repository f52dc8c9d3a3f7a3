// Requests to a gate exactly as written, and how each was answered.

import { exchangeRaw, head } from './raw-http.js';
import type { GatewayScene } from './start-gateway.js';

export interface RawStatus {
  readonly status: number | undefined;
  readonly closed: boolean;
}

/** Sends a whole request exactly as written, and reads until the gate closes or has given `answers`. */
export async function sendRaw(scene: GatewayScene, request: string, answers?: number): Promise<RawStatus> {
  const exchange = await exchangeRaw(scene.port, request, answers === undefined ? {} : { answers });
  return { status: exchange.answers[0]?.status, closed: exchange.closed };
}

/** A GET that asks for the connection to be closed. */
export function get(target: string, ...lines: readonly string[]): string {
  return head(`GET ${target} HTTP/1.1`, 'Host: gate.example', 'Connection: close', ...lines);
}
