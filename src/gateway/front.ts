// What stands before the routes: listeners with their connections, and everything that ends before a request is decided
// on. Each of these is counted and told of, without a word that a stranger chose.

import { createNodeListener, type NodeHandler, type Origin, type Sent } from '../adapters/node.js';
import type { Outcome } from '../adapters/scrape.js';
import type { CanonicalRequest, UnreadableReason } from '../http/request.js';
import { answerFor, type WireReason } from '../http/wire.js';
import type { Clock } from '../internal/clock.js';
import { HeaderLines } from '../internal/header-lines.js';
import type { Assembly } from './assembly.js';
import type { InheritedSocket } from './bind.js';
import { createClosureLog, type ClosureLog } from './closure-log.js';
import { Connections } from './connections.js';
import type { EventListener } from './events.js';
import { listen, type ClosureReason, type Listener, type ListenerOptions } from './listeners.js';
import type { GatewayOptions, ListenOptions } from './options.js';
import type { ListenerPurpose } from './routes.js';

/** What the front hands requests to, and what it is given from outside. */
export interface FrontDeps {
  readonly clock: Clock;
  readonly onEvent: EventListener;
  readonly inheritedSockets?: readonly InheritedSocket[];
  /** The configuration that is in force. */
  readonly assembly: () => Pick<Assembly, 'front' | 'guard'>;
  /** `loopbackHost`: the host of a listener that only this machine can reach. */
  readonly handle: (
    request: CanonicalRequest,
    purpose: ListenerPurpose,
    loopbackHost: string | undefined,
  ) => Promise<Outcome>;
  readonly ended: (
    request: CanonicalRequest | undefined,
    purpose: ListenerPurpose,
    method: string,
    outcome: Outcome,
    sent: Sent,
  ) => void;
  connectionClosed(reason: ClosureReason): void;
}

const NO_HEADERS = HeaderLines.fromRaw([]);

/** The front of a gateway. */
export class Front {
  readonly #deps: FrontDeps;
  readonly #connections: Connections;
  readonly #closures: ClosureLog;

  constructor(deps: FrontDeps) {
    this.#deps = deps;
    this.#connections = new Connections(() => deps.assembly().front.limits, deps.clock);
    this.#closures = createClosureLog(deps.clock, deps.onEvent);
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** @throws {ScrapegateError} ERR_SCRAPEGATE_LISTEN_FAILED with the way out. */
  async listen(
    purpose: ListenerPurpose,
    address: ListenOptions,
    tls: GatewayOptions['tls'],
  ): Promise<Listener> {
    const { clock, inheritedSockets, assembly, handle, ended } = this.#deps;
    const closed: ListenerOptions['onClosed'] = (...closure) => this.#closed(...closure);
    const handler: NodeHandler = {
      handle: (request) => handle(request, purpose, listener.loopbackHost),
      ended: (request, method, outcome, sent) => ended(request, purpose, method, outcome, sent),
      originOf: (socket) => listener.originOf(socket),
      proved: (socket) => listener.proved(socket),
      writeTimeoutMs: () => assembly().front.limits.writeTimeoutMs,
      cutOff(socket, reason) {
        if (reason === 'sent_ahead') listener.shun(socket);
        closed(reason, listener.originOf(socket));
      },
    };
    const listener: Listener = await listen({
      purpose,
      address,
      tls,
      requestListener: createNodeListener(handler, clock),
      connections: this.#connections,
      clock,
      ...(inheritedSockets !== undefined && { inherited: inheritedSockets }),
      policy: () => {
        const { front } = assembly();
        return { trusts: front.trusts, demandsProxyHeader: front.demandsProxyHeader(purpose) };
      },
      onClosed: closed,
      onUnreadable: (reason, origin) => this.#unreadable(reason, origin, purpose),
    });
    return listener;
  }

  /** Refused before the guard was asked. */
  denied(reason: WireReason, request: Origin & { readonly headers?: HeaderLines }): Outcome {
    const client = this.#clientOf(request);
    const answer = answerFor(reason, { challenges: [] });
    return { decision: 'denied', reason, answer, ...(client !== undefined && { client }) };
  }

  #clientOf(request: Origin & { readonly headers?: HeaderLines }): string | undefined {
    return this.#deps.assembly().guard.clientOf({ headers: NO_HEADERS, ...request });
  }

  /** What never became a request is told of as one, so that no probing goes unseen. */
  #unreadable(reason: UnreadableReason, origin: Origin, purpose: ListenerPurpose): void {
    const outcome = this.denied(reason, origin);
    this.#deps.ended(undefined, purpose, '', outcome, { bytesOut: 0, durationMs: 0 });
  }

  #closed(reason: ClosureReason, origin: Origin, detail?: string): void {
    this.#deps.connectionClosed(reason);
    this.#closures(reason, this.#clientOf(origin), detail);
  }
}
