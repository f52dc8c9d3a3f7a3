// What the memory of a process does, replicas together do as well: while the store answers, while it does not, and
// while it comes and goes.

import type { Clock } from '../../src/internal/clock.js';
import { createMemoryBudget } from '../../src/limits/memory-budget.js';
import { createMemoryLockout } from '../../src/limits/memory-lockout.js';
import type { LimitNumbers } from '../../src/limits/resolve-options.js';
import { createSharedBudget, createSharedLockout } from '../../src/limits/shared-limits.js';
import type { SharedLink } from '../../src/limits/shared-link.js';
import type { SharedStore } from '../../src/limits/shared-store.js';
import { createTestStore } from '../support/shared-store.js';
import { describeBudgetContract, describeLockoutContract } from './limiter-contract.js';

type Ask = SharedLink['ask'];

/** A link over a store in memory, whose n-th question is answered where `answers(n)` says so. */
function linkOf(answers: (question: number) => boolean) {
  return (limits: LimitNumbers, { clock }: { readonly clock: Clock }): { readonly ask: Ask } => {
    const opened: Promise<SharedStore> = createTestStore(limits, clock).open({
      onLost: () => {},
      signal: new AbortController().signal,
    });
    let questions = 0;
    return {
      async ask(question) {
        questions += 1;
        return answers(questions) ? question(await opened) : undefined;
      },
    };
  };
}

const LINKS = {
  'a store that answers': linkOf(() => true),
  'a store that is lost': linkOf(() => false),
};

for (const [name, link] of Object.entries(LINKS)) {
  describeLockoutContract(`replicas with ${name}`, (limits, deps) =>
    createSharedLockout(createMemoryLockout(limits, deps), link(limits, deps)),
  );
  describeBudgetContract(`replicas with ${name}`, (limits, deps) =>
    createSharedBudget(createMemoryBudget(limits, deps), link(limits, deps)),
  );
}

// A lockout must not depend on when the store comes and goes; budgets may then be a little stricter or laxer.
describeLockoutContract('replicas with a store that comes and goes', (limits, deps) =>
  createSharedLockout(
    createMemoryLockout(limits, deps),
    linkOf((question) => question % 3 !== 0)(limits, deps),
  ),
);
