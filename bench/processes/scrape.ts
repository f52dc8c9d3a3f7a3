// A scraper: asks once, reads to the end, keeps nothing that it need not keep.

import { get } from 'node:http';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';

/** What to ask, and how. */
export interface ScrapeRequest {
  readonly url: string;
  readonly authorization?: string;
  readonly acceptsGzip?: boolean;
  /** Whether the samples are counted, which costs this process more. @default false */
  readonly countsSamples?: boolean;
}

/** A successful answer. */
export interface ScrapeAnswer {
  /** On the wire. */
  readonly bytes: number;
  readonly isGzip: boolean;
  /** Zero unless they were to be counted. */
  readonly samples: number;
}

const TIMEOUT_MS = 120_000;

/** Scrapes on a connection of its own. @throws {Error} on any other answer than 200. */
export function scrape({
  url,
  authorization,
  acceptsGzip,
  countsSamples,
}: ScrapeRequest): Promise<ScrapeAnswer> {
  const headers = {
    Accept: 'text/plain;version=0.0.4',
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...(acceptsGzip === true ? { 'Accept-Encoding': 'gzip' } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers }, (response) => {
      let bytes = 0;
      let samples = 0;
      const isGzip = response.headers['content-encoding'] === 'gzip';
      if (response.statusCode !== 200) {
        response.resume();
        reject(new Error(`a scrape was answered with ${String(response.statusCode)}`));
        return;
      }
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.once('error', reject);
      const text: Readable = countsSamples === true && isGzip ? response.pipe(createGunzip()) : response;
      if (countsSamples === true)
        text.on(
          'data',
          sampleCounter(() => samples++),
        );
      text.once('error', reject);
      text.once('end', () => resolve({ bytes, isGzip, samples }));
    });
    request.setTimeout(TIMEOUT_MS, () => request.destroy(new Error('a scrape was not answered in time')));
    request.once('error', reject);
  });
}

/** Lines that do not begin with `#`. */
function sampleCounter(count: () => void): (chunk: Buffer) => void {
  let isLineStart = true;
  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (isLineStart && chunk[at] !== 35) count();
      const end = chunk.indexOf(10, at);
      isLineStart = end !== -1;
      at = end === -1 ? chunk.length : end + 1;
    }
  };
}
