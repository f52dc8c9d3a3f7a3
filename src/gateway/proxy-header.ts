// Reads the PROXY header at the beginning of a connection, and gives the rest of the bytes back to the socket, so that
// HTTP or TLS begin as if there had been none. Bounded in bytes by the parser, and in time here.

import type { Socket } from 'node:net';
import type { Clock } from '../internal/clock.js';
import { parseProxyHeader } from '../network/proxy-protocol.js';

/** Why a connection has no header. */
export type ProxyHeaderFault = 'proxy_header_missing' | 'proxy_header_malformed' | 'proxy_header_late';

/** What came of it: a fault, or the client that was named, if one was. */
export type ProxyHeaderOutcome = { readonly fault: ProxyHeaderFault } | { readonly client?: string };

const HEADER_TIMEOUT_MS = 3_000;

/** Calls `done` once, unless the peer goes away first. The caller destroys the socket after a fault. */
export function readProxyHeader(
  socket: Socket,
  clock: Clock,
  done: (outcome: ProxyHeaderOutcome) => void,
): void {
  let held: Buffer = Buffer.alloc(0);
  const settle = (): void => {
    timer.cancel();
    socket.off('readable', read).off('end', ended).off('error', ignore).off('close', settle);
  };
  const fail = (fault: ProxyHeaderFault): void => {
    settle();
    done({ fault });
  };
  const timer = clock.after(HEADER_TIMEOUT_MS, () => fail('proxy_header_late'));
  const ended = (): void => fail('proxy_header_missing');
  const read = (): void => {
    for (;;) {
      const chunk: unknown = socket.read();
      if (!Buffer.isBuffer(chunk)) return;
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const header = parseProxyHeader(held);
      if (header.state === 'incomplete') continue;
      if (header.state !== 'whole') return fail(`proxy_header_${header.state}`);
      settle();
      if (held.length > header.length) socket.unshift(held.subarray(header.length));
      return done(header.client === undefined ? {} : { client: header.client });
    }
  };
  socket.on('readable', read).once('end', ended).on('error', ignore).once('close', settle);
}

/** A reset is followed by the close, which says enough. */
function ignore(): void {}
