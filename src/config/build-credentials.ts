// Credentials of the file and of the environment to those of the guard: digests and hashes alone.
// Plain tokens and passwords are digested or hashed here at once; what leaves this file cannot be presented.

import { isPresentableToken } from '../auth/authorization.js';
import { tokenBits } from '../auth/credential-strength.js';
import { digestToken, parseTokenDigest } from '../auth/digest.js';
import type { CertificateNames } from '../auth/client-certificate.js';
import type { ProofOptions } from '../auth/options.js';
import type { Validity } from '../auth/validity.js';
import { weakTokenWarnings } from '../auth/weak-credentials.js';
import { ScrapegateError } from '../errors.js';
import type { GuardOptions } from '../guard/options.js';
import { Secret } from '../internal/secret.js';
import type { SettingPaths } from '../internal/setting-paths.js';
import { DEFAULT_VIEW, type BuildContext } from './build-context.js';
import { buildClaimedGrant, findView, openedView, type KnownViews } from './build-claimed-views.js';
import { buildCertificateNames } from './build-certificate-names.js';
import { buildEnvironmentOidc, buildOidc } from './build-oidc.js';
import { hashEnvironmentPassword } from './environment-password.js';
import type { FileBearerToken, FileCredential, FileValidity } from './file-options.js';
import { parseHtpasswd } from './htpasswd.js';
import { formatPath } from './problems.js';

/** A credential of the guard. */
export type GuardCredential = NonNullable<GuardOptions['credentials']>[number];

/** Fewer bits than any token has that somebody would use, and more than a word. */
const TOKEN_LIKE_BITS = 64;

/** Keys of a credential that prove nothing. */
const OTHER_KEYS = ['view', 'allowed_ips', 'self', 'summary', 'not_before', 'not_after'];

interface Proof {
  readonly proof: ProofOptions;
  readonly setting: string;
  /** Where its members came from, where that is not `setting`. */
  readonly settings?: Readonly<Record<string, string>>;
}

type Grant = GuardCredential['grant'];

/** Builds the credentials of file and environment; `views` has `default` where it can be had. */
export class CredentialBuilder {
  readonly #context: BuildContext;
  readonly #known: KnownViews;
  readonly #paths: SettingPaths;
  readonly #credentials: GuardCredential[] = [];

  constructor(context: BuildContext, known: KnownViews, paths: SettingPaths) {
    this.#context = context;
    this.#known = known;
    this.#paths = paths;
  }

  /** All credentials. What is wrong goes to the problems of the context. */
  async build(): Promise<readonly GuardCredential[]> {
    for (const [name, credential] of Object.entries(this.#context.file.options.credentials ?? {})) {
      this.#addFromFile(name, credential);
    }
    await this.#addFromEnvironment();
    this.#addFromWebConfig();
    return this.#credentials;
  }

  #addFromFile(name: string, credential: FileCredential): void {
    const setting = `credentials.${name}`;
    const { problems } = this.#context;
    const { view, self = false, summary = true } = credential;
    const opened =
      typeof view === 'string'
        ? openedView(findView(`${setting}.view`, view, this.#context, this.#known))
        : buildClaimedGrant(name, view, this.#context, this.#known);
    const certificate = this.#certificateOf(setting, credential);
    const shown = this.#proofsOf(setting, credential);
    // Alone it is the proof; beside others it has to come with each of them.
    const isProof = certificate !== undefined && shown.length === 0 && !this.#hasBrokenProof(setting);
    const proofs = isProof
      ? [
          {
            setting: `${setting}.client_certificate`,
            proof: { kind: 'certificate' as const, names: certificate, ...validityOf(credential) },
          },
        ]
      : shown;
    if (proofs.length === 0 && !this.#hasBrokenProof(setting)) {
      problems.add(
        setting,
        'proves nothing; expected bearer_token_digest, bearer_token_file, bearer_tokens, oidc, client_certificate, htpasswd_file, or username with password_hash',
      );
    }
    this.#add(
      name,
      setting,
      proofs,
      { ...opened, self, summary },
      { allowedIps: credential.allowed_ips, certificate: isProof ? undefined : certificate },
    );
  }

  #certificateOf(setting: string, { client_certificate }: FileCredential): CertificateNames | undefined {
    if (client_certificate === undefined) return undefined;
    const { problems, file, web } = this.#context;
    const asksForCertificates =
      file.options.tls?.client_ca_file !== undefined || web?.tls?.clientAuthorities !== undefined;
    // A broken section of TLS has been told of.
    if (!asksForCertificates && !problems.hasUnder('tls') && (web === undefined || web.tls !== undefined)) {
      problems.add(
        `${setting}.client_certificate`,
        'is asked of nobody; set tls.client_ca_file, the authorities that vouch for clients',
      );
    }
    return buildCertificateNames(`${setting}.client_certificate`, client_certificate, problems);
  }

  #usersOf(setting: string, path: string, validity: Validity): readonly Proof[] {
    const { fileReader, problems } = this.#context;
    const text = fileReader.text(setting, path);
    if (text === undefined) return [];
    const { users, problems: found } = parseHtpasswd(text);
    for (const { line, message } of found) problems.add(setting, `line ${String(line)}: ${message}`);
    return users.map(({ username, passwordHash, line }) => ({
      setting: `${setting}, line ${String(line)}`,
      proof: { kind: 'basic', username, passwordHash, ...validity },
    }));
  }

