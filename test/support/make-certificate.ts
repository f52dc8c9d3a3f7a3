// X.509 certificates as tests want them, sound and odd ones alike: made in memory, for this run alone.
// Writes only as much DER (X.690) as RFC 5280 needs; keys are ECDSA over P-256.

import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';

/** A subjectAltName; `value` is taken byte for byte (Latin-1), whatever is in it. */
export interface TestName {
  readonly type: 'dns' | 'uri' | 'email' | 'ip';
  readonly value: string;
}

export interface CertificateWish {
  /** The common name. @default 'test' */
  readonly commonName?: string;
  /** @default none: a common name alone */
  readonly names?: readonly TestName[];
  /** Unix milliseconds. @default a day ago */
  readonly notBeforeMs?: number;
  /** Unix milliseconds. @default in ten years */
  readonly notAfterMs?: number;
  /** @default clientAuth and serverAuth; empty: no such extension */
  readonly usages?: readonly ('clientAuth' | 'serverAuth' | 'codeSigning')[];
  /** Whether it may sign others. @default false */
  readonly ca?: boolean;
  /** @default itself */
  readonly issuer?: TestCertificate;
  /** Key of a certificate before it, for a renewed one. @default a new one */
  readonly keyOf?: TestCertificate;
}

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, without a passphrase. */
  readonly key: string;
  readonly privateKey: KeyObject;
  /** The name as its issuers write it: DER. */
  readonly name: Buffer;
}

const DAY_MS = 86_400_000;
const USAGES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
};
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

export function makeCertificate(wish: CertificateWish = {}): TestCertificate {
  const privateKey = wish.keyOf?.privateKey ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const name = nameOf(wish.commonName ?? 'test');
  const { issuer = { name, privateKey } } = wish;
  const now = Date.now();
  const signed = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x40), randomBytes(15)])),
    ECDSA_SHA256,
    issuer.name,
    sequence(time(wish.notBeforeMs ?? now - DAY_MS), time(wish.notAfterMs ?? now + 3650 * DAY_MS)),
    name,
    spkiOf(privateKey),
    tagged(0xa3, sequence(...extensions(wish, privateKey, issuer.privateKey))),
  );
  const der = sequence(signed, ECDSA_SHA256, bits(sign('sha256', signed, issuer.privateKey)));
  return {
    cert: pem(der),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    privateKey,
    name,
  };
}

/** A certificate of a server on loopback. */
export function makeServerCertificate(wish: CertificateWish = {}): TestCertificate {
  const names: readonly TestName[] = [
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ];
  return makeCertificate({ commonName: 'gate', names, usages: ['serverAuth'], ...wish });
}

/** An authority, which is its own issuer unless told otherwise. */
export function makeAuthority(wish: CertificateWish = {}): TestCertificate {
  return makeCertificate({ commonName: 'authority', usages: [], ca: true, ...wish });
}

function extensions(
  { ca = false, usages = ['clientAuth', 'serverAuth'], names = [] }: CertificateWish,
  own: KeyObject,
  issuer: KeyObject,
): readonly Buffer[] {
  const critical = Buffer.of(1, 1, 0xff);
  const extension = (id: string, value: Buffer, ...flags: readonly Buffer[]): Buffer =>
    sequence(oid(id), ...flags, tagged(0x04, value));
  return [
    extension('2.5.29.19', ca ? sequence(critical) : sequence(), critical),
    // keyCertSign and cRLSign, or digitalSignature.
    extension('2.5.29.15', ca ? Buffer.of(3, 2, 1, 0x06) : Buffer.of(3, 2, 7, 0x80), critical),
    extension('2.5.29.14', tagged(0x04, keyIdOf(own))),
    extension('2.5.29.35', sequence(tagged(0x80, keyIdOf(issuer)))),
    ...(usages.length === 0
      ? []
      : [extension('2.5.29.37', sequence(...usages.map((usage) => oid(USAGES[usage]))))]),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', sequence(...names.map(generalName)))]),
  ];
}

function generalName({ type, value }: TestName): Buffer {
  const text = Buffer.from(value, 'latin1');
  switch (type) {
    case 'email':
      return tagged(0x81, text);
    case 'dns':
      return tagged(0x82, text);
    case 'uri':
      return tagged(0x86, text);
    case 'ip':
      return tagged(0x87, Buffer.from(value.split('.').map(Number)));
  }
}

function spkiOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

function keyIdOf(key: KeyObject): Buffer {
  return createHash('sha1').update(spkiOf(key)).digest();
}

function nameOf(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from(commonName, 'utf8')))));
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 section 4.1.2.5). */
function time(ms: number): Buffer {
  const digits = `${new Date(ms).toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`;
  return new Date(ms).getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return tagged(0x06, Buffer.from(bytes));
}

function base128(value: number): readonly number[] {
  const low = value & 0x7f;
  const high: number[] = [];
  for (let left = value >> 7; left > 0; left >>= 7) high.unshift((left & 0x7f) | 0x80);
  return [...high, low];
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function bits(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.of(0), bytes]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  // The shortest form alone is DER, and others than OpenSSL insist on it.
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
