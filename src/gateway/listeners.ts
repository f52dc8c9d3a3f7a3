// The sockets of the gate: who may hold one, where it comes from, and how each comes to its end.
// A stranger who is refused costs no handshake and no parser. What is no request is answered shortly, and told of.

import type { RequestListener, Server, ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { CutOffReason, Origin } from '../adapters/node.js';
import type { UnreadableReason } from '../http/request.js';
import type { Clock } from '../internal/clock.js';
import { errorCodeOf } from '../internal/error-code.js';
import { isLoopbackHost } from '../network/host-list.js';
import { parseIpAddress } from '../network/ip-address.js';
import { parsePeer, peerPrefix, UNIX_PEER, type PeerAddress } from '../network/peer-address.js';
import { bind, listenFailed, type InheritedSocket } from './bind.js';
import type { AdmissionRefusal, Connection, Connections } from './connections.js';
import { createServer } from './create-server.js';
import type { GatewayOptions, ListenOptions } from './options.js';
import type { ListenerPurpose } from './routes.js';
import { readProxyHeader, type ProxyHeaderFault } from './proxy-header.js';
import type { TlsOptions } from './tls-options.js';
import { watchTls } from './tls-takeover.js';

/** Why the gate closed a connection before its time, or never got it. */
export type ClosureReason =
  | AdmissionRefusal
  | ProxyHeaderFault
  | CutOffReason
  | 'accept_failed'
  | 'displaced'
  | 'proxy_untrusted'
  | 'tls_failed';

/** Who is believed, under the configuration that is in force. */
export interface PeerPolicy {
  readonly trusts: (peer: PeerAddress) => boolean;
  /** Whether each connection has to begin with a PROXY header of a trusted peer. */
  readonly demandsProxyHeader: boolean;
}

/** What a listener is made of. */
export interface ListenerOptions {
  readonly purpose: ListenerPurpose;
  readonly address: ListenOptions;
  readonly tls: GatewayOptions['tls'];
  readonly requestListener: RequestListener;
  /** Of all listeners together. */
  readonly connections: Connections;
  readonly clock: Clock;
  /** Sockets that systemd opened: name and file descriptor. */
  readonly inherited?: readonly InheritedSocket[];
  /** Asked for each connection: a reload may change it. */
  readonly policy: () => PeerPolicy;
  /** `detail` is the code of what went wrong. */
  onClosed(reason: ClosureReason, origin: Origin, detail?: string): void;
  onUnreadable(reason: UnreadableReason, origin: Origin): void;
}

/** A listener that is up. */
export interface Listener {
  readonly purpose: ListenerPurpose;
  /** Where it listens; `unix:` and the path for a Unix socket. */
  readonly url: string;
  /** Takes over certificate, key and client authorities; what the handshake asks for stays. Nothing without TLS. */
  takeOverTls(tls: TlsOptions): void;
  /** The host where only this machine can reach it over a network, IPv6 without brackets; undefined elsewhere. */
  readonly loopbackHost: string | undefined;
  /** Where the connection of a request comes from. */
  originOf(socket: Socket): Origin;
  /** A credential was right on the connection. */
  proved(socket: Socket): void;
  /** Its client sent more than it waited for. */
  shun(socket: Socket): void;
  /**
   * Stops accepting, and ends at once each connection without a request under way, also where nothing came yet. Resolves
   * when all are gone.
   */
  stop(): Promise<void>;
  /** Cuts off what is left; how many connections that were. */
  abort(): number;
}

/** A connection of a listener, from its first moment on. */
interface Held extends Connection {
  readonly socket: Socket;
  readonly peerAddress: string | undefined;
  proxiedAddress?: string;
}

const ANSWERS: Readonly<Record<UnreadableReason, string>> = {
  request_malformed: '400 Bad Request',
  headers_too_large: '431 Request Header Fields Too Large',
  request_late: '408 Request Timeout',
};

/**
 * Starts to listen.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_LISTEN_FAILED with the way out.
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { address, requestListener } = options;
  const tls = 'path' in address ? undefined : options.tls;
  const server = createServer(tls, requestListener);
  const running = new RunningListener(server, options, tls);
  const bound = await bind(server, address, options.inherited);
  if (typeof bound === 'string' && tls !== undefined) {
    await running.stop();
    throw listenFailed(
      address,
      'the socket of systemd is a Unix socket, which cannot have TLS; remove "tls"',
    );
  }
  running.bound(bound);
  return running;
}

class RunningListener implements Listener {
  readonly #server: Server;
  readonly #options: ListenerOptions;
  readonly #isTls: boolean;
  readonly #open = new Map<Socket, Held>();
  /** TLS: by both ends of the connection, until the handshake has ended. */
  readonly #handshakes = new Map<string, Held>();
  readonly #secured = new WeakMap<Socket, Held>();
  readonly #answers = new WeakMap<Socket, Set<ServerResponse>>();
  readonly purpose: ListenerPurpose;
  takeOverTls: (tls: TlsOptions) => void = () => undefined;
  #isStopping = false;
  #isUnix = false;
  url = '';
  loopbackHost: string | undefined;

  constructor(server: Server, options: ListenerOptions, tls: TlsOptions | undefined) {
    this.purpose = options.purpose;
    this.#server = server;
    this.#options = options;
    this.#isTls = tls !== undefined;
    if (tls !== undefined && server instanceof HttpsServer) this.takeOverTls = watchTls(server, tls);
    // Only what passes here is handed to the server's own listeners.
    const serve = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      this.#accept(socket, () => {
        for (const listener of serve) Reflect.apply(listener, server, [socket]);
      });
    });
    server.on('secureConnection', (socket: Socket) => this.#secure(socket));
    server.on('request', ({ socket }, response) => this.#track(socket, response));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#fault(error, socket));
    // A request for a tunnel names no path; like every other target that is not in origin form it is malformed.
    server.on('connect', ({ socket }) => this.#refuse(socket, 'request_malformed'));
  }

  bound(address: AddressInfo | string): void {
    // Once it listens, a server has no other errors. Without a listener the first of them would end the process.
    this.#server.on('error', (error) => {
      this.#options.onClosed('accept_failed', originOf(undefined), errorCodeOf(error));
    });
    this.#isUnix = typeof address === 'string';
    if (typeof address === 'string') {
      this.url = `unix:${address}`;
      return;
    }
    const wanted = this.#options.address;
    const host = 'host' in wanted ? wanted.host : address.address;
    this.loopbackHost = isLoopbackHost(host) ? host : undefined;
    this.url = `${this.#isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  }

  originOf(socket: Socket): Origin {
    return originOf(this.#heldOf(socket));
  }

  proved(socket: Socket): void {
    const held = this.#heldOf(socket);
    if (held !== undefined) this.#options.connections.proved(held);
  }

  shun(socket: Socket): void {
    const held = this.#heldOf(socket);
    if (held !== undefined) this.#options.connections.shun(held);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#isStopping = true;
      // Node's own, which a close calls, spares who never asked, and cuts answers that are on their way.
      this.#server.closeIdleConnections = () => undefined;
      this.#server.close(() => resolve());
      for (const held of this.#open.values()) endIfIdle(held);
    });
  }

  abort(): number {
    const { size } = this.#open;
    this.#server.closeAllConnections();
    for (const socket of this.#open.keys()) socket.destroy();
    return size;
  }

  #heldOf(socket: Socket): Held | undefined {
    return this.#open.get(socket) ?? this.#secured.get(socket);
  }

  #accept(socket: Socket, serve: () => void): void {
    const { connections, policy, clock } = this.#options;
    const { trusts, demandsProxyHeader } = policy();
    const peerAddress = this.#isUnix ? UNIX_PEER : socket.remoteAddress;
    const peer = parsePeer(peerAddress);
    const isTrusted = peer !== undefined && trusts(peer);
    const isExempt = isTrusted || peer === UNIX_PEER;
    const held: Held = {
      socket,
      peerAddress,
      ...(!isExempt && peer !== undefined && { prefix: peerPrefix(peer) }),
      busy: 0,
      displace: () => this.#close(held, 'displaced'),
    };
    if (peer === undefined) return void socket.destroy();
    if (demandsProxyHeader && !isTrusted) return this.#close(held, 'proxy_untrusted');
    const refusal = connections.admit(held);
    if (refusal !== undefined) return this.#close(held, refusal);
    this.#open.set(socket, held);
    const key = this.#isTls ? endsOf(socket) : undefined;
    if (key !== undefined) this.#handshakes.set(key, held);
    socket.once('close', () => {
      connections.remove(held);
      this.#open.delete(socket);
      if (key !== undefined && this.#handshakes.get(key) === held) this.#handshakes.delete(key);
    });
    if (!demandsProxyHeader) return serve();
    readProxyHeader(socket, clock, (outcome) => {
      if ('fault' in outcome) return this.#close(held, outcome.fault);
      const { client } = outcome;
      if (client !== undefined) {
        held.proxiedAddress = client;
        const ip = parseIpAddress(client);
        const over = ip === undefined ? undefined : connections.attribute(held, peerPrefix(ip));
        if (over !== undefined) return this.#close(held, over);
      }
      serve();
    });
  }

  #close(held: Held, reason: ClosureReason): void {
    held.socket.destroy();
    this.#options.onClosed(reason, originOf(held));
  }

  #secure(socket: Socket): void {
    const key = endsOf(socket);
    const held = key === undefined ? undefined : this.#handshakes.get(key);
    if (key === undefined || held === undefined) return void socket.destroy();
    this.#handshakes.delete(key);
    this.#secured.set(socket, held);
  }

  #track(socket: Socket, response: ServerResponse): void {
    const pending = this.#answers.get(socket) ?? new Set();
    this.#answers.set(socket, pending.add(response));
    const held = this.#heldOf(socket);
    if (held !== undefined) held.busy += 1;
    response.once('close', () => {
      pending.delete(response);
      if (held === undefined) return;
      held.busy -= 1;
      // A connection that was busy when the stop began is idle once its answer is out.
      if (this.#isStopping) setImmediate(endIfIdle, held);
    });
  }

  #fault(error: NodeJS.ErrnoException, socket: Socket): void {
    const hasGone = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    const held = this.#heldOf(socket);
    if (this.#isTls && !this.#secured.has(socket)) {
      // Nothing can be written before a handshake has ended; the answer would hold the socket for ever.
      socket.destroy();
      const key = endsOf(socket);
      const failed = held ?? (key === undefined ? undefined : this.#handshakes.get(key));
      if (!hasGone) this.#options.onClosed('tls_failed', originOf(failed), errorCodeOf(error));
    } else if (hasGone) {
      socket.destroy();
    } else {
      this.#refuse(socket, reasonOf(error));
    }
  }

  #refuse(socket: Socket, reason: UnreadableReason): void {
    this.#options.onUnreadable(reason, this.originOf(socket));
    // A second answer on the wire would be read as a part of the one that is being written.
    const isMidAnswer = [...(this.#answers.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    if (!socket.writable || isMidAnswer) socket.destroy();
    else socket.end(rawAnswer(ANSWERS[reason]));
  }
}

/** Whatever else it is waiting for: a request, the rest of a head, of a handshake or of a PROXY header. */
function endIfIdle({ socket, busy }: Held): void {
  if (busy === 0) socket.destroy();
}

function originOf(held: Held | undefined): Origin {
  if (held === undefined) return { peerAddress: undefined };
  const { peerAddress, proxiedAddress } = held;
  return { peerAddress, ...(proxiedAddress !== undefined && { proxiedAddress }) };
}

/**
 * Both ends of a TCP connection, which no two have in common while they last. The socket of TLS is another object than
 * the one that was accepted, and names it nowhere.
 */
function endsOf(socket: Socket): string | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined) return undefined;
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

function reasonOf({ code }: NodeJS.ErrnoException): UnreadableReason {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers_too_large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request_late' : 'request_malformed';
}

/** For bytes that never became a request, so that there is no response object to write to. */
function rawAnswer(status: string): string {
  const lines = [
    `HTTP/1.1 ${status}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Vary: Authorization, Accept, Accept-Encoding',
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
