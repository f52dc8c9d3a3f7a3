// npm's oidc-provider as an identity provider of a test.

import { fileURLToPath } from 'node:url';
import { bareEnvironment, startChild } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import type { IdentityProvider, IssuerClient, IssuerTls } from './identity-provider.js';

const PROGRAM = fileURLToPath(new URL('./oidc-provider.mjs', import.meta.url));
const START_DEADLINE_MS = 30_000;

/**
 * Starts it. A resource with `opaque` in it gets opaque tokens, one with `short` tokens of one second; others hold for
 * `ttlSeconds`.
 */
export async function startOidcProvider(
  clients: readonly IssuerClient[],
  tls: IssuerTls,
  { ttlSeconds = 60 }: { readonly ttlSeconds?: number } = {},
): Promise<IdentityProvider> {
  const port = await freePort();
  const issuer = `https://localhost:${String(port)}`;
  const child = startChild({
    command: process.execPath,
    args: [PROGRAM],
    env: bareEnvironment(),
    input: JSON.stringify({
      ...tls,
      issuer,
      port,
      ttlSeconds,
      claims: Object.fromEntries(clients.map(({ id, claims = {} }) => [id, claims])),
      clients: clients.map(({ id, secret, bound = false }) => ({
        client_id: id,
        client_secret: secret,
        ...(bound && { tls_client_certificate_bound_access_tokens: true }),
      })),
    }),
  });
  await eventually(
    () => {
      if (child.exit() !== undefined) throw new Error('it ended');
      return child.stdout().includes('listening') ? true : undefined;
    },
    { what: 'oidc-provider listens', deadlineMs: START_DEADLINE_MS, context: child.stderr },
  );
  return { issuer, tokenUrl: `${issuer}/token`, stop: async () => void (await child.stop()) };
}
