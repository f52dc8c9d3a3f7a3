// A target: serves scrapes from files, to each path its own next one, forth and then back again. Until it is told to
// begin it has next to nothing to say, so that what a gate asks at its start does not count.

import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import { answerParent, portOf } from './started.js';

/** The scrapes in their order; or that one client gets them from now on. */
export type TargetMessage = { readonly files: readonly string[] } | { readonly begin: string };

/** Where it listens, on 127.0.0.1. */
export interface TargetAnswer {
  readonly port: number;
}

const PIECE_BYTES = 256 * 1024;

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const BEFORE = '# TYPE up gauge\nup 1\n';

interface Scrape {
  readonly path: string;
  readonly bytes: number;
}

let scrapes: readonly Scrape[] = [];
/** Path → scrapes that it was served. */
const served = new Map<string, number>();

const server = createServer((request, response) => {
  const path = request.url ?? '';
  const count = served.get(path);
  const scrape = scrapes[(count ?? 0) % scrapes.length];
  if (count === undefined || scrape === undefined) {
    response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(BEFORE);
    return;
  }
  served.set(path, count + 1);
  response.writeHead(200, { 'Content-Type': CONTENT_TYPE, 'Content-Length': scrape.bytes });
  pipeline(createReadStream(scrape.path, { highWaterMark: PIECE_BYTES }), response, () => undefined);
});

function answer(text: string): Promise<TargetAnswer> {
  const message: TargetMessage = JSON.parse(text);
  if ('begin' in message) {
    served.set(message.begin, 0);
    return Promise.resolve({ port: portOf(server) });
  }
  const forth = message.files.map((path) => ({ path, bytes: statSync(path).size }));
  scrapes = [...forth, ...forth.slice(1, -1).toReversed()];
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: portOf(server) }));
  });
}

answerParent(answer);
