// A real identity provider, npm's oidc-provider, as a process of its own. Reads its settings as JSON from standard
// input: { issuer, port, cert, key, ca, clients, claims, ttlSeconds }. Prints "listening" once it is.
//
// The resource that a client asks for says what it gets: `jwt` and `opaque` in it choose the format of the token.

import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { generateKeyPair, exportJWK } from 'jose';
import { Provider } from 'oidc-provider';

const { issuer, port, cert, key, ca, clients, claims, ttlSeconds } = JSON.parse(await text(process.stdin));

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const provider = new Provider(issuer, {
  jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'first' }] },
  clients: clients.map((client) => ({
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    ...client,
  })),
  scopes: ['metrics:read'],
  extraTokenClaims: (_ctx, token) => claims[token.clientId] ?? {},
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      getCertificate: (ctx) => ctx.socket.getPeerX509Certificate(),
    },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: 'metrics:read',
        accessTokenFormat: resource.includes('opaque') ? 'opaque' : 'jwt',
        accessTokenTTL: resource.includes('short') ? 1 : ttlSeconds,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

const server = createServer(
  { cert, key, ca, requestCert: true, rejectUnauthorized: false },
  provider.callback(),
);
server.listen(port, '127.0.0.1', () => process.stdout.write('listening\n'));
process.once('SIGTERM', () => process.exit(0));
