// When trouble with an identity provider is told: at its beginning, when it changes, while it lasts every ten minutes,
// and once when it is over. So an outage does not flood a log, and none of it is missed. Time only from the clock.

import type { Clock } from '../../internal/clock.js';
import type { IssuerFailure, IssuerFailureReason, IssuerPurpose } from './issuer-failure.js';

/** Trouble with an identity provider; without a failure, its end. */
export interface IssuerTrouble {
  readonly issuer: string;
  readonly purpose: IssuerPurpose;
  readonly failure?: IssuerFailure;
}

/** Is told what identity providers do. */
export interface IssuerObserver {
  /** Each fetch of keys and each introspection. */
  asked(issuer: string, purpose: IssuerPurpose, result: 'success' | IssuerFailureReason): void;
  trouble(trouble: IssuerTrouble): void;
}

const REPEAT_MS = 10 * 60_000;

/** Records the outcome of each question for one purpose. */
export function createTroubleReporter(
  issuer: string,
  purpose: IssuerPurpose,
  { observer, clock }: { readonly observer: IssuerObserver; readonly clock: Clock },
): (failure: IssuerFailure | undefined) => void {
  let told: { readonly failure: IssuerFailure; readonly atMs: number } | undefined;
  return (failure) => {
    // The gate itself gave up.
    if (failure?.reason === 'closed') return;
    observer.asked(issuer, purpose, failure?.reason ?? 'success');
    const nowMs = clock.monotonicMs();
    if (failure === undefined) {
      if (told !== undefined) observer.trouble({ issuer, purpose });
      told = undefined;
      return;
    }
    const isSame = told?.failure.reason === failure.reason && told.failure.detail === failure.detail;
    if (told !== undefined && isSame && nowMs - told.atMs < REPEAT_MS) return;
    told = { failure, atMs: nowMs };
    observer.trouble({ issuer, purpose, failure });
  };
}
