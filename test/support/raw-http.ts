// Exact bytes on the wire, and whatever comes back: for requests that no HTTP client would send.
// Loopback only. Nothing here waits for time to pass.

import { connect, type Socket } from 'node:net';

/** One answer, taken apart. Header names in lower case; a repeated line makes several entries. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface RawExchange {
  readonly answers: readonly RawAnswer[];
  /** Whether the server closed the connection. */
  readonly closed: boolean;
  /** Everything that came, as Latin-1. */
  readonly text: string;
}

export interface RawRequestOptions {
  /** The peer that the server sees: any address of 127.0.0.0/8. */
  readonly from?: string;
  /** Answers to wait for; without it, until the server closes the connection. */
  readonly answers?: number;
}

/** Header lines, each with its line end, and the empty line after them. */
export function head(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Writes `bytes` and reads answers. */
export function exchangeRaw(
  port: number,
  bytes: string | Buffer,
  options: RawRequestOptions = {},
): Promise<RawExchange> {
  return new Promise((resolve, reject) => {
    const socket = openRaw(port, options.from);
    let received = Buffer.alloc(0);
    const finish = (closed: boolean): void => {
      socket.destroy();
      resolve({ answers: parseAnswers(received), closed, text: received.toString('latin1') });
    };
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (options.answers !== undefined && parseAnswers(received).length >= options.answers) finish(false);
    });
    socket.once('end', () => finish(true));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // A server that has said enough may reset the connection under what is still being written.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') finish(true);
      else reject(error);
    });
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  });
}

/** An open connection; the test writes, reads and destroys it itself. */
export function openRaw(port: number, from?: string): Socket {
  return connect({
    host: '127.0.0.1',
    port,
    ...(from === undefined ? {} : { localAddress: from }),
  });
}

/** The whole answers at the beginning of `bytes`; a body needs its Content-Length. */
export function parseAnswers(bytes: Buffer): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end === -1) return answers;
    const [statusLine = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n');
    const headers = lines.map((line): readonly [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const status = Number(statusLine.split(' ')[1]);
    const isInterim = status < 200;
    const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? 0);
    const bodyEnd = end + 4 + (isInterim ? 0 : length);
    if (bodyEnd > bytes.length) return answers;
    if (!isInterim) answers.push({ status, headers, body: bytes.toString('utf8', end + 4, bodyEnd) });
    at = bodyEnd;
  }
}
