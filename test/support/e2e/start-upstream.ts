// A target of the tests' own: a small HTTP server whose pages a test changes while it runs.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';

/** A page and its `Content-Type`. */
export interface UpstreamPage {
  readonly status?: number;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Answers a request; may take its time. */
export type UpstreamHandler = (
  path: string,
  headers: IncomingHttpHeaders,
) => UpstreamPage | Promise<UpstreamPage>;

/** A running server. */
export interface Upstream {
  readonly url: string;
  stop(): Promise<void>;
}

/** The types of both formats. */
export const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Whether a request prefers OpenMetrics. */
export function wantsOpenMetrics(headers: IncomingHttpHeaders): boolean {
  return headers.accept?.startsWith('application/openmetrics-text') ?? false;
}

/** Starts a server on a free port of loopback. */
export function startUpstream(handle: UpstreamHandler): Promise<Upstream> {
  const server = createServer((request, response) => {
    request.resume();
    void answer(handle, request, response);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('no TCP address'));
        return;
      }
      resolve({
        url: `http://127.0.0.1:${String(address.port)}`,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function answer(
  handle: UpstreamHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const page = await handle(request.url ?? '/', request.headers);
    response.writeHead(page.status ?? 200, { ...page.headers, 'content-type': page.type });
    response.end(page.body);
  } catch {
    response.destroy();
  }
}
