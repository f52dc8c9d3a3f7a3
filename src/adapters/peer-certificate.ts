// The client certificate of a connection: read once, kept as long as the socket, and taken back when what it was judged
// by has changed. Decides nothing; and no header ever says anything about a certificate (T7).

import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket, type DetailedPeerCertificate } from 'node:tls';
import type { ClientCertificate } from '../auth/client-certificate.js';
import { readCertificate, type ChainMember } from '../auth/read-certificate.js';
import type { Clock } from '../internal/clock.js';
import { asRecord } from '../internal/option-problems.js';

/** More than any chain has; whoever is beyond it is not looked at. */
const MAX_CHAIN = 16;

const known = new WeakMap<Socket, ClientCertificate | 'none'>();
const distrusted = new WeakSet<Socket>();
const singleRequest = new WeakSet<Socket>();

/** The certificate that the client showed; undefined without TLS, or where it showed none. */
export function peerCertificate(socket: Socket, clock: Clock): ClientCertificate | undefined {
  const before = known.get(socket);
  if (before !== undefined && singleRequest.has(socket)) distrustPeer(socket);
  else if (before !== undefined) return before === 'none' ? undefined : before;
  const certificate = socket instanceof TLSSocket ? read(socket, clock) : undefined;
  known.set(socket, certificate ?? 'none');
  return certificate;
}

/**
 * Whether the connection is to end with the answer to its first request. Some versions of Node.js do not tell who vouched
 * for a certificate (nodejs/node#65579), so that it would not be noticed when they expire: a new handshake has to say it.
 */
export function endsAfterRequest(socket: Socket): boolean {
  return singleRequest.has(socket);
}

/** From now on a certificate of this connection is not trusted: the authorities that vouched for it may be gone. */
export function distrustPeer(socket: Socket): void {
  distrusted.add(socket);
  known.delete(socket);
}

function read(socket: TLSSocket, clock: Clock): ClientCertificate | undefined {
  // Whoever asks Node for the X509Certificate first is no longer told who vouched for it.
  const shown = socket.getPeerCertificate(true);
  // An empty object where there is none, and null once the socket is gone, whatever the types say.
  const raw = asRecord(shown)?.['raw'];
  if (!(raw instanceof Uint8Array)) return undefined;
  const leaf = new X509Certificate(raw);
  // A resumed session repeats an old verdict, and Node calls one without a certificate authorized, too.
  const authorized = socket.authorized && !socket.isSessionReused() && !distrusted.has(socket);
  if (authorized && issuerOf(shown) === undefined) singleRequest.add(socket);
  return readCertificate(
    {
      raw,
      subjectAltName: leaf.subjectAltName,
      validFrom: leaf.validFrom,
      validTo: leaf.validTo,
      issuers: authorized ? issuersOf(shown) : [],
      authorized,
    },
    clock.nowMs(),
  );
}

/** Undefined where Node does not tell, whatever the types say. */
function issuerOf(certificate: DetailedPeerCertificate): DetailedPeerCertificate | undefined {
  return certificate.issuerCertificate;
}

/** Those above the certificate, as far as they are known; the last one is its own issuer. */
function issuersOf(leaf: DetailedPeerCertificate): readonly ChainMember[] {
  const issuers: ChainMember[] = [];
  let current = leaf;
  while (issuers.length < MAX_CHAIN) {
    const issuer = issuerOf(current);
    if (issuer === undefined || issuer === current) break;
    issuers.push({ validFrom: issuer.valid_from, validTo: issuer.valid_to });
    current = issuer;
  }
  return issuers;
}
