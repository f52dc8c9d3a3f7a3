// From node:http to a canonical request, and from an answer back to the socket. Decides nothing.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ANONYMOUS } from '../guard/resolve-grants.js';
import { encodeAnswer } from '../http/encoding.js';
import { parseRequest, type CanonicalRequest, type RequestReason } from '../http/request.js';
import { answerFor } from '../http/wire.js';
import { faultOf, writeAnswer, type Written } from '../http/write.js';
import type { Clock, Timer } from '../internal/clock.js';
import { endsAfterRequest, peerCertificate } from './peer-certificate.js';
import type { Outcome } from './scrape.js';
import { StrangerTurns } from './stranger-turns.js';

/** Answers requests, and hears how each ended. */
export interface NodeHandler {
  handle(request: CanonicalRequest): Promise<Outcome>;
  /** Called once for each request, after the answer was handed to the socket or the reader went away. */
  ended(request: CanonicalRequest | undefined, method: string, outcome: Outcome, sent: Sent): void;
  /** Where the connection comes from. @default the address of the socket */
  originOf?(socket: Socket): Origin;
  /** The request target as it stood on the request line. @default that of the message */
  targetOf?(message: IncomingMessage): string;
  /** A credential was right on this connection; before the request is answered. Anonymous requests show none. */
  proved?(socket: Socket): void;
  /** How long a client may take to read an answer; past it the connection is cut. @default for ever */
  writeTimeoutMs?(): number;
  /** The connection was cut: its reader was too slow, or sent too many requests ahead. */
  cutOff?(socket: Socket, reason: CutOffReason): void;
}

/** Why a connection is cut in the middle. */
export type CutOffReason = 'write_timeout' | 'sent_ahead';

/** Where a connection comes from. */
export interface Origin {
  /** As Node gives it, or `unix`; undefined when the socket is already gone. */
  readonly peerAddress: string | undefined;
  /** The client that a PROXY header named. */
  readonly proxiedAddress?: string;
}

/** How much went out, and how long the request took from its headers to there. */
export interface Sent {
  readonly bytesOut: number;
  readonly durationMs: number;
}

/** Requests of a connection that wait for those before them. Scrapers and proxies send none ahead. */
const MAX_WAITING = 16;

/** The requests of a connection that have not ended yet. */
interface Line {
  length: number;
  last: Promise<void>;
}

/** Makes a listener for `node:http` and `node:https` servers. */
export function createNodeListener(handler: NodeHandler, clock: Clock): RequestListener {
  const ending = new WeakSet<Socket>();
  const lines = new WeakMap<Socket, Line>();
  /** Connections on which a credential was right: they wait for no stranger. */
  const proven = new WeakSet<Socket>();
  const strangers = new StrangerTurns();
  return (message, response) => {
    const { socket } = message;
    // What Node had read of it when it was cut off.
    if (socket.destroyed) return;
    const line = lines.get(socket) ?? { length: 0, last: Promise.resolve() };
    lines.set(socket, line);
    if (line.length > MAX_WAITING) {
      socket.destroy();
      handler.cutOff?.(socket, 'sent_ahead');
      return;
    }
    const isAhead = line.length > 0;
    line.length += 1;
    // One request of a connection after the other: guesses sent in one go must each see the failures before them.
    const turn = line.last.then(async () => {
      // Other connections first: a thousand requests in one go would keep all of them waiting.
      if (isAhead) await new Promise((resolve) => setImmediate(resolve));
      if (!proven.has(socket)) await strangers.next();
      // What comes after such an answer may be the body of the request before it: it is neither read nor answered.
      if (ending.has(socket) || socket.destroyed) return;
      await serve(handler, clock, message, response, ({ answer, decision, credential }) => {
        if (answer.close) ending.add(socket);
        if (decision !== 'allowed' || credential === undefined || credential === ANONYMOUS) return;
        proven.add(socket);
        handler.proved?.(socket);
      });
    });
    // Whoever hears of the end must not throw; where it does, this connection ends and not the process.
    line.last = turn
      .catch(() => void socket.destroy())
      .then(() => {
        line.length -= 1;
      });
  };
}

async function serve(
  handler: NodeHandler,
  clock: Clock,
  message: IncomingMessage,
  response: ServerResponse,
  decided: (outcome: Outcome) => void,
): Promise<void> {
  const startedMs = clock.monotonicMs();
  const method = message.method ?? '';
  const certificate = peerCertificate(message.socket, clock);
  if (endsAfterRequest(message.socket)) response.setHeader('Connection', 'close');
  const request = parseRequest({
    method,
    target: handler.targetOf?.(message) ?? message.url ?? '',
    rawHeaders: message.rawHeaders,
    ...(handler.originOf?.(message.socket) ?? { peerAddress: message.socket.remoteAddress }),
    ...(certificate !== undefined && { certificate }),
  });
  const outcome = request.ok ? await handleSafely(handler, request.value) : refused(request.error);
  decided(outcome);
  const deadline = startDeadline(handler, clock, message.socket, response);
  const { bytesOut, fault } = await send(outcome, message, request.ok ? request.value : undefined, response);
  deadline?.cancel();
  const ended: Outcome =
    fault === undefined ? outcome : { ...outcome, reason: 'internal_error', detail: fault };
  const durationMs = clock.monotonicMs() - startedMs;
  handler.ended(request.ok ? request.value : undefined, method, ended, { bytesOut, durationMs });
}

/** A reader that takes too long is cut off, however steadily it reads. */
function startDeadline(
  handler: NodeHandler,
  clock: Clock,
  socket: Socket,
  response: ServerResponse,
): Timer | undefined {
  const timeoutMs = handler.writeTimeoutMs?.();
  if (timeoutMs === undefined) return undefined;
  return clock.after(timeoutMs, () => {
    response.destroy();
    handler.cutOff?.(socket, 'write_timeout');
  });
}

async function send(
  outcome: Outcome,
  message: IncomingMessage,
  request: CanonicalRequest | undefined,
  response: ServerResponse,
): Promise<Written> {
  try {
    const answer = await encodeAnswer(outcome.answer, {
      acceptEncoding: request?.headers.all('accept-encoding') ?? [],
      chunked: message.httpVersion !== '1.0',
    });
    const written = await writeAnswer(response, answer, message.method ?? '');
    // Where it was not, something may still be reading.
    if (written.end === 'whole') outcome.answer.taken?.();
    return written;
  } catch (error) {
    response.destroy();
    return { bytesOut: 0, end: 'failed', fault: faultOf(error) };
  }
}

/** A fault of ours must not become an open connection, a crash, or a message to a stranger. */
async function handleSafely(handler: NodeHandler, request: CanonicalRequest): Promise<Outcome> {
  try {
    return await handler.handle(request);
  } catch (error) {
    return {
      decision: 'denied',
      reason: 'internal_error',
      detail: faultOf(error),
      answer: answerFor('internal_error', { challenges: [] }),
    };
  }
}

function refused(reason: RequestReason): Outcome {
  return { decision: 'denied', reason, answer: answerFor(reason, { challenges: [] }) };
}
