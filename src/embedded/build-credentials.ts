// Credentials as a server gives them to those of the guard: digests and hashes alone.
// Plain tokens are digested here at once; what leaves this file cannot be presented. Pure.

import { isPresentableToken } from '../auth/authorization.js';
import { digestToken, parseTokenDigest } from '../auth/digest.js';
import { weakTokenWarnings } from '../auth/weak-credentials.js';
import type { Problem, Warning } from '../errors.js';
import type { GuardCredentialOptions } from '../guard/options.js';
import { asRecord, under, unknownKeyProblems } from '../internal/option-problems.js';
import { Secret } from '../internal/secret.js';
import type { SettingPaths } from '../internal/setting-paths.js';
import type { MetricsCredential, MetricsOptions } from './options.js';

/** The target of a gate inside of a server: the server itself. */
export const TARGET = 'application';

/** The view of credentials that name none. */
export const DEFAULT_VIEW = 'default';

/** Where what is built goes besides. */
export interface CredentialContext {
  readonly paths: SettingPaths;
  readonly problems: Problem[];
  readonly warnings: Warning[];
}

type Given = Readonly<Record<string, unknown>>;

/** A proof, and the member that it came from. Unchecked: auth checks it. */
interface GivenProof {
  readonly proof: Given;
  readonly path: string;
  /** Members of the proof that have another path. */
  readonly members?: Readonly<Record<string, string>>;
}

const MEMBERS: Readonly<Record<keyof MetricsCredential, true>> = {
  name: true,
  bearerToken: true,
  bearerTokenDigest: true,
  username: true,
  passwordHash: true,
  oidc: true,
  clientCertificate: true,
  proofs: true,
  view: true,
  summary: true,
  allowedIps: true,
  notBeforeMs: true,
  notAfterMs: true,
};

/** The credentials of all options, for the guard to check. */
export function buildCredentials(
  options: Pick<MetricsOptions, 'bearerToken' | 'apiKey'>,
  credentials: readonly unknown[],
  context: CredentialContext,
): readonly GuardCredentialOptions[] {
  return new CredentialBuilder(context).build(options, credentials);
}

class CredentialBuilder {
  readonly #context: CredentialContext;
  readonly #built: Given[] = [];

  constructor(context: CredentialContext) {
    this.#context = context;
  }

