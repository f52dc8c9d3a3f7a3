import { describe, expect, test } from 'vitest';

import { createDocumentReader, type DocumentReader } from '../../../../src/auth/oidc/discovery.js';
import type { IssuerFailure } from '../../../../src/auth/oidc/issuer-failure.js';
import type { ProviderSettings } from '../../../../src/auth/oidc/oidc-proofs.js';
import { fail, ok } from '../../../../src/internal/result.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { CLIENT, issuerKey } from '../../../support/test-issuer.js';

const ISSUER = 'https://idp.example.com/realms/main';
const OPENID = `${ISSUER}/.well-known/openid-configuration`;
const OAUTH = 'https://idp.example.com/.well-known/oauth-authorization-server/realms/main';
const JWKS = 'https://keys.example.com/jwks';
const ENDPOINT = 'https://idp.example.com/introspect';
const KEYS = JSON.stringify({ keys: [(await issuerKey()).jwk] });
const DOCUMENT = { issuer: ISSUER, jwks_uri: JWKS, introspection_endpoint: ENDPOINT };
const HOUR_MS = 3_600_000;

interface Scene {
  readonly reader: DocumentReader;
  readonly clock: ManualClock;
  /** What each address answers: text, or a failure. Others answer 404. */
  readonly answers: Map<string, string | IssuerFailure>;
  readonly asked: string[];
  readonly read: () => Promise<unknown>;
}

function scene(settings: Partial<ProviderSettings> = {}, document: unknown = DOCUMENT): Scene {
  const clock = new ManualClock();
  const asked: string[] = [];
  const answers = new Map<string, string | IssuerFailure>([
    [OPENID, JSON.stringify(document)],
    [JWKS, KEYS],
  ]);
  const all = {
    issuer: ISSUER,
    jwksUri: undefined,
    jwksMaxStaleMs: 1,
    caPem: undefined,
    introspection: undefined,
    ...settings,
  };
  const http = {
    send: ({ url }: { readonly url: string }) => {
      asked.push(url);
      const answer = answers.get(url) ?? { reason: 'status' as const, detail: '404' };
      return Promise.resolve(typeof answer === 'string' ? ok(answer) : fail(answer));
    },
    close: () => undefined,
  };
  const reader = createDocumentReader(all, { http, clock });
  const read = async (): Promise<unknown> => {
    const keys = await reader.readKeys(new AbortController().signal);
    return keys.ok ? keys.value.length : keys.error;
  };
  return { reader, clock, answers, asked, read };
}

