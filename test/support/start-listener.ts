// One listener of the gate without the gate behind it: it answers every request with where it came from.

import { onTestFinished } from 'vitest';
import { Connections } from '../../src/gateway/connections.js';
import {
  listen,
  type ClosureReason,
  type Listener,
  type ListenerOptions,
} from '../../src/gateway/listeners.js';
import type { UnreadableReason } from '../../src/http/request.js';
import { Secret } from '../../src/internal/secret.js';
import { readFixture } from './hostile-server.js';
import { ManualClock } from './manual-clock.js';

/** What a listener told. */
export interface Told {
  readonly closed: readonly ClosureReason[];
  readonly unreadable: readonly UnreadableReason[];
}

export type GivenListener = Partial<ListenerOptions> & {
  readonly max?: number;
  readonly maxPerClient?: number;
};

export const TLS: { readonly cert: string; readonly key: Secret } = {
  cert: readFixture('server.pem'),
  key: new Secret(readFixture('server.key.pem')),
};

/** Starts it; it is gone after the test. */
export async function startListener(
  given: GivenListener = {},
): Promise<{ readonly listener: Listener } & Told> {
  const { max = 100, maxPerClient = 100, ...options } = given;
  const closed: ClosureReason[] = [];
  const unreadable: UnreadableReason[] = [];
  const listener = await listen({
    purpose: 'all',
    address: { host: '127.0.0.1', port: 0 },
    tls: undefined,
    requestListener: (message, response) => {
      response.end(JSON.stringify(listener.originOf(message.socket)));
    },
    connections: new Connections(() => ({ maxConnections: max, maxPerClient }), new ManualClock()),
    clock: new ManualClock(),
    policy: () => ({ trusts: () => false, demandsProxyHeader: false }),
    onClosed: (reason) => closed.push(reason),
    onUnreadable: (reason) => unreadable.push(reason),
    ...options,
  });
  onTestFinished(async () => {
    const stopped = listener.stop();
    listener.abort();
    await stopped;
  });
  return { listener, closed, unreadable };
}

export function portOf({ url }: Listener): number {
  return Number(new URL(url).port);
}
