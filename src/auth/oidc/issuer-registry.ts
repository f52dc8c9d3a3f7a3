// The identity providers in use, shared by all authenticators that ask them in the same way: a reload that leaves the
// settings of a provider alone keeps its keys and answers, and a provider that nobody uses any more is closed.

import type { Clock } from '../../internal/clock.js';
import { createIdentityProvider, type IdentityProvider } from './identity-provider.js';
import type { IssuerObserver } from './issuer-trouble.js';
import { providerIdentity, type ProviderSettings } from './oidc-proofs.js';

/** Lends providers. */
export interface IssuerRegistry {
  /** A provider with these settings, until it is given back. The clock counts for a provider that is new. */
  borrow(settings: ProviderSettings, clock: Clock): BorrowedProvider;
  /** Each issuer in use, with the milliseconds since its keys were last fetched. */
  keyAges(): readonly { readonly issuer: string; readonly ageMs: number | undefined }[];
}

/** A provider that must be given back once. */
export interface BorrowedProvider {
  readonly provider: IdentityProvider;
  giveBack(): void;
}

const SILENT: IssuerObserver = { asked: () => undefined, trouble: () => undefined };

/** Creates an empty registry. */
export function createIssuerRegistry(observer: IssuerObserver = SILENT): IssuerRegistry {
  const inUse = new Map<string, { readonly provider: IdentityProvider; users: number }>();
  return {
    borrow(settings, clock) {
      const identity = providerIdentity(settings);
      const entry = inUse.get(identity) ?? {
        provider: createIdentityProvider(settings, { clock, observer }),
        users: 0,
      };
      inUse.set(identity, entry);
      entry.users += 1;
      let isBorrowed = true;
      return {
        provider: entry.provider,
        giveBack() {
          if (!isBorrowed) return;
          isBorrowed = false;
          entry.users -= 1;
          if (entry.users > 0) return;
          inUse.delete(identity);
          entry.provider.close();
        },
      };
    },
    keyAges: () =>
      [...inUse.values()].map(({ provider }) => ({ issuer: provider.issuer, ageMs: provider.keysAgeMs() })),
  };
}
