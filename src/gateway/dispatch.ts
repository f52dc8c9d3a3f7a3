// Where a request goes, once it can be read: what anybody may ask, the view of a target, what the gate says of itself.
// Decides nothing about who may: that is the guard's.

import { guarded, scrape, type AllowedHandler, type Outcome } from '../adapters/scrape.js';
import { summarise } from '../adapters/summary.js';
import { createAnswer } from '../http/answer.js';
import { answerExposition } from '../http/exposition-answer.js';
import type { CanonicalRequest } from '../http/request.js';
import { answerFor, type WireReason } from '../http/wire.js';
import type { Clock } from '../internal/clock.js';
import { TotalRates } from '../llm/derived/total-rates.js';
import { answerStatus, STATUS_PATH } from '../status/answer.js';
import type { StatusData } from '../status/data.js';
import type { Assembly } from './assembly.js';
import { findRoute, type ListenerPurpose, type Route } from './routes.js';

/** What requests are answered from. */
export interface DispatchDeps {
  readonly clock: Clock;
  /** The configuration that is in force. */
  readonly assembly: () => Assembly;
  /** Whether a target has given an exposition since it was configured. */
  readonly hasAnswered: (target: string) => boolean;
  /** The answer to a request that is refused before the guard is asked. */
  readonly denied: (reason: WireReason, request: CanonicalRequest) => Outcome;
  /** Hears of every scrape, with the configuration that it was made under: by now another one may be in force. */
  readonly scraped: (assembly: Assembly, target: string, outcome: Outcome) => void;
  /** The gate's own metrics as text 0.0.4. */
  readonly ownMetrics: () => Promise<string>;
  /** What the status page shows now. */
  readonly status: () => StatusData;
}

/** Hands requests to what answers them. */
export interface Dispatch {
  /** The route of a request; undefined stands for one that could not be read. */
  routeOf(request: CanonicalRequest | undefined, purpose: ListenerPurpose): Route;
  /** `loopbackHost`: the host of a listener that only this machine can reach. */
  handle(
    request: CanonicalRequest,
    purpose: ListenerPurpose,
    loopbackHost: string | undefined,
  ): Promise<Outcome>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Creates the dispatch of a gateway. */
export function createDispatch(deps: DispatchDeps): Dispatch {
  const routeOf: Dispatch['routeOf'] = (request, purpose) => {
    const { targets, defaultTarget } = deps.assembly();
    return findRoute(request?.path, purpose, { default: defaultTarget, names: new Set(targets.keys()) });
  };
  /** Outlives every assembly: a reload says nothing of the requests of a target. */
  const rates = new TotalRates();
  return {
    routeOf,
    async handle(request, purpose, loopbackHost) {
      const route = routeOf(request, purpose);
      // A probe may call the gate by any name: these answers say nothing that a page could want (C15).
      if (route.kind === 'public') return publicAnswer(route.name, request.method, deps);
      const assembly = deps.assembly();
      if (!assembly.front.allowsHost(request.headers.all('host'), loopbackHost)) {
        return deps.denied('host_not_allowed', request);
      }
      const { guard, viewOf } = assembly;
      const { forbidAsJson } = route;
      const { clock } = deps;
      const answerGrant: AllowedHandler = async (grant, resource) => {
        switch (resource.kind) {
          case 'target':
            return scrape({ viewOf, clock }, request, grant);
          case 'summary':
            return summarise({ viewOf, clock, rates }, request, grant);
          case 'self': {
            if (route.name === STATUS_PATH)
              return { decision: 'allowed', answer: answerStatus(deps.status()) };
            const body = new TextEncoder().encode(await deps.ownMetrics());
            return { decision: 'allowed', answer: answerExposition('text', body) };
          }
        }
      };
      const outcome = await assembly.use(() =>
        guarded(guard, request, route.resource, { forbidAsJson }, answerGrant),
      );
      if (outcome.target !== undefined) deps.scraped(assembly, outcome.target, outcome);
      return outcome;
    },
  };
}

function publicAnswer(
  path: '/health' | '/ready',
  method: string,
  { assembly, hasAnswered }: Pick<DispatchDeps, 'assembly' | 'hasAnswered'>,
): Outcome {
  if (method !== 'GET' && method !== 'HEAD') {
    const answer = answerFor('method_not_allowed', { challenges: [] });
    return { decision: 'public', reason: 'method_not_allowed', answer };
  }
  const isReady = [...assembly().targets.keys()].every((name) => hasAnswered(name));
  if (path === '/ready' && !isReady) {
    return { decision: 'public', reason: 'not_ready', answer: answerFor('not_ready', { challenges: [] }) };
  }
  return { decision: 'public', answer: createAnswer(200, JSON_TYPE, '{"status":"ok"}') };
}
