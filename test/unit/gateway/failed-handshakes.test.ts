// What the log says of a TLS handshake that failed, on the assembled gate: a code by which an operator finds the cause,
// and nothing that the client chose.

import { constants } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { GatewayEvent } from '../../../src/gateway/events.js';
import type { TlsOptions } from '../../../src/gateway/tls-options.js';
import { Secret } from '../../../src/internal/secret.js';
import { makeAuthority, makeServerCertificate } from '../../support/make-certificate.js';
import { exchangeRaw } from '../../support/raw-http.js';
import { startGateway } from '../../support/start-gateway.js';
import { connectTls, getOverTls } from '../../support/tls-client.js';

const server = makeServerCertificate();

async function closures(
  fail: (port: number) => Promise<unknown>,
  more: Partial<TlsOptions> = {},
): Promise<readonly GatewayEvent[]> {
  const tls = { cert: server.cert, key: new Secret(server.key), ...more };
  const { port, events } = await startGateway({ gateway: { tls }, ready: false });
  await fail(port);
  return events.filter(({ kind }) => kind === 'connection_closed');
}

describe('a handshake that failed', () => {
  it.each<[string, string, (port: number) => Promise<unknown>, Partial<TlsOptions>?]>([
    [
      'a client that speaks plain HTTP',
      'ERR_SSL_HTTP_REQUEST',
      (port) => exchangeRaw(port, 'GET /metrics HTTP/1.1\r\nHost: secret.example\r\n\r\n'),
    ],
    [
      'a client without a certificate',
      'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE',
      (port) => getOverTls(port),
      { clientAuthorities: [makeAuthority().cert], clientAuth: 'require' },
    ],
    [
      'a client that knows old versions only',
      'ERR_SSL_UNSUPPORTED_PROTOCOL',
      (port) =>
        connectTls(port, {
          maxVersion: 'TLSv1.1',
          minVersion: 'TLSv1',
          secureOptions: constants.SSL_OP_NO_TLSv1_3,
          ciphers: 'DEFAULT@SECLEVEL=0',
        }),
    ],
  ])('tells of %s by %s', async (_, detail, fail, more) => {
    expect(await closures(fail, more)).toEqual([
      { kind: 'connection_closed', reason: 'tls_failed', client: '127.0.0.1', detail, count: 1 },
    ]);
  });
});
