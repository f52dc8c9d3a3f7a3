// Checks credentials and turns them into tables, one for each kind of proof. Collects every problem, with its path.
// Refuses what could prove two credentials at once, or nothing, or more than was meant. Never repeats a secret. Pure.

import { createHash } from 'node:crypto';

import type { Problem } from '../errors.js';
import { asRecord, under, unknownKeyProblems } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import { Secret } from '../internal/secret.js';
import { usernameProblem, type BasicUser } from './basic.js';
import { certificateName } from './certificate-name.js';
import { CERTIFICATE_NAME_TYPES, type CertificateName, type CertificateNames } from './client-certificate.js';
import type { BearerToken } from './bearer.js';
import { DIGEST_BYTES, digestToken, formatTokenDigest } from './digest.js';
import { providerConflicts, type OidcProof } from './oidc/oidc-proofs.js';
import { OIDC_PROOF_MEMBERS, resolveOidcProof } from './oidc/options.js';
import type { CredentialOptions } from './options.js';
import { costName, parsePasswordHash } from './password.js';
import type { Validity } from './validity.js';

/** A kind of certificate and the credential that it proves. */
export interface CertificateProof {
  readonly credential: string;
  readonly names: CertificateNames;
  readonly validity: Validity;
}

/** Credentials as tables. */
export interface ResolvedCredentials {
  readonly tokens: readonly BearerToken[];
  readonly users: readonly BasicUser[];
  readonly oidc: readonly OidcProof[];
  /** Those with names first: a certificate is that of the credential that names it. */
  readonly certificates: readonly CertificateProof[];
  /** The certificates that have to come with the proofs of a credential, by its name. */
  readonly conditions: ReadonlyMap<string, CertificateNames>;
}

/** Names go into logs and labels. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** Every check runs each cost once, so that many different costs would slow all of them. */
const MAX_COSTS = 4;
const EMPTY_TOKEN_DIGEST = formatTokenDigest(digestToken(''));
const PROOF_MEMBERS = {
  bearer: ['kind', 'digest'],
  basic: ['kind', 'username', 'passwordHash'],
  oidc: OIDC_PROOF_MEMBERS,
  certificate: ['kind', 'names'],
};
const PROOF_KINDS = Object.keys(PROOF_MEMBERS);
const NO_CERTIFICATE_NAME =
  'is no name of a certificate; expected the whole name as its type has it, without a pattern';
const VALIDITY_KEYS = ['notBeforeMs', 'notAfterMs'];

/** The tables, or everything that is wrong; paths are `[0].proofs[1].username`, below the list of credentials. */
export function resolveCredentials(
  credentials: readonly CredentialOptions[],
): Result<ResolvedCredentials, readonly Problem[]> {
  if (!Array.isArray(credentials)) return fail([{ path: '', message: 'not a list of credentials' }]);
  const table = new CredentialTable();
  for (const [index, credential] of credentials.entries()) table.add(`[${index}]`, credential);
  return table.finish();
}

/** Collects tokens, users and problems over all credentials, to see what is there twice. */
class CredentialTable {
  readonly #problems: Problem[] = [];
  readonly #tokens: BearerToken[] = [];
  readonly #users: BasicUser[] = [];
  readonly #oidc: OidcProof[] = [];
  readonly #oidcPaths: string[] = [];
  readonly #certificates: CertificateProof[] = [];
  readonly #conditions = new Map<string, CertificateNames>();
  readonly #names = new Set<string>();
  readonly #ownerOfDigest = new Map<string, string>();
  readonly #ownerOfUsername = new Map<string, string>();
  readonly #ownerOfCertificate = new Map<string, string>();

  add(path: string, credential: unknown): void {
    const given = asRecord(credential);
    if (given === undefined) return this.#report(path, 'not an object; expected a name and proofs');
    const name = given['name'];
    if (typeof name !== 'string' || !NAME.test(name)) {
      return this.#report(
        `${path}.name`,
        'expected 1 to 64 letters, digits, "_", "." or "-", the first no sign',
      );
    }
    if (this.#names.has(name))
      this.#report(`${path}.name`, `"${name}" is the name of another credential, too`);
    this.#names.add(name);
    const proofs = given['proofs'];
    if (!Array.isArray(proofs) || proofs.length === 0) {
      return this.#report(`${path}.proofs`, 'no proof; expected at least one');
    }
    if (given['certificate'] !== undefined) {
      this.#conditions.set(name, this.#certificateNames(`${path}.certificate`, given['certificate']));
    }
    for (const [index, proof] of proofs.entries()) this.#addProof(`${path}.proofs[${index}]`, name, proof);
  }

  finish(): Result<ResolvedCredentials, readonly Problem[]> {
    const costs = new Set(this.#users.map(({ hash }) => costName(hash.cost)));
    if (costs.size > MAX_COSTS) {
      this.#report('', `password hashes of ${costs.size} different costs; expected at most ${MAX_COSTS}`);
    }
    this.#problems.push(...providerConflicts(this.#oidc, this.#oidcPaths));
    if (this.#problems.length > 0) return fail(this.#problems);
    return ok({
      tokens: this.#tokens,
      users: this.#users,
      oidc: this.#oidc,
      certificates: this.#certificates.toSorted(
        (a, b) => Number(a.names === 'any') - Number(b.names === 'any'),
      ),
      conditions: this.#conditions,
    });
  }

  #report(path: string, message: string): void {
    this.#problems.push({ path, message });
  }

