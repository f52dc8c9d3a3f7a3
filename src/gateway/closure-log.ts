// Tells of connections that the gate closed before their time. A flood makes few lines: the first of a reason at once,
// what follows as a number.

import type { Clock } from '../internal/clock.js';
import type { GatewayEvent } from './events.js';
import type { ClosureReason } from './listeners.js';

/** Further connections of a reason are told of once in so long. */
const INTERVAL_MS = 10_000;

/** Takes note of one connection; `client` is its address in canonical text, `detail` a code. */
export type ClosureLog = (reason: ClosureReason, client: string | undefined, detail?: string) => void;

/** Receives what the log tells. */
type ClosureListener = (event: Extract<GatewayEvent, { readonly kind: 'connection_closed' }>) => void;

/** Connections that were not told of yet, with what is known of the last of them. */
interface Held {
  count: number;
  client: string | undefined;
  detail: string | undefined;
}

/** Creates a log that tells `onEvent`. */
export function createClosureLog(clock: Clock, onEvent: ClosureListener): ClosureLog {
  const held = new Map<ClosureReason, Held>();
  const tell = (reason: ClosureReason, { client, detail, count }: Held): void => {
    onEvent({
      kind: 'connection_closed',
      reason,
      ...(client !== undefined && { client }),
      ...(detail !== undefined && { detail }),
      count,
    });
  };
  const wait = (reason: ClosureReason): void => {
    held.set(reason, { count: 0, client: undefined, detail: undefined });
    clock.after(INTERVAL_MS, () => {
      const waited = held.get(reason);
      held.delete(reason);
      if (waited === undefined || waited.count === 0) return;
      tell(reason, waited);
      wait(reason);
    });
  };
  return (reason, client, detail) => {
    const waiting = held.get(reason);
    if (waiting !== undefined) {
      waiting.count += 1;
      waiting.client = client;
      waiting.detail = detail;
      return;
    }
    tell(reason, { client, detail, count: 1 });
    wait(reason);
  };
}