describe('createDocumentReader', () => {
  test('finds the keys by the document, and does not read the document each time', async () => {
    const { read, asked, reader } = scene();
    expect([await read(), await read(), asked]).toEqual([1, 1, [OPENID, JWKS, JWKS]]);
    expect(reader.introspectionEndpoint()).toBeUndefined();
  });

  test('looks in the place of RFC 8414 when there is no OpenID document', async () => {
    const { read, asked, answers } = scene();
    answers.delete(OPENID);
    answers.set(OAUTH, JSON.stringify(DOCUMENT));
    expect([await read(), asked]).toEqual([1, [OPENID, OAUTH, JWKS]]);
  });

  test.each(['status 500', 'timeout', 'unreachable'])('does not look elsewhere after %s', async (failure) => {
    const { read, asked, answers } = scene();
    const [reason, detail] = failure.split(' ');
    answers.set(
      OPENID,
      failure === 'timeout'
        ? { reason: 'timeout' }
        : reason === 'status'
          ? { reason, detail: detail ?? '' }
          : { reason: 'unreachable' },
    );
    expect(await read()).toMatchObject({ reason });
    expect(asked).toEqual([OPENID]);
  });

  test('skips discovery where the keys are configured', async () => {
    const { read, asked } = scene({ jwksUri: JWKS });
    expect([await read(), asked]).toEqual([1, [JWKS]]);
  });

  test('an issuer with a slash at its end is asked without two of them, and compared with it', async () => {
    const issuer = 'https://idp.example.com/';
    const one = scene({ issuer });
    const address = 'https://idp.example.com/.well-known/openid-configuration';
    one.answers.set(address, JSON.stringify({ ...DOCUMENT, issuer }));
    expect([await one.read(), one.asked[0]]).toEqual([1, address]);
    one.clock.advance(25 * HOUR_MS);
    one.answers.set(address, JSON.stringify({ ...DOCUMENT, issuer: 'https://idp.example.com' }));
    expect(await one.read()).toEqual({ reason: 'issuer_mismatch' });
  });

  test.each<readonly [string, unknown, IssuerFailure]>([
    ['another issuer', { ...DOCUMENT, issuer: `${ISSUER}/` }, { reason: 'issuer_mismatch' }],
    ['no issuer', { jwks_uri: JWKS }, { reason: 'issuer_mismatch' }],
    ['no object', [DOCUMENT], { reason: 'malformed', detail: 'document' }],
    ['no keys', { issuer: ISSUER }, { reason: 'malformed', detail: 'jwks_uri' }],
    ['no address', { ...DOCUMENT, jwks_uri: 7 }, { reason: 'malformed', detail: 'jwks_uri' }],
    [
      'plain HTTP',
      { ...DOCUMENT, jwks_uri: 'http://keys.example.com' },
      { reason: 'malformed', detail: 'jwks_uri' },
    ],
    [
      'loopback',
      { ...DOCUMENT, jwks_uri: 'http://127.0.0.1/jwks' },
      { reason: 'malformed', detail: 'jwks_uri' },
    ],
    ['a file', { ...DOCUMENT, jwks_uri: 'file:///etc/passwd' }, { reason: 'malformed', detail: 'jwks_uri' }],
  ])('refuses a document with %s', async (_, document, failure) => {
    const { read, asked } = scene({}, document);
    expect([await read(), asked]).toEqual([failure, [OPENID]]);
  });

  test('an issuer on loopback may have its keys there', async () => {
    const issuer = 'http://127.0.0.1:8080';
    const one = scene({ issuer });
    one.answers.set(
      `${issuer}/.well-known/openid-configuration`,
      JSON.stringify({ issuer, jwks_uri: `${issuer}/k` }),
    );
    one.answers.set(`${issuer}/k`, KEYS);
    expect(await one.read()).toBe(1);
  });

  test('reads the document again after a day, and after the keys were not where it said', async () => {
    const { read, asked, clock, answers } = scene();
    await read();
    clock.advance(24 * HOUR_MS - 1);
    await read();
    clock.advance(1);
    await read();
    expect(asked.filter((url) => url === OPENID)).toHaveLength(2);
    const moved = 'https://keys.example.com/moved';
    answers.delete(JWKS);
    answers.set(OPENID, JSON.stringify({ ...DOCUMENT, jwks_uri: moved }));
    answers.set(moved, KEYS);
    expect([await read(), await read()]).toEqual([{ reason: 'status', detail: '404' }, 1]);
  });

  test('goes on with the last document while it cannot be read, but not against it', async () => {
    const { read, clock, answers } = scene();
    await read();
    clock.advance(25 * HOUR_MS);
    answers.set(OPENID, { reason: 'unreachable' });
    expect(await read()).toBe(1);
    answers.set(OPENID, JSON.stringify({ ...DOCUMENT, issuer: 'https://evil.example' }));
    expect(await read()).toEqual({ reason: 'issuer_mismatch' });
  });

  test('knows where to introspect, and that it must know it', async () => {
    const told = scene({ introspection: CLIENT });
    expect(await told.read()).toBe(1);
    expect(told.reader.introspectionEndpoint()).toBe(ENDPOINT);
    const untold = scene({ introspection: CLIENT }, { issuer: ISSUER, jwks_uri: JWKS });
    expect(await untold.read()).toEqual({ reason: 'malformed', detail: 'introspection_endpoint' });
    const plain = scene(
      { introspection: CLIENT },
      { ...DOCUMENT, introspection_endpoint: 'http://127.0.0.1/i' },
    );
    expect(await plain.read()).toEqual({ reason: 'malformed', detail: 'introspection_endpoint' });
    const configured = scene(
      { introspection: { ...CLIENT, endpoint: ENDPOINT } },
      { issuer: ISSUER, jwks_uri: JWKS },
    );
    expect([configured.reader.introspectionEndpoint(), await configured.read()]).toEqual([ENDPOINT, 1]);
  });

  test('an issuer that introspects need not have keys', async () => {
    const { read, asked } = scene(
      { introspection: CLIENT },
      { issuer: ISSUER, introspection_endpoint: ENDPOINT },
    );
    expect([await read(), asked]).toEqual([0, [OPENID]]);
  });
});
