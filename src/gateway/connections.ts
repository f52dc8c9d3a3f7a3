// Who may hold a connection. Strangers are capped by client prefix and give way to newcomers when the gate is full, so
// that a flood of idle connections keeps no scraper out. Decides on bytes of none: a refusal costs no handshake.
//
// What it holds to: a connection on which a credential was right is never closed to make room. Idle ones of strangers
// give way first, the oldest before the others: soon, where they have few places left. A client that is over its cap is
// refused, unless a credential was right from there before: then its own oldest idle connection gives way, which is
// some neighbour's.

import { BoundedMap } from '../internal/bounded-map.js';
import type { Clock } from '../internal/clock.js';
import type { ResolvedConnectionOptions } from './connection-options.js';

/** A connection as it is counted. */
export interface Connection {
  /** The client prefix that it counts for; absent for trusted proxies and Unix sockets, which have no cap. */
  prefix?: string;
  /** Requests that are being answered. */
  busy: number;
  /** Closes it, to make room. */
  displace(): void;
}

/** Why a connection is not admitted. */
export type AdmissionRefusal = 'client_limit' | 'client_shunned' | 'total_limit';

/** Prefixes remembered from which a credential was right; the one seen longest ago is forgotten. */
const MAX_KNOWN_PREFIXES = 10_000;
/** Candidates looked at for each newcomer, so that being full costs little. */
const MAX_CANDIDATES = 64;

/**
 * How long a client gets no connection after one was cut off that sent request upon request: to read what it sends in
 * one go costs far more than to refuse it.
 */
const SHUN_MS = 60_000;
const MAX_SHUNNED_PREFIXES = 10_000;

/** The connections of all listeners. */
export class Connections {
  readonly #limits: () => Pick<ResolvedConnectionOptions, 'maxConnections' | 'maxPerClient'>;
  readonly #all = new Set<Connection>();
  /** Those on which no credential was right yet, the oldest first. */
  readonly #unproven = new Set<Connection>();
  readonly #byPrefix = new Map<string, Set<Connection>>();
  readonly #known = new BoundedMap<string, true>(MAX_KNOWN_PREFIXES);
  /** Until when, by the monotonic clock. */
  readonly #shunned = new BoundedMap<string, number>(MAX_SHUNNED_PREFIXES);
  readonly #clock: Clock;

  /** `limits` is asked for each connection: a reload may change them. */
  constructor(
    limits: () => Pick<ResolvedConnectionOptions, 'maxConnections' | 'maxPerClient'>,
    clock: Clock,
  ) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Takes a new connection in, or says why not. */
  admit(connection: Connection): AdmissionRefusal | undefined {
    const { prefix } = connection;
    if (prefix !== undefined && this.#isShunned(prefix)) return 'client_shunned';
    if (prefix !== undefined && !this.#hasRoomFor(prefix)) return 'client_limit';
    if (this.#all.size >= this.#limits().maxConnections && !this.#displaceOne(this.#unproven, 'any')) {
      return 'total_limit';
    }
    this.#all.add(connection);
    this.#unproven.add(connection);
    this.#count(connection);
    return undefined;
  }

  /** Counts a connection of a proxy for the client that the proxy named. */
  attribute(connection: Connection, prefix: string): AdmissionRefusal | undefined {
    if (!this.#all.has(connection)) return undefined;
    if (this.#isShunned(prefix)) return 'client_shunned';
    if (!this.#hasRoomFor(prefix)) return 'client_limit';
    connection.prefix = prefix;
    this.#count(connection);
    return undefined;
  }

  /** A credential was right on it. */
  proved(connection: Connection): void {
    this.#unproven.delete(connection);
    if (connection.prefix !== undefined) this.#known.set(connection.prefix, true);
  }

  /** Its client sent more than it waited for, and gets no other for a while, unless a credential was right from there. */
  shun({ prefix }: Connection): void {
    if (prefix !== undefined) this.#shunned.set(prefix, this.#clock.monotonicMs() + SHUN_MS);
  }

  /** It is closed. */
  remove(connection: Connection): void {
    this.#all.delete(connection);
    this.#unproven.delete(connection);
    const { prefix } = connection;
    if (prefix === undefined) return;
    const ofClient = this.#byPrefix.get(prefix);
    ofClient?.delete(connection);
    if (ofClient?.size === 0) this.#byPrefix.delete(prefix);
  }

  #count(connection: Connection): void {
    const { prefix } = connection;
    if (prefix === undefined) return;
    const ofClient = this.#byPrefix.get(prefix) ?? new Set();
    this.#byPrefix.set(prefix, ofClient.add(connection));
  }

  #isShunned(prefix: string): boolean {
    if (this.#known.get(prefix) === true) return false;
    return this.#clock.monotonicMs() < (this.#shunned.get(prefix) ?? Number.NEGATIVE_INFINITY);
  }

  #hasRoomFor(prefix: string): boolean {
    const ofClient = this.#byPrefix.get(prefix);
    if (ofClient === undefined || ofClient.size < this.#limits().maxPerClient) return true;
    // Behind the address of a scraper there may be somebody else, who holds what it may hold.
    return this.#known.get(prefix) === true && this.#displaceOne(ofClient, 'idle');
  }

  /** Closes the best candidate: idle and of a client that never was right, else idle, else the oldest of any. */
  #displaceOne(candidates: ReadonlySet<Connection>, which: 'idle' | 'any'): boolean {
    let idle: Connection | undefined;
    let oldest: Connection | undefined;
    let looked = 0;
    for (const connection of candidates) {
      if (looked >= MAX_CANDIDATES) break;
      looked += 1;
      if (!this.#unproven.has(connection)) continue;
      oldest ??= connection;
      if (connection.busy > 0) continue;
      idle ??= connection;
      const { prefix } = connection;
      if (prefix === undefined || this.#known.get(prefix) === true) continue;
      idle = connection;
      break;
    }
    const victim = idle ?? (which === 'any' ? oldest : undefined);
    if (victim === undefined) return false;
    this.remove(victim);
    victim.displace();
    return true;
  }
}
