// Content coding: gzip where the scraper accepts it, identity otherwise. RFC 9110 section 12.5.3.
// A large answer is compressed while it is sent, so that neither form of it is ever held as a whole.

import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import { chunkOf, joinChunks, type ByteChunks } from '../internal/byte-chunks.js';
import type { Answer } from './answer.js';

const compress = promisify(gzip);

/** Below this an answer fits into a packet or two, and compressing it gains nothing. */
const MIN_COMPRESSED_BYTES = 1400;
/** Label text repeats so much that higher levels save few bytes for several times the work. */
const LEVEL = constants.Z_BEST_SPEED;
/** Up to here an answer is compressed in one go, and its length is told. */
const MAX_WHOLE_BYTES = 1024 * 1024;
/** What the compressor hands over at a time: larger saves nothing, smaller costs calls. */
const COMPRESSED_PIECE_BYTES = 64 * 1024;
/** RFC 9110 section 12.4.2: 0 to 1 with up to three decimals. */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/** An answer as it goes over the wire. A body without a known length is made while it is sent. */
export interface EncodedAnswer extends Omit<Answer, 'body'> {
  readonly body: ByteChunks | AsyncIterable<Uint8Array>;
}

/** What the reader of an answer can take. */
export interface EncodingWishes {
  /** All lines of `Accept-Encoding`. */
  readonly acceptEncoding: readonly string[];
  /** Whether an answer may come without its length: not in HTTP/1.0, where a cut-off one would look whole. */
  readonly chunked: boolean;
}

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
export async function encodeAnswer(answer: Answer, wishes: EncodingWishes): Promise<EncodedAnswer> {
  const { body, status } = answer;
  if (status !== 200 || body.byteLength < MIN_COMPRESSED_BYTES || !acceptsGzip(wishes.acceptEncoding))
    return answer;
  const headers = { ...answer.headers, 'Content-Encoding': 'gzip' };
  if (body.byteLength <= MAX_WHOLE_BYTES) {
    return { ...answer, headers, body: chunkOf(await compress(joinChunks(body), { level: LEVEL })) };
  }
  return wishes.chunked ? { ...answer, headers, body: compressPieces(body) } : answer;
}

/** Makes a piece only when the one before was compressed, and none once nobody reads any more. */
async function* compressPieces(body: ByteChunks): AsyncGenerator<Uint8Array> {
  const compressor = createGzip({ level: LEVEL, chunkSize: COMPRESSED_PIECE_BYTES });
  // What fails in it comes out of the loop below.
  const compressed: AsyncIterable<Uint8Array> = pipeline(Readable.from(body), compressor, () => undefined);
  yield* compressed;
}
