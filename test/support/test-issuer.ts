// An identity provider on loopback: discovery, keys, introspection, each answered as a test says, every request counted.
// It signs whatever it is asked to. Everything is closed after the test. Nothing here waits for time to pass.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import { onTestFinished } from 'vitest';
import type { IntrospectionOptions, OidcProofOptions } from '../../src/auth/oidc/options.js';
import { Secret } from '../../src/internal/secret.js';
import { CLOCK_START_MS } from './manual-clock.js';

export const AUDIENCE = 'scrapegate';
const DISCOVERY = '/.well-known/openid-configuration';
export const KEYS = '/jwks';
export const INTROSPECT = '/introspect';
export const CLIENT: IntrospectionOptions = { clientId: 'the gate', clientSecret: new Secret('s:cret&x=ü') };

/** A key pair of the issuer; `jwk` is what it publishes. */
export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export interface IssuerQuestion {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (response: ServerResponse, question: IssuerQuestion) => void;

/** An identity provider. */
export interface TestIssuer {
  readonly issuer: string;
  readonly questions: readonly IssuerQuestion[];
  /** What the key set is made of. */
  keys: readonly JWK[];
  /** How a path is answered; undefined: as usual. */
  answer(path: 'discovery' | typeof KEYS | typeof INTROSPECT, how: Answer | undefined): void;
  /** What an introspection says, by token. */
  readonly tokens: Map<string, unknown>;
  /** How often a path was asked. */
  count(path: typeof KEYS | typeof INTROSPECT): number;
  /** Resolves once `path` was asked `count` times. */
  asked(path: typeof KEYS | typeof INTROSPECT, count: number): Promise<void>;
  /** Claims that open the gate at the start of a ManualClock. */
  claims(more?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  proof(more?: Partial<OidcProofOptions>): OidcProofOptions;
  /** Refuses connections from now on. */
  stop(): Promise<void>;
}

const keyPairs = new Map<string, Promise<IssuerKey>>();

/** The key of this name; the same within a test file. */
export function issuerKey(kid = 'one', alg = 'ES256'): Promise<IssuerKey> {
  const name = `${kid} ${alg}`;
  const made = keyPairs.get(name) ?? makeKey(kid, alg);
  keyPairs.set(name, made);
  return made;
}

async function makeKey(kid: string, alg: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** A token with these claims, signed. `header` is put over the usual one. */
export function sign(
  { kid, alg, privateKey }: IssuerKey,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  // A library that signs claims would check them.
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg, kid, typ: 'at+jwt', ...header })
    .sign(privateKey);
}

/** A compact token of parts that nobody would sign. */
export function unsigned(header: unknown, claims: unknown, signature = 'AAAA'): string {
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

function encode(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/** Answers with JSON, or with a text as it is. */
export function answerJson(status: number, body: unknown): Answer {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Starts an identity provider that publishes `keys`. */
export async function startIssuer(...keys: readonly IssuerKey[]): Promise<TestIssuer> {
  const questions: IssuerQuestion[] = [];
  const answers = new Map<string, Answer>();
  const tokens = new Map<string, unknown>();
  const watchers = new Set<() => void>();
  let address = '';

  const usual = (response: ServerResponse, question: IssuerQuestion): void => {
    if (question.path === DISCOVERY) {
      answerJson(200, {
        issuer: address,
        jwks_uri: `${address}${KEYS}`,
        introspection_endpoint: `${address}${INTROSPECT}`,
      })(response, question);
    } else if (question.path === KEYS) answerJson(200, { keys: issuer.keys })(response, question);
    else if (question.path === INTROSPECT) {
      const token = new URLSearchParams(question.body).get('token') ?? '';
      answerJson(200, tokens.get(token) ?? { active: false })(response, question);
    } else answerJson(404, {})(response, question);
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const body = Buffer.concat(chunks).toString();
      const question = { path: request.url ?? '', headers: request.headers, body };
      questions.push(question);
      (answers.get(question.path) ?? usual)(response, question);
      for (const watcher of watchers) watcher();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const listening = server.address();
  if (listening === null || typeof listening === 'string') throw new Error('the issuer has no port');
  address = `http://127.0.0.1:${listening.port}`;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);

  const count = (path: string): number => questions.filter((question) => question.path === path).length;
  const issuer: TestIssuer = {
    issuer: address,
    questions,
    keys: keys.map(({ jwk }) => jwk),
    answer(path, how) {
      const name = path === 'discovery' ? DISCOVERY : path;
      if (how === undefined) answers.delete(name);
      else answers.set(name, how);
    },
    tokens,
    count,
    asked: (path, wanted) =>
      new Promise((resolve) => {
        const watcher = (): void => {
          if (count(path) < wanted) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
    claims: (more = {}) => ({
      iss: address,
      aud: AUDIENCE,
      sub: 'prometheus',
      iat: CLOCK_START_MS / 1000,
      exp: CLOCK_START_MS / 1000 + 3600,
      ...more,
    }),
    proof: (more = {}) => ({ kind: 'oidc', issuer: address, audience: [AUDIENCE], ...more }),
    stop,
  };
  return issuer;
}