  #addProof(path: string, credential: string, proof: unknown): void {
    const given = asRecord(proof);
    const kind = given?.['kind'];
    if (given === undefined || !isProofKind(kind)) {
      return this.#report(`${path}.kind`, `expected one of ${PROOF_KINDS.join(', ')}`);
    }
    // A misspelt notAfterMs would be a credential that never ends.
    const known = [...PROOF_MEMBERS[kind], ...VALIDITY_KEYS];
    this.#problems.push(...under(path, unknownKeyProblems(given, known)));
    const validity = this.#validity(path, given);
    if (kind === 'bearer') this.#addToken(path, { credential, validity }, given['digest']);
    else if (kind === 'basic') this.#addUser(path, { credential, validity }, given);
    else if (kind === 'certificate') this.#addCertificate(path, { credential, validity }, given['names']);
    else this.#addOidc(path, { credential, validity }, given);
  }

  #addToken(path: string, proof: Pick<BearerToken, 'credential' | 'validity'>, digest: unknown): void {
    if (!(digest instanceof Uint8Array) || digest.length !== DIGEST_BYTES) {
      return this.#report(`${path}.digest`, 'expected the 32 bytes of a SHA-256 digest');
    }
    const text = formatTokenDigest(digest);
    if (text === EMPTY_TOKEN_DIGEST) return this.#report(`${path}.digest`, 'the digest of an empty token');
    const owner = this.#ownerOfDigest.get(text);
    if (owner !== undefined) {
      const where =
        owner === proof.credential
          ? 'more than once in this credential'
          : `in the credential "${owner}", too`;
      this.#report(`${path}.digest`, `the same token is ${where}`);
    }
    this.#ownerOfDigest.set(text, owner ?? proof.credential);
    this.#tokens.push({ ...proof, digest: Uint8Array.from(digest) });
  }

  #addUser(
    path: string,
    proof: Pick<BasicUser, 'credential' | 'validity'>,
    given: Readonly<Record<string, unknown>>,
  ): void {
    const { username, passwordHash } = given;
    const problem = typeof username === 'string' ? usernameProblem(username) : 'expected a user name';
    if (problem !== undefined) this.#report(`${path}.username`, problem);
    const text = passwordHash instanceof Secret ? passwordHash.reveal() : '';
    const hash = parsePasswordHash(text);
    if (!hash.ok) this.#report(`${path}.passwordHash`, hash.error);
    if (typeof username !== 'string') return;

    // Two hashes of one user within a credential are a rotation; in two credentials it is unclear who is meant.
    const owner = this.#ownerOfUsername.get(username) ?? proof.credential;
    if (owner !== proof.credential) {
      this.#report(`${path}.username`, `the user is in the credential "${owner}", too`);
    }
    this.#ownerOfUsername.set(username, owner);
    if (hash.ok)
      this.#users.push({ ...proof, username, hash: hash.value, proofId: proofIdOf(username, text) });
  }

  #addCertificate(
    path: string,
    proof: Pick<CertificateProof, 'credential' | 'validity'>,
    given: unknown,
  ): void {
    const names = this.#certificateNames(`${path}.names`, given);
    for (const name of names === 'any' ? ['any'] : names) {
      const key = JSON.stringify(name);
      const owner = this.#ownerOfCertificate.get(key) ?? proof.credential;
      this.#ownerOfCertificate.set(key, owner);
      if (owner === proof.credential) continue;
      this.#report(`${path}.names`, `the same certificates are in the credential "${owner}", too`);
    }
    this.#certificates.push({ ...proof, names });
  }

  #certificateNames(path: string, given: unknown): CertificateNames {
    if (given === 'any') return given;
    const names: CertificateName[] = [];
    if (!Array.isArray(given) || given.length === 0) this.#report(path, 'expected at least one name, or any');
    for (const [index, entry] of (Array.isArray(given) ? given : []).entries()) {
      const { type, value, ...more } = asRecord(entry) ?? {};
      const known = CERTIFICATE_NAME_TYPES.find((candidate) => candidate === type);
      const name = known && typeof value === 'string' ? certificateName(known, value) : undefined;
      if (name !== undefined && Object.keys(more).length === 0) names.push(name);
      else this.#report(`${path}[${index}]`, NO_CERTIFICATE_NAME);
    }
    return names;
  }

  #addOidc(
    path: string,
    proof: Pick<OidcProof, 'credential' | 'validity'>,
    given: Readonly<Record<string, unknown>>,
  ): void {
    const resolved = resolveOidcProof(given);
    if (!resolved.ok) {
      this.#problems.push(...under(path, resolved.error));
      return;
    }
    this.#oidc.push({ ...proof, ...resolved.value });
    this.#oidcPaths.push(path);
  }

  #validity(path: string, given: Readonly<Record<string, unknown>>): Validity {
    const { notBeforeMs, notAfterMs } = given;
    for (const key of VALIDITY_KEYS) {
      const value = given[key];
      if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value))) {
        this.#report(`${path}.${key}`, 'expected milliseconds since the Unix epoch');
      }
    }
    if (typeof notBeforeMs === 'number' && typeof notAfterMs === 'number' && notBeforeMs >= notAfterMs) {
      this.#report(`${path}.notAfterMs`, 'not after notBeforeMs; the credential would never hold');
    }
    return {
      ...(typeof notBeforeMs === 'number' && { notBeforeMs }),
      ...(typeof notAfterMs === 'number' && { notAfterMs }),
    };
  }
}

function isProofKind(kind: unknown): kind is keyof typeof PROOF_MEMBERS {
  return typeof kind === 'string' && PROOF_KINDS.includes(kind);
}

/** Tells whether a user's hash is still the one that was verified; the NUL cannot be part of a user name. */
function proofIdOf(username: string, passwordHash: string): string {
  return createHash('sha256').update(`${username}\0${passwordHash}`).digest('base64');
}
