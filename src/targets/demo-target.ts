// The embedded demo: a made-up LLM gateway in the shape of LiteLLM, so that everything can be tried without one.
// Opens no connection; its numbers are a function of the time since it was created.

import type { ExpositionFormat } from '../exposition/model.js';
import { serialiseExposition } from '../exposition/serialise.js';
import type { Clock } from '../internal/clock.js';
import { fail, ok } from '../internal/result.js';
import { demoExposition } from './demo/exposition.js';
import type { Target } from './target.js';

export { DEMO_TENANTS } from './demo/population.js';

/** A target called `name` that answers with the demo's metrics in the wanted format. */
export function createDemoTarget(name: string, deps: { readonly clock: Clock }): Target {
  const { clock } = deps;
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  let closed = false;
  return {
    name,
    fetch(wanted: ExpositionFormat) {
      if (closed) return Promise.resolve(fail({ reason: 'closed' }));
      const fetchedMs = clock.monotonicMs();
      const exposition = demoExposition(
        { elapsedMs: Math.floor(fetchedMs - startedMs), startedAtMs },
        wanted,
      );
      const body = serialiseExposition(exposition);
      const durationMs = clock.monotonicMs() - fetchedMs;
      return Promise.resolve(
        ok({ format: wanted, quotedNames: false, body, receivedBytes: body.length, durationMs }),
      );
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}
