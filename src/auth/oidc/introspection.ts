// Opaque tokens: what their issuer says of them, remembered for at most a minute and never beyond their end.
// Tokens that were good before, and clients that had one, go first and have places of their own; all others share a
// limit, so that a flood of random tokens neither reaches the identity provider nor keeps a scraper waiting.
// Tokens are remembered by a keyed hash. Time only from the clock. RFC 7662 section 4.

import { BoundedMap } from '../../internal/bounded-map.js';
import type { Clock } from '../../internal/clock.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { createSubmissionHash } from '../submission-hash.js';
import type { AuthReason, Claims } from '../decision.js';
import type { IntrospectionAnswer } from './introspection-request.js';
import { createIntrospectionPlaces } from './introspection-places.js';
import type { IssuerFailure } from './issuer-failure.js';

/** Tells about opaque tokens. */
export interface Introspection {
  /** The claims of an active token. Never rejects. */
  ask(token: string, clientPrefix: string): Promise<Answer>;
  /** Remembers that the token opened something for a client: to be active alone, for whomever, is not enough. */
  accepted(token: string, clientPrefix: string): void;
  /** Whether the token was accepted, however long ago, and has not been found inactive since. */
  knows(token: string): boolean;
  /** Whether a token of this client was accepted. */
  knowsClient(clientPrefix: string): boolean;
}

/** Why there are no claims. */
export type IntrospectionRefusal = Extract<
  AuthReason,
  'token_inactive' | 'issuer_unreachable' | 'verification_busy'
>;

type Answer = Result<Claims, IntrospectionRefusal>;

/** What an introspection is made of. */
export interface IntrospectionDeps {
  readonly clock: Clock;
  /** Never rejects. */
  readonly request: (token: string) => Promise<Result<IntrospectionAnswer, IssuerFailure>>;
}

const ACTIVE_MS = 60_000;
/** From this age on an answer is asked for anew in the background, so that a scraper does not wait for it. */
const REFRESH_MS = 30_000;
const INACTIVE_MS = 10_000;
/** While the identity provider fails, one token is asked about once in this time. */
const RETRY_MS = 2_000;
const MAX_ACTIVE = 1024;
const MAX_INACTIVE = 4096;
const MAX_PREFIXES = 1024;

interface ActiveToken {
  readonly claims: Claims;
  readonly askedMs: number;
  /** By the wall clock; of the token itself. */
  readonly endMs: number;
}

/** Creates an introspection with an empty memory. */
export function createIntrospection({ clock, request }: IntrospectionDeps): Introspection {
  const keyOf = createSubmissionHash();
  const active = new BoundedMap<string, ActiveToken>(MAX_ACTIVE);
  const inactive = new BoundedMap<string, number>(MAX_INACTIVE);
  const failed = new BoundedMap<string, number>(MAX_ACTIVE);
  const good = new BoundedMap<string, true>(MAX_ACTIVE);
  const goodPrefixes = new BoundedMap<string, true>(MAX_PREFIXES);
  const places = createIntrospectionPlaces<Answer>(clock);

  const current = (key: string): ActiveToken | undefined => {
    const entry = active.get(key);
    if (entry === undefined) return undefined;
    const isOld = clock.monotonicMs() - entry.askedMs >= ACTIVE_MS || clock.nowMs() >= entry.endMs;
    return isOld ? undefined : entry;
  };

  const work = async (key: string, token: string): Promise<Answer> => {
    const askedMs = clock.monotonicMs();
    const answer = await request(token);
    if (!answer.ok) {
      failed.set(key, clock.monotonicMs() + RETRY_MS);
      return fail('issuer_unreachable');
    }
    failed.delete(key);
    if (!answer.value.active) {
      active.delete(key);
      good.delete(key);
      inactive.set(key, clock.monotonicMs() + INACTIVE_MS);
      return fail('token_inactive');
    }
    const { claims } = answer.value;
    const { exp } = claims;
    active.set(key, {
      claims,
      askedMs,
      endMs: typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY,
    });
    return ok(claims);
  };

  const until = (times: BoundedMap<string, number>, key: string): boolean =>
    clock.monotonicMs() < (times.get(key) ?? Number.NEGATIVE_INFINITY);

  const run = (key: string, token: string, clientPrefix: string): Promise<Answer> => {
    const isFirst = good.get(key) === true || goodPrefixes.get(clientPrefix) === true;
    return places.run({ key, isFirst, work: () => work(key, token) });
  };

  return {
    async ask(token, clientPrefix) {
      const key = keyOf(token);
      const known = current(key);
      if (known !== undefined) {
        const isDue = clock.monotonicMs() - known.askedMs >= REFRESH_MS;
        if (isDue && !until(failed, key)) void run(key, token, clientPrefix);
        return ok(known.claims);
      }
      if (until(inactive, key)) return fail('token_inactive');
      return until(failed, key) ? fail('issuer_unreachable') : run(key, token, clientPrefix);
    },
    accepted(token, clientPrefix) {
      good.set(keyOf(token), true);
      goodPrefixes.set(clientPrefix, true);
    },
    knows: (token) => good.get(keyOf(token)) === true,
    knowsClient: (clientPrefix) => goodPrefixes.get(clientPrefix) === true,
  };
}