  build(
    { bearerToken, apiKey }: Pick<MetricsOptions, 'bearerToken' | 'apiKey'>,
    credentials: readonly unknown[],
  ): readonly GuardCredentialOptions[] {
    const token = this.#token('bearerToken', bearerToken, {});
    const key = this.#token('apiKey', apiKey, {});
    const grant = { view: DEFAULT_VIEW, target: TARGET };
    // One text may be both; then it opens what either does.
    if (token !== undefined && bearerToken !== apiKey) {
      this.#add({ name: 'bearer-token', grant: { ...grant, summary: false } }, 'bearerToken', [token]);
    }
    if (key !== undefined) this.#add({ name: 'api-key', grant }, 'apiKey', [key]);
    for (const [index, credential] of credentials.entries()) {
      this.#addGiven(`credentials[${index}]`, credential);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it is made of is checked by the guard
    return this.#built as readonly unknown[] as readonly GuardCredentialOptions[];
  }

  #addGiven(path: string, credential: unknown): void {
    const given = asRecord(credential);
    if (given === undefined) return this.#report(path, 'not an object; expected a name, proofs and a view');
    this.#context.problems.push(...under(path, unknownKeyProblems(given, Object.keys(MEMBERS))));
    const { name, clientCertificate, allowedIps } = given;
    const before = this.#context.problems.length;
    const shown = this.#proofsOf(path, given);
    const isBroken = this.#context.problems.length > before;
    const isProof = clientCertificate !== undefined && shown.length === 0 && !isBroken;
    const proofs = isProof
      ? [
          {
            path: `${path}.clientCertificate`,
            proof: { kind: 'certificate', names: clientCertificate, ...validityOf(given) },
          },
        ]
      : shown;
    if (proofs.length === 0) {
      if (isBroken) return;
      return this.#report(
        path,
        'proves nothing; expected bearerToken, bearerTokenDigest, username with passwordHash, oidc, clientCertificate or proofs',
      );
    }
    this.#add(
      {
        name,
        grant: this.#grantOf(path, given),
        ...(allowedIps !== undefined && { allowedIps }),
        ...(clientCertificate !== undefined && !isProof && { certificate: clientCertificate }),
      },
      path,
      proofs,
    );
  }

  #proofsOf(path: string, given: Given): readonly GivenProof[] {
    const { bearerToken, bearerTokenDigest, username, passwordHash, oidc, proofs } = given;
    const found: (GivenProof | undefined)[] = [
      this.#token(`${path}.bearerToken`, bearerToken, validityOf(given)),
      this.#digest(`${path}.bearerTokenDigest`, bearerTokenDigest, given),
      this.#user(path, username, passwordHash, given),
      this.#provider(`${path}.oidc`, oidc, given),
    ];
    if (proofs !== undefined && !Array.isArray(proofs)) this.#report(`${path}.proofs`, 'not a list');
    const list: readonly unknown[] = Array.isArray(proofs) ? proofs : [];
    for (const [index, proof] of list.entries()) {
      found.push({ path: `${path}.proofs[${index}]`, proof: asRecord(proof) ?? {} });
    }
    return found.filter((proof) => proof !== undefined);
  }

  #token(path: string, token: unknown, validity: Given): GivenProof | undefined {
    if (token === undefined) return undefined;
    if (token === '') return this.#report(path, 'is set but empty; give it a value, or leave it out');
    if (typeof token !== 'string' || !isPresentableToken(token)) {
      return this.#report(path, 'is no token that a client can send; expected visible ASCII without spaces');
    }
    this.#context.warnings.push(...weakTokenWarnings(path, token));
    return { path, proof: { kind: 'bearer', digest: digestToken(token), ...validity } };
  }

  #digest(path: string, text: unknown, given: Given): GivenProof | undefined {
    if (text === undefined) return undefined;
    const digest = typeof text === 'string' ? parseTokenDigest(text) : undefined;
    if (digest !== undefined) return { path, proof: { kind: 'bearer', digest, ...validityOf(given) } };
    return this.#report(
      path,
      'is not a digest; expected sha256: and 64 hexadecimal digits, as "scrapegate token" prints them',
    );
  }

  #user(path: string, username: unknown, hash: unknown, given: Given): GivenProof | undefined {
    if (username === undefined && hash === undefined) return undefined;
    if (username === undefined) {
      return this.#report(`${path}.username`, 'is missing; the password needs its user name');
    }
    if (hash === undefined) {
      return this.#report(`${path}.passwordHash`, 'is missing; make one with "scrapegate hash-password"');
    }
    const passwordHash = typeof hash === 'string' ? new Secret(hash) : hash;
    return {
      path,
      proof: { kind: 'basic', username, passwordHash, ...validityOf(given) },
      members: { username: `${path}.username`, passwordHash: `${path}.passwordHash` },
    };
  }

  #provider(path: string, provider: unknown, given: Given): GivenProof | undefined {
    if (provider === undefined) return undefined;
    const members = asRecord(provider);
    if (members === undefined) {
      return this.#report(path, 'not an object; expected an issuer and an audience');
    }
    const introspection = asRecord(members['introspection']);
    const secret = introspection?.['clientSecret'];
    const asked = introspection !== undefined &&
      typeof secret === 'string' && {
        introspection: { ...introspection, clientSecret: new Secret(secret) },
      };
    return { path, proof: { ...members, ...asked, kind: 'oidc', ...validityOf(given) } };
  }

  #grantOf(path: string, { view = DEFAULT_VIEW, summary = true }: Given): Given {
    if (typeof view === 'string') return { view, target: TARGET, summary };
    const claimed = asRecord(view);
    if (claimed === undefined) {
      this.#report(`${path}.view`, 'expected the name of a view, or fromClaim with what it leads to');
      return { view: DEFAULT_VIEW, target: TARGET };
    }
    const { template, views } = claimed;
    return {
      ...claimed,
      summary,
      ...(template !== undefined && { template: { view: template, target: TARGET } }),
      ...(Array.isArray(views) && {
        views: views.map((entry: unknown) => ({ ...asRecord(entry), target: TARGET })),
      }),
    };
  }

  #add(credential: Given, path: string, proofs: readonly GivenProof[]): void {
    const { paths } = this.#context;
    const option = `credentials[${this.#built.length}]`;
    paths.set(option, path);
    for (const member of ['name', 'allowedIps']) paths.set(`${option}.${member}`, `${path}.${member}`);
    paths.set(`${option}.certificate`, `${path}.clientCertificate`);
    paths.set(`${option}.grant`, `${path}.view`);
    paths.set(`${option}.grant.fromClaim`, `${path}.view.fromClaim`);
    paths.set(`${option}.grant.summary`, `${path}.summary`);
    for (const [index, proof] of proofs.entries()) {
      paths.set(`${option}.proofs[${index}]`, proof.path);
      for (const [member, where] of Object.entries(proof.members ?? {})) {
        paths.set(`${option}.proofs[${index}].${member}`, where);
      }
    }
    this.#built.push({ ...credential, proofs: proofs.map(({ proof }) => proof) });
  }

  #report(path: string, message: string): undefined {
    this.#context.problems.push({ path, message });
  }
}

function validityOf({ notBeforeMs, notAfterMs }: Given): Given {
  return {
    ...(notBeforeMs !== undefined && { notBeforeMs }),
    ...(notAfterMs !== undefined && { notAfterMs }),
  };
}
