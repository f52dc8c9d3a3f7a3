// The keys of one identity provider: fetched in the background, kept while it is down, asked for at most once a
// cooldown whatever tokens say. A request waits for a fetch only when no key that is there can answer it (B10, B11, B15).
// Whatever a fetch brings that is no whole key set changes nothing, except that another issuer's document ends trust.

import { BoundedMap } from '../../internal/bounded-map.js';
import type { Clock, Timer } from '../../internal/clock.js';
import { fail, ok, type Result } from '../../internal/result.js';
import type { IssuerFailure } from './issuer-failure.js';
import type { VerificationKey } from './key-set.js';
import type { TokenAlgorithm } from './options.js';

/** Why there is no key for a token. `keys_absent`: the provider has no key set at all, and says so. */
export type NoKeyReason =
  'token_key_unknown' | 'token_algorithm_refused' | 'issuer_unreachable' | 'issuer_mismatch' | 'keys_absent';

/** Holds keys. */
export interface KeyStore {
  /** Begins to fetch, unless that was done before. Waits for nothing. */
  begin(): void;
  /** The keys that may have signed a token, at least one. Never rejects. */
  find(
    kid: string | undefined,
    algorithm: TokenAlgorithm,
  ): Promise<Result<readonly VerificationKey[], NoKeyReason>>;
  /** Whether a key is still trusted. */
  holds(key: VerificationKey): boolean;
  /** Fetches now where the cooldown allows it, or waits for the fetch under way. */
  refresh(): Promise<void>;
  /** Milliseconds since the last successful fetch; undefined before the first. */
  ageMs(): number | undefined;
  close(): void;
}

/** What a store is made of. */
export interface KeyStoreOptions {
  /** Never rejects. */
  readonly read: () => Promise<Result<readonly VerificationKey[], IssuerFailure>>;
  readonly clock: Clock;
  /** How long keys are used without a successful fetch. */
  readonly maxStaleMs: number;
}

/** Keys are at most ten minutes old while the identity provider answers: the fetch begins a minute before. */
const REFRESH_MS = 9 * 60_000;
/** Between the end of a fetch and the next one, whatever asks for it. */
const COOLDOWN_MS = 30_000;
/** A key that was not there after a fetch is not looked for again in this time. Short: its name may be guessed. */
const UNKNOWN_KID_MS = 120_000;
const MAX_UNKNOWN_KIDS = 1024;
/** A token without `kid` is tried with this many keys. */
const MAX_TRIED = 8;

/** Creates an empty store. */
export function createKeyStore({ read, clock, maxStaleMs }: KeyStoreOptions): KeyStore {
  const unknownKids = new BoundedMap<string, number>(MAX_UNKNOWN_KIDS);
  let keys: readonly VerificationKey[] = [];
  let fetchedMs: number | undefined;
  let failure: IssuerFailure | undefined;
  let nextFetchMs = 0;
  let underWay: Promise<void> | undefined;
  let timer: Timer | undefined;
  let isClosed = false;

  const fetchNow = async (): Promise<void> => {
    timer?.cancel();
    const startedMs = clock.monotonicMs();
    const fetched = await read();
    underWay = undefined;
    if (isClosed) return;
    const nowMs = clock.monotonicMs();
    nextFetchMs = nowMs + COOLDOWN_MS;
    // Timers may fire a moment before the clock says so: this one does not ask whether the cooldown is over, or nothing
    // would ever set the next one.
    timer = clock.after(fetched.ok ? REFRESH_MS : COOLDOWN_MS, startFetch);
    failure = fetched.ok ? undefined : fetched.error;
    if (fetched.ok) {
      // The same object for the same key, so that it is imported once.
      keys = fetched.value.map((key) => keys.find(({ id }) => id === key.id) ?? key);
      fetchedMs = startedMs;
    } else if (fetched.error.reason === 'issuer_mismatch') {
      keys = [];
      fetchedMs = undefined;
    }
  };

  const startFetch = (): void => {
    if (!isClosed) underWay ??= fetchNow();
  };

  const refresh = async (): Promise<void> => {
    if (clock.monotonicMs() >= nextFetchMs) startFetch();
    await underWay;
  };

  /** Undefined: none that may be used. */
  const trusted = (): readonly VerificationKey[] | undefined =>
    fetchedMs !== undefined && clock.monotonicMs() - fetchedMs <= maxStaleMs ? keys : undefined;

  const choose = (
    kid: string | undefined,
    algorithm: TokenAlgorithm,
  ): Result<readonly VerificationKey[], NoKeyReason> => {
    if (failure?.reason === 'issuer_mismatch') return fail('issuer_mismatch');
    const known = trusted();
    if (known === undefined) return fail('issuer_unreachable');
    if (known.length === 0) return fail('keys_absent');
    const named = kid === undefined ? known : known.filter((key) => key.kid === kid);
    const usable = named.filter(({ algorithms }) => algorithms.includes(algorithm));
    if (usable.length > 0) return ok(usable.slice(0, MAX_TRIED));
    return fail(kid !== undefined && named.length > 0 ? 'token_algorithm_refused' : 'token_key_unknown');
  };

  const isKnownToBeUnknown = (kid: string): boolean => {
    const untilMs = unknownKids.get(kid);
    return untilMs !== undefined && clock.monotonicMs() < untilMs;
  };

  return {
    begin() {
      if (fetchedMs === undefined) void refresh();
    },
    async find(kid, algorithm) {
      const found = choose(kid, algorithm);
      if (found.ok) return found;
      const isUnknown = found.error === 'token_key_unknown';
      if (found.error !== 'issuer_unreachable' && !isUnknown) return found;
      const name = kid ?? '';
      if (!isUnknown || !isKnownToBeUnknown(name)) {
        const wasFetchedMs = fetchedMs;
        await refresh();
        const again = choose(kid, algorithm);
        if (again.ok) return again;
        const isFresh = fetchedMs !== wasFetchedMs;
        if (isFresh && again.error === 'token_key_unknown') {
          unknownKids.set(name, clock.monotonicMs() + UNKNOWN_KID_MS);
        }
        if (again.error !== 'token_key_unknown') return again;
      }
      // While the last fetch failed nobody can say whether the key has been added since.
      return fail(failure === undefined ? 'token_key_unknown' : 'issuer_unreachable');
    },
    holds: (key) => trusted()?.includes(key) === true,
    refresh,
    ageMs: () => (fetchedMs === undefined ? undefined : clock.monotonicMs() - fetchedMs),
    close() {
      isClosed = true;
      timer?.cancel();
      keys = [];
      fetchedMs = undefined;
    },
  };
}
