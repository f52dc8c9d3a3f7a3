// A TCP connection whose bytes go out one by one, so that the first flight of a handshake comes in pieces; it may wait
// in the middle of that until a test lets it go on. Loopback only. Nothing here waits for time to pass.

import { connect } from 'node:net';
import { Duplex } from 'node:stream';

export interface SlowSocket extends Duplex {
  /** Resolves when the server has had half of the first flight. */
  readonly begun: Promise<void>;
  goOn(): void;
}

/** Opens a connection; with `holds` it waits for `goOn` after half of the first flight. */
export function openSlowly(port: number, { holds = false }: { readonly holds?: boolean } = {}): SlowSocket {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let begin = (): void => undefined;
  let goOn = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const released = new Promise<void>((resolve) => (goOn = resolve));
  let isFirst = true;

  const write = async (chunk: Buffer, done: () => void): Promise<void> => {
    const half = isFirst ? Math.floor(chunk.length / 2) : -1;
    isFirst = false;
    for (const [index, byte] of chunk.entries()) {
      if (index === half) begin();
      if (index === half && holds) await released;
      await new Promise<void>((resolve) => {
        socket.write(Buffer.of(byte), () => setImmediate(resolve));
      });
    }
    done();
  };
  const duplex = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      void write(chunk, done);
    },
    final: (done) => void socket.end(() => done()),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => duplex.push(chunk));
  socket.once('end', () => duplex.push(null));
  socket.once('close', () => duplex.destroy());
  socket.on('error', () => undefined);
  duplex.on('error', () => undefined);
  return Object.assign(duplex, { begun, goOn });
}
