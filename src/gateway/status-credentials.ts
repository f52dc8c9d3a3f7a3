// What the status page says of credentials: how they are proven, what they open, when they end, how they were used.
// Kinds and dates alone: no secret, no digest, no name of a user, no value of a claim.

import { ANONYMOUS } from '../guard/resolve-grants.js';
import type { GuardOptions } from '../guard/options.js';
import type { CredentialStatus } from '../status/data.js';
import type { CredentialRecord, History } from './history.js';

type Credential = NonNullable<GuardOptions['credentials']>[number];
type Proof = Credential['proofs'][number];
type AgeOf = (atMs: number) => number;

/** One for each credential, and one for requests without any where they are allowed. */
export function credentialStatuses(
  { credentials = [], anonymous }: GuardOptions,
  history: History,
  nowMs: number,
  ageOf: AgeOf,
): readonly CredentialStatus[] {
  const statuses = credentials.map((credential) => ({
    name: credential.name,
    proofs: describeProofs(credential),
    opens: describeGrant(credential.grant),
    opensSelf: credential.grant.self ?? false,
    ...validityOf(credential.proofs, nowMs),
    ...usageOf(history.credentials.get(credential.name), ageOf),
  }));
  if (anonymous === undefined) return statuses;
  const everybody = {
    name: ANONYMOUS,
    proofs: ['none'],
    opens: anonymous.view,
    opensSelf: false,
    ...usageOf(history.credentials.get(ANONYMOUS), ageOf),
  };
  return [...statuses, everybody];
}

function usageOf(
  record: CredentialRecord | undefined,
  ageOf: AgeOf,
): Pick<CredentialStatus, 'uses' | 'lastUseAgeMs' | 'failures' | 'lastFailure'> {
  const { uses = 0, failures = 0, lastUseMs, failure } = record ?? {};
  return {
    uses,
    failures,
    ...(lastUseMs !== undefined && { lastUseAgeMs: ageOf(lastUseMs) }),
    ...(failure !== undefined && {
      lastFailure: { reason: failure.reason, ageMs: ageOf(failure.atMs) },
    }),
  };
}

/** From when on, and until when, any of the proofs holds. */
function validityOf(
  proofs: readonly Proof[],
  nowMs: number,
): Pick<CredentialStatus, 'startsAtMs' | 'expiresAtMs' | 'nextEndMs'> {
  const ends = proofs.map(({ notAfterMs = Infinity }) => notAfterMs);
  const left = proofs.filter((proof) => (proof.notAfterMs ?? Infinity) > nowMs);
  const startsAtMs = Math.min(...left.map(({ notBeforeMs = -Infinity }) => notBeforeMs));
  const expiresAtMs = Math.max(...ends);
  const nextEndMs = Math.min(...ends.filter((end) => end > nowMs));
  return {
    ...(startsAtMs > nowMs && Number.isFinite(startsAtMs) && { startsAtMs }),
    ...(Number.isFinite(expiresAtMs) && { expiresAtMs }),
    ...(Number.isFinite(nextEndMs) && { nextEndMs }),
  };
}

const KINDS: Readonly<Record<Proof['kind'], readonly [one: string, many: string]>> = {
  bearer: ['token', 'tokens'],
  basic: ['user and password', 'users with passwords'],
  certificate: ['client certificate', 'client certificates'],
  oidc: ['token of an identity provider', 'kinds of tokens of identity providers'],
};

function describeProofs({ proofs, certificate, allowedIps }: Credential): readonly string[] {
  const counts = new Map<Proof['kind'], number>();
  for (const { kind } of proofs) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const beside = `${certificate === undefined ? '' : ', beside a client certificate'}${allowedIps === undefined ? '' : ', from some addresses alone'}`;
  return [...counts].map(([kind, count]) => {
    const [one, many] = KINDS[kind];
    return `${count === 1 ? one : `${count} ${many}`}${beside}`;
  });
}

function describeGrant(grant: Credential['grant']): string {
  if ('view' in grant) return grant.view;
  if (grant.template !== undefined) return `${grant.template.view} by a claim`;
  const views = [...new Set(grant.views?.map(({ view }) => view))];
  return `${views.join(' or ')} by a claim`;
}
