// One HTTP request with everything that came back, byte for byte, so that a test can search all of it.

import { readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { gunzipSync } from 'node:zlib';

/** A request of a test. */
export interface HttpGetOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @default 30_000 */
  readonly timeoutMs?: number;
  /** PEM files of the certificate that the client shows, and of its key. */
  readonly client?: ClientFiles;
  /** An address of the loopback network to ask from, so that one machine can be many clients. */
  readonly localAddress?: string;
}

/** PEM files of a client certificate. */
export interface ClientFiles {
  readonly cert: string;
  readonly key: string;
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Status line and header lines as text. */
  readonly head: string;
  /** The body, inflated. */
  readonly text: string;
}

/** Sends one request on a connection of its own. */
export function httpGet(url: string, options: HttpGetOptions = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    const outgoing = request(
      url,
      {
        method: options.method ?? 'GET',
        agent: false,
        headers: { ...options.headers },
        rejectUnauthorized: false,
        ...(options.localAddress !== undefined && { localAddress: options.localAddress }),
        ...(options.client && {
          cert: readFileSync(options.client.cert),
          key: readFileSync(options.client.key),
        }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const wire = Buffer.concat(chunks);
          const gzipped = incoming.headers['content-encoding'] === 'gzip' && wire.length > 0;
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            head: `${String(incoming.statusCode)} ${incoming.statusMessage ?? ''}\n${incoming.rawHeaders.join('\n')}`,
            text: (gzipped ? gunzipSync(wire) : wire).toString('utf8'),
          });
        });
      },
    );
    outgoing.setTimeout(options.timeoutMs ?? 30_000, () =>
      outgoing.destroy(new Error(`${url} did not answer`)),
    );
    outgoing.once('error', reject);
    outgoing.end(options.body);
  });
}

/** What Prometheus 2 asks for. */
export const PROMETHEUS_ACCEPT: string =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,' +
  'text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

/** Text 0.0.4 and nothing else. */
export const TEXT_ACCEPT = 'text/plain;version=0.0.4';