  /** Whether something that may be a proof was written down, and is told of already. */
  #hasBrokenProof(setting: string): boolean {
    const others = OTHER_KEYS.map((key) => `${setting}.${key}`);
    return this.#context.problems.all.some(
      ({ path }) => path === setting || (path.startsWith(`${setting}.`) && !others.includes(path)),
    );
  }

  #proofsOf(setting: string, credential: FileCredential): readonly Proof[] {
    const { fileReader, problems } = this.#context;
    const validity = validityOf(credential);
    const proofs: (Proof | undefined)[] = [];
    if (credential.bearer_token_digest !== undefined) {
      proofs.push(this.#digest(`${setting}.bearer_token_digest`, credential.bearer_token_digest, validity));
    }
    const token = fileReader.secret({
      setting: `${setting}.bearer_token`,
      value: credential.bearer_token,
      fileSetting: `${setting}.bearer_token_file`,
      file: credential.bearer_token_file,
    });
    const tokenSetting = `${setting}.bearer_token${credential.bearer_token === undefined ? '_file' : ''}`;
    if (token !== undefined) proofs.push(this.#token(tokenSetting, token, validity));
    for (const [index, entry] of (credential.bearer_tokens ?? []).entries()) {
      proofs.push(this.#rotatedToken(`${setting}.bearer_tokens[${String(index)}]`, entry, validity));
    }
    const passwordHash = fileReader.secret({
      setting: `${setting}.password_hash`,
      value: credential.password_hash,
      fileSetting: `${setting}.password_hash_file`,
      file: credential.password_hash_file,
    });
    const { username } = credential;
    const givesHash = credential.password_hash !== undefined || credential.password_hash_file !== undefined;
    if (username === undefined && givesHash) {
      problems.add(`${setting}.username`, 'is missing; the password needs its user name');
    }
    if (username !== undefined && !givesHash) {
      problems.add(`${setting}.password_hash`, 'is missing; make one with "scrapegate hash-password"');
    }
    if (username !== undefined && passwordHash !== undefined) {
      proofs.push({ setting, proof: { kind: 'basic', username, passwordHash, ...validity } });
    }
    if (credential.htpasswd_file !== undefined) {
      proofs.push(...this.#usersOf(`${setting}.htpasswd_file`, credential.htpasswd_file, validity));
    }
    if (credential.oidc !== undefined) {
      const built = buildOidc(`${setting}.oidc`, credential.oidc, validity, this.#context);
      proofs.push(built && { setting: `${setting}.oidc`, ...built });
    }
    return proofs.filter((proof) => proof !== undefined);
  }

  #rotatedToken(setting: string, entry: FileBearerToken, outer: Validity): Proof | undefined {
    const { fileReader, problems } = this.#context;
    const validity = { ...outer, ...validityOf(entry) };
    if ((entry.digest === undefined) === (entry.token_file === undefined)) {
      if (!this.#hasBrokenProof(setting)) problems.add(setting, 'expected either digest or token_file');
      return undefined;
    }
    if (entry.digest !== undefined) return this.#digest(`${setting}.digest`, entry.digest, validity);
    const token = fileReader.secretFile(`${setting}.token_file`, entry.token_file ?? '');
    return token === undefined ? undefined : this.#token(`${setting}.token_file`, token, validity);
  }

  #digest(setting: string, text: string, validity: Validity): Proof | undefined {
    const digest = parseTokenDigest(text);
    if (digest !== undefined) return { setting, proof: { kind: 'bearer', digest, ...validity } };
    this.#context.problems.add(setting, notADigest(text));
    return undefined;
  }

  #token(setting: string, secret: Secret, validity: Validity): Proof | undefined {
    const token = secret.reveal();
    if (!isPresentableToken(token)) {
      this.#context.problems.add(
        setting,
        'is no token that a client can send; expected visible ASCII without spaces',
      );
      return undefined;
    }
    this.#context.warnings.push(...weakTokenWarnings(setting, token));
    return { setting, proof: { kind: 'bearer', digest: digestToken(token), ...validity } };
  }

  async #addFromEnvironment(): Promise<void> {
    const { env } = this.#context;
    const view = this.#known.views.find(({ name }) => name === DEFAULT_VIEW);
    // Whoever sets up by environment alone has one credential, which has to open everything there is. The summary has a
    // variable of its own, and is closed where that is not set.
    const grant = { ...openedView(view), self: true, summary: false };
    const withSummary = { ...grant, summary: true };
    const token = env.bearerToken && this.#token('METRICS_BEARER_TOKEN', env.bearerToken, {});
    const sameToken = env.apiKey !== undefined && env.apiKey.reveal() === env.bearerToken?.reveal();
    if (token) this.#add('env-bearer-token', token.setting, [token], sameToken ? withSummary : grant);
    const apiKey = env.apiKey && !sameToken && this.#token('METRICS_API_KEY', env.apiKey, {});
    if (apiKey) this.#add('env-api-key', apiKey.setting, [apiKey], withSummary);
    const basic = await this.#environmentUser();
    if (basic) this.#add('env-basic-auth', basic.setting, [basic], grant);
    const oidc = buildEnvironmentOidc(this.#context);
    const issuer = 'METRICS_OAUTH2_ISSUER';
    if (oidc) this.#add('env-oauth2', issuer, [{ setting: issuer, ...oidc }], grant);
  }

  /** Whoever brings such a file has users who may see everything: they see what the environment's may. */
  #addFromWebConfig(): void {
    const { web } = this.#context;
    if (web === undefined) return;
    const view = this.#known.views.find(({ name }) => name === DEFAULT_VIEW);
    const { certificate } = web;
    const users = web.users.map(({ username, passwordHash }): Proof => {
      const setting = formatPath(['basic_auth_users', username]);
      return { setting, proof: { kind: 'basic', username, passwordHash } };
    });
    const alone = users.length === 0 && certificate !== undefined;
    const proofs: readonly Proof[] = alone
      ? [{ setting: 'tls_server_config', proof: { kind: 'certificate', names: certificate } }]
      : users;
    this.#add(
      'web-config',
      'basic_auth_users',
      proofs,
      { ...openedView(view), self: true, summary: false },
      { certificate: alone ? undefined : certificate },
    );
  }

  async #environmentUser(): Promise<Proof | undefined> {
    const { env, problems } = this.#context;
    if (env.basicAuth === undefined) return undefined;
    const { username, password } = env.basicAuth;
    try {
      const passwordHash = new Secret(await hashEnvironmentPassword(password.reveal()));
      return { setting: 'METRICS_BASIC_AUTH_USER', proof: { kind: 'basic', username, passwordHash } };
    } catch (error) {
      if (!(error instanceof ScrapegateError)) throw error;
      problems.add('METRICS_BASIC_AUTH_PASSWORD', error.message);
      return undefined;
    }
  }

  #add(
    name: string,
    setting: string,
    proofs: readonly Proof[],
    grant: Grant,
    conditions: {
      readonly allowedIps?: readonly string[] | undefined;
      readonly certificate?: CertificateNames | undefined;
    } = {},
  ): void {
    const { allowedIps, certificate } = conditions;
    // Without a proof there is a problem already, and nothing to check further.
    if (proofs.length === 0) return;
    const option = `credentials[${String(this.#credentials.length)}]`;
    this.#paths.set(option, setting);
    this.#paths.set(`${option}.allowedIps`, `${setting}.allowed_ips`);
    this.#paths.set(`${option}.certificate`, `${setting}.client_certificate`);
    this.#paths.set(`${option}.grant`, `${setting}.view`);
    this.#paths.set(`${option}.grant.fromClaim`, `${setting}.view.from_claim`);
    for (const [index, proof] of proofs.entries()) {
      const proofOption = `${option}.proofs[${String(index)}]`;
      this.#paths.set(proofOption, proof.setting);
      for (const [member, where] of Object.entries(proof.settings ?? {}))
        this.#paths.set(`${proofOption}.${member}`, where);
      if (proof.setting !== setting || !setting.startsWith('credentials.')) continue;
      this.#paths.set(`${proofOption}.username`, `${setting}.username`);
      this.#paths.set(`${proofOption}.passwordHash`, `${setting}.password_hash`);
    }
    this.#credentials.push({
      name,
      proofs: proofs.map(({ proof }) => proof),
      ...(allowedIps !== undefined && { allowedIps }),
      ...(certificate !== undefined && { certificate }),
      // Without a view there is a problem as well; its proofs are compared with those of the others all the same.
      grant,
    });
  }
}

/** What is wrong with a text that is no digest. It is never repeated: it may be the token. */
function notADigest(text: string): string {
  const digest = 'sha256: and 64 hexadecimal digits, as "scrapegate token" prints them';
  const looksLikeToken =
    !text.startsWith('sha256') && isPresentableToken(text) && tokenBits(text) >= TOKEN_LIKE_BITS;
  return looksLikeToken
    ? `looks like the token itself, which does not belong here; expected its digest, ${digest}`
    : `is not a digest; expected ${digest}`;
}

function validityOf({ not_before, not_after }: FileValidity): Validity {
  return {
    ...(not_before !== undefined && { notBeforeMs: not_before }),
    ...(not_after !== undefined && { notAfterMs: not_after }),
  };
}
