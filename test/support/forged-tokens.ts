// Tokens that no library would make: headers that it refuses, and public keys in the place of shared secrets.

import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { unsigned, type IssuerKey } from './test-issuer.js';

/** Signs a header that jose itself would not, over claims or any text. */
export async function signedWith(
  { kid, privateKey }: IssuerKey,
  header: Readonly<Record<string, unknown>>,
  payload: unknown,
): Promise<string> {
  const text = unsigned(
    { alg: 'ES256', kid, typ: 'at+jwt', ...header },
    typeof payload === 'string' ? payload : JSON.stringify(payload),
    '',
  ).slice(0, -1);
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    privateKey,
    Buffer.from(text),
  );
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

/** What a careless library may take for the shared secret, all of it public. */
export async function secretsFrom(jwk: JWK): Promise<readonly Buffer[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- jose and Node describe the same object
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const pem = key.export({ type: 'spki', format: 'pem' }).toString();
  return [
    Buffer.from(pem),
    Buffer.from(pem.trim()),
    Buffer.from(`\n${pem}`),
    key.export({ type: 'spki', format: 'der' }),
    Buffer.from(JSON.stringify(jwk)),
    Buffer.from(await calculateJwkThumbprint(jwk)),
    Buffer.from(jwk.n ?? jwk.x ?? '', 'base64url'),
    Buffer.alloc(0),
  ];
}

/** A token that is signed with a shared secret. */
export function hmacToken(secret: Buffer, bits: number, kid: string, claims: unknown): string {
  const text = unsigned({ alg: `HS${bits}`, kid, typ: 'at+jwt' }, claims, '').slice(0, -1);
  return `${text}.${createHmac(`sha${bits}`, secret).update(text).digest('base64url')}`;
}
