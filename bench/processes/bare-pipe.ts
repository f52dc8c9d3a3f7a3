// The least that a gate on Node can do: fetch the target's bytes, and pipe them on untouched.

import { Agent, createServer, get } from 'node:http';
import { pipeline } from 'node:stream';
import { answerParent, portOf } from './started.js';

/** What is fetched for every path but `/health`. */
export interface PipeMessage {
  readonly targetUrl: string;
}

/** Where it listens, on 127.0.0.1. */
export interface PipeAnswer {
  readonly port: number;
}

function serve(message: string): Promise<PipeAnswer> {
  const { targetUrl }: PipeMessage = JSON.parse(message);
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    if (request.url === '/health') {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok"}');
      return;
    }
    get(targetUrl, { agent }, (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, {
        'Content-Type': incoming.headers['content-type'],
        'Content-Length': incoming.headers['content-length'],
      });
      pipeline(incoming, response, () => undefined);
    }).once('error', () => response.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: portOf(server) }));
  });
}

answerParent(serve);
