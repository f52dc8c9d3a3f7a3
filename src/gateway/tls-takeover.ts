// Takes a new certificate, key or list of client authorities over while the server runs. Connections go on; but where
// the rules for clients changed, those that the old rules let in end with the answer that they are waiting for, and no
// certificate that the old authorities vouched for counts any more (T5).

import type { ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { distrustPeer } from '../adapters/peer-certificate.js';
import { connectionPolicy, secureContextOptions, type TlsOptions } from './tls-options.js';

/** Watches the connections of a server from its start; gives the function that takes other options over. */
export function watchTls(server: Server, started: TlsOptions): (tls: TlsOptions) => void {
  let policy = connectionPolicy(started);
  const open = new Map<Socket, string>();
  const secured = new Set<Socket>();
  /** By connection: an answer that was never begun does not tell that its connection is gone. */
  const pending = new WeakMap<Socket, Set<ServerResponse>>();
  /** Connections whose handshake was under way when the rules changed: it ends under the old ones. */
  let outdated = new Set<string>();

  server.on('connection', (socket: Socket) => {
    open.set(socket, peerOf(socket));
    socket.once('close', () => {
      const peer = open.get(socket) ?? '';
      open.delete(socket);
      // Its port may be used again, under the new rules.
      if (outdated.has(peer) && ![...open.values()].includes(peer)) outdated.delete(peer);
    });
  });
  server.on('secureConnection', (socket: Socket) => {
    if (outdated.has(peerOf(socket))) distrustPeer(socket);
    secured.add(socket);
    socket.once('close', () => secured.delete(socket));
  });
  server.on('request', ({ socket }, response: ServerResponse) => {
    const answers = pending.get(socket) ?? new Set();
    pending.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
  });

  const endOldConnections = (): void => {
    outdated = new Set(open.values());
    for (const socket of secured) {
      distrustPeer(socket);
      const answers = pending.get(socket) ?? new Set();
      for (const response of answers) endAfter(response);
      // Node's own way to close idle connections cuts answers that are on their way.
      if (answers.size === 0) socket.destroy();
    }
  };

  return (tls) => {
    server.setSecureContext(secureContextOptions(tls));
    const next = connectionPolicy(tls);
    if (next === policy) return;
    policy = next;
    endOldConnections();
  };
}

/** Unique among open TCP connections; equal for all over a Unix socket, where more is distrusted than need be. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${String(remotePort ?? '')}`;
}

/** Ends the connection with this answer, whole. */
function endAfter(response: ServerResponse): void {
  const { socket } = response;
  if (!response.headersSent) response.setHeader('Connection', 'close');
  else if (socket !== null) response.once('finish', () => socket.end());
}
