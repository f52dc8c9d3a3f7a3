// A guard with three credentials, and a short way to ask it.

import type { CredentialOptions } from '../../src/auth/options.js';
import type { Guard, GuardDecision, Resource } from '../../src/guard/decision.js';
import { createGuard, type GuardDeps } from '../../src/guard/guard.js';
import type { GrantOptions, GuardOptions } from '../../src/guard/options.js';
import { HeaderLines } from '../../src/internal/header-lines.js';
import { basicProof, bearerProof, STRONG_TOKEN } from './credentials.js';
import { ManualClock } from './manual-clock.js';

export const SCRAPER = '192.0.2.10';
export const STRANGER = '198.51.100.66';
export const TARGET: Resource = { kind: 'target', target: 'litellm' };
export const GRANT: GrantOptions = { view: 'operations', target: 'litellm' };

type Credential = CredentialOptions & { readonly grant: GrantOptions };

const STRONG: Credential = {
  name: 'prometheus',
  proofs: [bearerProof(STRONG_TOKEN)],
  grant: { ...GRANT, self: true },
};
const WEAK: Credential = { name: 'weak', proofs: [bearerProof('hunter2')], grant: GRANT };
const BOOKS: Credential = {
  name: 'books',
  proofs: [await basicProof('books', 'pass')],
  grant: { view: 'finance', target: 'litellm' },
};
export const ALL: GuardOptions = { credentials: [STRONG, WEAK, BOOKS] };

interface Asked {
  readonly from?: string | undefined;
  readonly forwarded?: string;
  readonly present?: string | readonly string[];
  readonly resource?: Resource;
}

/** A guard and what moves it. */
export interface Scene {
  readonly clock: ManualClock;
  readonly guard: Guard;
  readonly ask: (asked: Asked) => Promise<GuardDecision>;
  /** Tries wrong tokens until the client is locked out. */
  readonly lockOut: (from: string) => Promise<void>;
}

export function scene(options: GuardOptions, deps: Partial<GuardDeps> = {}): Scene {
  const clock = new ManualClock();
  const guard = createGuard(options, { clock, ...deps });
  const ask = (asked: Asked): Promise<GuardDecision> => {
    const raw = [asked.present ?? []].flat().flatMap((value) => ['Authorization', value]);
    if (asked.forwarded !== undefined) raw.push('X-Forwarded-For', asked.forwarded);
    return guard.decide({
      peerAddress: 'from' in asked ? asked.from : SCRAPER,
      headers: HeaderLines.fromRaw(raw),
      resource: asked.resource ?? TARGET,
    });
  };
  const lockOut = async (from: string): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await ask({ from, present: `Bearer wrong-${i}` });
  };
  return { clock, guard, ask, lockOut };
}

/** The reason of a denial, or the credential of a grant. */
export function outcome(decision: GuardDecision): string {
  return decision.allowed ? `as ${decision.grant.credential}` : decision.reason;
}
