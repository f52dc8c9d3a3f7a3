// An identity provider (npm oidc-provider) in a process of its own, so that a test can kill it: one client, which gets
// JWTs for the audience `scrapegate` that outlive any test. Prints `listening` when it does.
// Argument: JSON with `port` and `secret`.

import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const { port, secret } = JSON.parse(process.argv[2] ?? '{}');
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'first', use: 'sig', alg: 'RS256' }] },
  clients: [
    {
      client_id: 'prometheus',
      client_secret: secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  scopes: ['metrics:read'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: 'metrics:read',
        audience: 'scrapegate',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 3600,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
provider.listen(port, '127.0.0.1', () => console.log('listening'));
