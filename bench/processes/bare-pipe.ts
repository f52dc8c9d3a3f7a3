// The least that a gate on Node can do: get the target's bytes, and pipe them on untouched. With `fetch`, as people write
// it, or with the client below it, which costs less.

import { Agent, createServer, get, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answerParent, portOf } from './started.js';

/** What is fetched for every path but `/health`, and how. */
export interface PipeMessage {
  readonly targetUrl: string;
  readonly client: 'node:http' | 'fetch';
}

/** Where it listens, on 127.0.0.1. */
export interface PipeAnswer {
  readonly port: number;
}

const agent = new Agent({ keepAlive: true });

function serve(message: string): Promise<PipeAnswer> {
  const { targetUrl, client }: PipeMessage = JSON.parse(message);
  const pipe = client === 'fetch' ? pipeFetched : pipeGot;
  const server = createServer((request, response) => {
    if (request.url === '/health') {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok"}');
      return;
    }
    pipe(targetUrl, response).catch(() => response.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: portOf(server) }));
  });
}

async function pipeFetched(url: string, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await fetch(url);
  response.writeHead(status, {
    'Content-Type': headers.get('content-type') ?? '',
    'Content-Length': headers.get('content-length') ?? '',
  });
  await pipeline(body === null ? Readable.from([]) : Readable.fromWeb(body), response);
}

function pipeGot(url: string, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, {
        'Content-Type': incoming.headers['content-type'],
        'Content-Length': incoming.headers['content-length'],
      });
      pipeline(incoming, response).then(resolve, reject);
    }).once('error', reject);
  });
}

answerParent(serve);
