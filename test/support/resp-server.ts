// A server that speaks the protocol of Redis (RESP2) and answers as a test says, or not at all. Counts for nobody.

import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** The reply to a command on the wire; undefined: none ever comes. */
export type RespAnswer = (command: readonly string[]) => string | undefined;

/** A server on loopback. */
export interface RespServer {
  readonly url: string;
  /** Commands as they came, by name, the first words in upper case. */
  readonly commands: readonly (readonly string[])[];
  answer: RespAnswer;
  readonly connections: () => number;
  /** Ends every connection. */
  cutOff(): void;
}

/** What a sound Redis says before anything is counted. */
export function greeting(command: readonly string[]): string {
  if (command[0] === 'INFO') return bulk('redis_version:7.0.0\r\nloading:0\r\n');
  return '+OK\r\n';
}

/** Whether a command counts something. */
export function isScript(command: readonly string[]): boolean {
  return command[0] === 'EVALSHA' || command[0] === 'EVAL';
}

/** Starts a server that ends with the test. */
export async function startRespServer(answer: RespAnswer): Promise<RespServer> {
  const commands: (readonly string[])[] = [];
  const sockets = new Set<Socket>();
  const state = { answer };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending = '';
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      for (let parsed = parseCommand(pending); parsed !== undefined; parsed = parseCommand(pending)) {
        pending = pending.slice(parsed.length);
        const [name = '', ...rest] = parsed.words;
        const command = [name.toUpperCase(), ...rest];
        commands.push(command);
        const reply = state.answer(command);
        if (reply !== undefined) socket.write(reply, 'latin1');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server on a port has an address with one
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `redis://127.0.0.1:${String(port)}`,
    commands,
    connections: () => sockets.size,
    cutOff: () => {
      for (const socket of sockets) socket.destroy();
    },
  });
}

function bulk(text: string): string {
  return `$${String(text.length)}\r\n${text}\r\n`;
}

/** The first whole command of the text, and how long it is there. */
function parseCommand(text: string): { words: string[]; length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return undefined;
  let at = head[0].length;
  const words: string[] = [];
  for (let left = Number(head[1]); left > 0; left -= 1) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 16));
    if (size === null) return undefined;
    at += size[0].length;
    const end = at + Number(size[1]);
    if (text.length < end + 2) return undefined;
    words.push(text.slice(at, end));
    at = end + 2;
  }
  return { words, length: at };
}
