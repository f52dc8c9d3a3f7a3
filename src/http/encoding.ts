// Content coding: gzip where the scraper accepts it, identity otherwise. RFC 9110 section 12.5.3.

import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Answer } from './answer.js';

const compress = promisify(gzip);

/** Below this an answer fits into a packet or two, and compressing it gains nothing. */
const MIN_COMPRESSED_BYTES = 1400;
/** Label text repeats so much that higher levels save few bytes for several times the work. */
const LEVEL = constants.Z_BEST_SPEED;
/** RFC 9110 section 12.4.2: 0 to 1 with up to three decimals. */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/** Whether `Accept-Encoding` (all its lines) asks for gzip; anything unreadable in it asks for nothing. */
function acceptsGzip(lines: readonly string[]): boolean {
  let any: boolean | undefined;
  for (const item of lines.join(',').split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.length === 0 ? 1 : readWeight(parameters);
    if (weight === undefined) continue;
    const name = coding.toLowerCase();
    if (name === 'gzip' || name === 'x-gzip') return weight > 0;
    if (name === '*') any = weight > 0;
  }
  return any ?? false;
}

function readWeight(parameters: readonly string[]): number | undefined {
  const match = parameters.length === 1 ? WEIGHT.exec(parameters[0] ?? '') : null;
  return match === null ? undefined : Number(match[1]);
}

/** Compresses a successful answer of some size where the scraper accepts it. */
export async function encodeAnswer(answer: Answer, acceptEncoding: readonly string[]): Promise<Answer> {
  if (answer.status !== 200 || answer.body.length < MIN_COMPRESSED_BYTES || !acceptsGzip(acceptEncoding))
    return answer;
  return {
    ...answer,
    headers: { ...answer.headers, 'Content-Encoding': 'gzip' },
    body: await compress(answer.body, { level: LEVEL }),
  };
}
