// A flood of requests with random credentials, in a process of its own so that it takes no turn of a test: bearer
// tokens, users with passwords, and what looks like a JWT, at a steady rate from many addresses of 127.0.0.0/8.
// Bounded in time, in number and in connections. Prints one JSON line at its end: answers by status.
// Argument: JSON with `port`, `perSecond`, `seconds`, `addresses`, and `issuer`, which the JWTs claim to be from.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const { port, perSecond, seconds, addresses, issuer } = JSON.parse(process.argv[2] ?? '{}');
const TICK_MS = 10;
const MAX_SOCKETS = 600;
/** Every so many requests of an address, its connection is replaced by a new one. */
const REQUESTS_A_CONNECTION = 25;

/** @type {Record<string, number>} */
const answers = {};
let sent = 0;
let dropped = 0;
let failedConnections = 0;

const tokens = [
  () => `Bearer ${randomBytes(32).toString('base64url')}`,
  () =>
    `Basic ${Buffer.from(`user${randomBytes(2).toString('hex')}:${randomBytes(9).toString('base64')}`).toString('base64')}`,
  () => {
    const header = Buffer.from(
      '{"alg":"RS256","typ":"at+jwt","kid":"' + randomBytes(4).toString('hex') + '"}',
    );
    const payload = Buffer.from(JSON.stringify({ iss: issuer, aud: 'urn:scrapegate', exp: 9_999_999_999 }));
    const part = (/** @type {Buffer} */ bytes) => bytes.toString('base64url');
    return `Bearer ${part(header)}.${part(payload)}.${part(randomBytes(256))}`;
  },
];

class Client {
  /** @param {string} address */
  constructor(address) {
    this.address = address;
    /** @type {import('node:net').Socket | undefined} */
    this.socket = undefined;
    this.waiting = 0;
    this.asked = 0;
  }

  open() {
    const socket = connect({ port, host: '127.0.0.1', localAddress: this.address });
    this.socket = socket;
    this.waiting = 0;
    this.asked = 0;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      // Answers to a stranger are short: each comes in one piece, and begins with its status.
      for (const [, status = ''] of chunk.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
        answers[status] = (answers[status] ?? 0) + 1;
        this.waiting = Math.max(0, this.waiting - 1);
      }
      if (this.waiting === 0 && this.asked >= REQUESTS_A_CONNECTION) socket.end();
    });
    socket.on('error', () => (failedConnections += 1));
    socket.on('close', () => {
      if (this.socket === socket) this.socket = undefined;
    });
  }

  ask() {
    if (this.socket === undefined) this.open();
    if (this.waiting > 8 || this.asked >= REQUESTS_A_CONNECTION) {
      dropped += 1;
      return;
    }
    const credential = tokens[sent % tokens.length]?.() ?? '';
    this.socket?.write(
      `GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${credential}\r\n\r\n`,
    );
    this.waiting += 1;
    this.asked += 1;
    sent += 1;
  }
}

const clients = Array.from(
  { length: Math.min(addresses, MAX_SOCKETS) },
  (_, index) => new Client(`127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`),
);
const startMs = performance.now();
let turn = 0;
const timer = setInterval(() => {
  const passedMs = performance.now() - startMs;
  if (passedMs >= seconds * 1000) {
    clearInterval(timer);
    setTimeout(() => {
      console.log(JSON.stringify({ sent, dropped, failedConnections, answers, seconds: passedMs / 1000 }));
      process.exit(0);
    }, 500);
    return;
  }
  const due = Math.floor((passedMs / 1000) * perSecond) - sent - dropped;
  for (let i = 0; i < due; i += 1) {
    clients[turn % clients.length]?.ask();
    turn += 1;
  }
}, TICK_MS);
