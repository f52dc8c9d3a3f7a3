// Tells of connections that the gate closed before their time. A flood makes few lines: the first of a reason at once,
// what follows as a number.

import type { Clock } from '../internal/clock.js';
import type { GatewayEvent } from './events.js';
import type { ClosureReason } from './listeners.js';

/** Further connections of a reason are told of once in so long. */
const INTERVAL_MS = 10_000;

/** Takes note of one connection; `client` is its address in canonical text. */
export type ClosureLog = (reason: ClosureReason, client: string | undefined) => void;

/** Receives what the log tells. */
type ClosureListener = (event: Extract<GatewayEvent, { readonly kind: 'connection_closed' }>) => void;

interface Held {
  count: number;
  client: string | undefined;
}

/** Creates a log that tells `onEvent`. */
export function createClosureLog(clock: Clock, onEvent: ClosureListener): ClosureLog {
  const held = new Map<ClosureReason, Held>();
  const tell = (reason: ClosureReason, client: string | undefined, count: number): void => {
    onEvent({ kind: 'connection_closed', reason, ...(client !== undefined && { client }), count });
  };
  const wait = (reason: ClosureReason): void => {
    held.set(reason, { count: 0, client: undefined });
    clock.after(INTERVAL_MS, () => {
      const { count = 0, client } = held.get(reason) ?? {};
      held.delete(reason);
      if (count === 0) return;
      tell(reason, client, count);
      wait(reason);
    });
  };
  return (reason, client) => {
    const waiting = held.get(reason);
    if (waiting !== undefined) {
      waiting.count += 1;
      waiting.client = client;
      return;
    }
    tell(reason, client, 1);
    wait(reason);
  };
}
