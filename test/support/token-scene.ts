// The assembled gate with one credential that an identity provider on loopback proves, and a short way to present tokens.

import type { OidcProofOptions } from '../../src/auth/oidc/options.js';
import type { RequestEvent } from '../../src/gateway/events.js';
import { startGateway, type GatewayScene, type HttpAnswer } from './start-gateway.js';
import { startIssuer, type IssuerKey, type TestIssuer } from './test-issuer.js';

/** No lockout gets between an attack and what it attacks. */
export const PATIENT = { limits: { failuresPerMinute: 10_000, requestsPerWindow: 1_000_000 } };

/** A gate and the identity provider that it trusts. */
export interface TokenScene extends GatewayScene {
  readonly issuer: TestIssuer;
  /** The answer to a scrape with the token. */
  ask(token: string, from?: string): Promise<HttpAnswer>;
  /** Its status. */
  present(token: string, from?: string): Promise<number>;
  /** The audit event of the last of `count` requests. */
  last(count: number): Promise<RequestEvent | undefined>;
  /** Asks `/health` until the condition holds; each question is a round over the network. */
  until(holds: () => boolean): Promise<void>;
  /** Presents the token until it is accepted. */
  untilAccepted(token: string): Promise<void>;
}

/** Starts both. */
export async function startTokenScene(
  keys: readonly IssuerKey[],
  proof: (issuer: TestIssuer) => Partial<OidcProofOptions> = () => ({}),
): Promise<TokenScene> {
  const issuer = await startIssuer(...keys);
  const scene = await startGateway({
    guard: PATIENT,
    credentials: [{ name: 'idp', proofs: [issuer.proof(proof(issuer))], self: true }],
  });
  const ask = (token: string, from?: string): Promise<HttpAnswer> =>
    scene.get('/metrics', {
      headers: { Authorization: `Bearer ${token}` },
      ...(from !== undefined && { from }),
    });
  return {
    ...scene,
    issuer,
    ask,
    present: async (token, from) => (await ask(token, from)).status,
    last: async (count) => (await scene.audit(count)).at(-1),
    until: (holds) =>
      rounds(async () => {
        if (holds()) return true;
        await scene.get('/health', { headers: {} });
        return false;
      }),
    untilAccepted: (token) => rounds(async () => (await ask(token)).status === 200),
  };
}

/** Each round is one over the network, so that what is under way goes on. */
async function rounds(isDone: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 10_000; round += 1) {
    if (await isDone()) return;
  }
  throw new Error('it never came to pass');
}
