// One identity provider with all that the gate knows of it: keys, tokens that were verified, answers about opaque ones.
// It outlives reloads that leave its settings as they are. Signatures are verified by jose, with a key of the issuer
// and the one algorithm that was checked before; whatever goes wrong there is a refusal. RFC 7515, RFC 8725.

import { compactVerify } from 'jose';

import { BoundedMap } from '../../internal/bounded-map.js';
import type { Clock } from '../../internal/clock.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { createSubmissionHash } from '../submission-hash.js';
import type { CheckedHeader } from './check-header.js';
import { createDeadlines } from './deadline.js';
import { createDocumentReader } from './discovery.js';
import { createIntrospection, type Introspection } from './introspection.js';
import { INTROSPECTION_PLACES } from './introspection-places.js';
import { requestIntrospection, type IntrospectionAnswer } from './introspection-request.js';
import type { IssuerFailure } from './issuer-failure.js';
import { createIssuerHttp } from './issuer-http.js';
import { createTroubleReporter, type IssuerObserver } from './issuer-trouble.js';
import { createKeyStore, type NoKeyReason } from './key-store.js';
import type { VerificationKey } from './key-set.js';
import type { ProviderSettings } from './oidc-proofs.js';

/** An identity provider. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Begins to fetch keys, unless that was done before. Waits for nothing. */
  begin(): void;
  /** Whether a key of the issuer signed the token. Never rejects. */
  verifySignature(token: string, header: CheckedHeader): Promise<Result<void, SignatureRefusal>>;
  /** Absent where tokens are not introspected. */
  readonly introspection: Introspection | undefined;
  /** Milliseconds since keys were last fetched; undefined when there are none. */
  keysAgeMs(): number | undefined;
  close(): void;
}

/** Why a signature is not accepted. */
export type SignatureRefusal = NoKeyReason | 'token_signature_wrong';

/** What a provider is given from outside. */
export interface IdentityProviderDeps {
  readonly clock: Clock;
  readonly observer: IssuerObserver;
}

/** A document and a key set, or an answer about a token, within this time; half of a common scrape timeout. */
const DEADLINE_MS = 5_000;
const MAX_VERIFIED = 1024;

/** Creates a provider that asks nothing yet. */
export function createIdentityProvider(
  settings: ProviderSettings,
  { clock, observer }: IdentityProviderDeps,
): IdentityProvider {
  const { issuer, caPem, introspection: client } = settings;
  const deadlines = createDeadlines(clock);
  const documents = createIssuerHttp({ caPem, connections: 1 });
  const reader = createDocumentReader(settings, { http: documents, clock });
  const tellKeys = createTroubleReporter(issuer, 'keys', { observer, clock });
  const keys = createKeyStore({
    read: async () => {
      const read = await deadlines.run(DEADLINE_MS, (signal) => reader.readKeys(signal));
      tellKeys(read.ok ? undefined : read.error);
      return read;
    },
    clock,
    maxStaleMs: settings.jwksMaxStaleMs,
  });

  const questions = createIssuerHttp({ caPem, connections: INTROSPECTION_PLACES.all });
  const tellIntrospection = createTroubleReporter(issuer, 'introspection', { observer, clock });
  const request = async (token: string): Promise<Result<IntrospectionAnswer, IssuerFailure>> => {
    if (reader.introspectionEndpoint() === undefined) await keys.refresh();
    const endpoint = reader.introspectionEndpoint();
    // The fetch of the document has told why.
    if (endpoint === undefined || client === undefined) return fail({ reason: 'unreachable' });
    const answer = await deadlines.run(DEADLINE_MS, (signal) =>
      requestIntrospection(questions, { issuer, endpoint, client }, token, signal),
    );
    tellIntrospection(answer.ok ? undefined : answer.error);
    return answer;
  };

  const nameOf = createSubmissionHash();
  const verified = new BoundedMap<string, VerificationKey>(MAX_VERIFIED);

  return {
    issuer,
    begin: () => keys.begin(),
    async verifySignature(token, { kid, algorithm }) {
      const name = nameOf(token);
      const known = verified.get(name);
      // A key that the issuer has taken back ends what it signed.
      if (known !== undefined && keys.holds(known)) return ok(undefined);
      const found = await keys.find(kid, algorithm);
      if (!found.ok) return found;
      for (const key of found.value) {
        if (!(await isSignedBy(token, key, algorithm))) continue;
        verified.set(name, key);
        return ok(undefined);
      }
      return fail('token_signature_wrong');
    },
    introspection: client === undefined ? undefined : createIntrospection({ clock, request }),
    keysAgeMs: () => keys.ageMs(),
    close() {
      keys.close();
      deadlines.close();
      documents.close();
      questions.close();
    },
  };
}

async function isSignedBy(token: string, { jwk }: VerificationKey, algorithm: string): Promise<boolean> {
  try {
    await compactVerify(token, jwk, { algorithms: [algorithm] });
    return true;
  } catch {
    return false;
  }
}
