// Section b of the attack list: tokens that are bound to a client certificate (RFC 8705), on the assembled gate over TLS.

import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RequestEvent } from '../../src/gateway/events.js';
import { Secret } from '../../src/internal/secret.js';
import {
  makeAuthority,
  makeCertificate,
  makeServerCertificate,
  type TestCertificate,
} from '../support/make-certificate.js';
import { ManualClock } from '../support/manual-clock.js';
import { startGateway } from '../support/start-gateway.js';
import { AUDIENCE, CLIENT, issuerKey, sign, startIssuer } from '../support/test-issuer.js';
import { asClient, getOverTls } from '../support/tls-client.js';

const KEY = await issuerKey();
const authority = makeAuthority();
const server = makeServerCertificate();

interface BoundScene {
  /** The status for the token on a connection with that certificate, or without one. */
  readonly present: (token: string, leaf?: TestCertificate) => Promise<number | undefined>;
  readonly audit: (count: number) => Promise<readonly RequestEvent[]>;
  /** A signed token and an opaque one with these claims. */
  readonly issue: (cnf: unknown) => Promise<readonly string[]>;
}

async function start(): Promise<BoundScene> {
  const issuer = await startIssuer(KEY);
  // The present: that is the clock of OpenSSL.
  const clock = new ManualClock(Date.now());
  const exp = Math.floor(Date.now() / 1000) + 600;
  const scene = await startGateway({
    clock,
    // No lockout gets between an attack and what it attacks.
    guard: { limits: { failuresPerMinute: 10_000 } },
    credentials: [{ name: 'idp', proofs: [issuer.proof({ introspection: CLIENT })] }],
    gateway: { tls: { cert: server.cert, key: new Secret(server.key), clientAuthorities: [authority.cert] } },
    ready: false,
  });
  return {
    audit: (count) => scene.audit(count),
    present: async (token, leaf) => {
      const headers = { Authorization: `Bearer ${token}` };
      return (await getOverTls(scene.port, leaf === undefined ? {} : asClient(leaf), headers))?.status;
    },
    issue: async (cnf) => {
      const opaque = `opaque-${issuer.tokens.size}`;
      issuer.tokens.set(opaque, { active: true, aud: AUDIENCE, exp, cnf });
      return [await sign(KEY, issuer.claims({ exp, iat: exp - 600, cnf })), opaque];
    },
  };
}

function thumbprint({ cert }: TestCertificate): string {
  return createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url');
}

describe('b. bound tokens', () => {
  it('B14: open with their own certificate alone, verified before or not', async () => {
    const scene = await start();
    const own = makeCertificate({ issuer: authority });
    const other = makeCertificate({ issuer: authority });
    const stranger = makeCertificate({ issuer: makeAuthority() });
    for (const token of await scene.issue({ 'x5t#S256': thumbprint(own) })) {
      expect(await scene.present(token)).toBe(401);
      expect(await scene.present(token, other)).toBe(401);
      expect(await scene.present(token, own)).toBe(200);
      expect(await scene.present(token)).toBe(401);
      expect(await scene.present(token, other)).toBe(401);
      expect(await scene.present(token, own)).toBe(200);
    }
    const reasons = (await scene.audit(12)).flatMap(({ reason }) => reason ?? []);
    expect(new Set(reasons)).toEqual(new Set(['token_binding_unproven']));
    // Its own, and of nobody whom the operator trusts.
    for (const token of await scene.issue({ 'x5t#S256': thumbprint(stranger) })) {
      expect(await scene.present(token, stranger)).not.toBe(200);
    }
  });

  it('B14: a binding that a certificate cannot prove is refused with any', async () => {
    const scene = await start();
    const own = makeCertificate({ issuer: authority });
    const right = thumbprint(own);
    for (const cnf of [
      { jkt: right },
      { 'x5t#S256': right, jkt: right },
      { x5t: right },
      {},
      [right],
      right,
    ]) {
      for (const token of await scene.issue(cnf)) expect(await scene.present(token, own)).toBe(401);
    }
  });
});
