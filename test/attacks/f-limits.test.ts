// Section f of the attack list: sizes, on the assembled gate. Each limit is met from both sides: one more than it allows
// fails the scrape, and all that it allows is served. Then answers that never end.

import { gzipSync, createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  MAX_FAMILIES,
  MAX_HELP_BYTES,
  MAX_IDLE_LINES,
  MAX_LABELS,
  MAX_LABEL_VALUE_BYTES,
  MAX_NAME_BYTES,
} from '../../src/exposition/limits.js';
import { MAX_LINE_BYTES } from '../../src/exposition/lines.js';
import {
  answering,
  gatewayOptions,
  startGateway,
  type GatewayScene,
  type UpstreamAnswer,
} from '../support/start-gateway.js';

const TEXT_TYPE = 'text/plain; version=0.0.4';
const MIB = 1024 * 1024;
/** What the sockets of both sides may hold beyond what the gate has read. */
const IN_FLIGHT_BYTES = 16 * MIB;

interface Limits {
  readonly maxBytes?: number;
  readonly maxSeries?: number;
}

/** A gate with limits of its own. */
async function startLimited(limits: Limits): Promise<GatewayScene> {
  const scene = await startGateway();
  const { url } = scene.upstream;
  const { maxBytes, maxSeries } = limits;
  await scene.gateway.reload({
    ...gatewayOptions(url),
    targets: [{ name: 'upstream', url, ...(maxBytes === undefined ? {} : { maxBytes }) }],
    views: [{ name: 'all', target: 'upstream', ...(maxSeries === undefined ? {} : { maxSeries }) }],
  });
  return scene;
}

/** What the gate says of an answer, and what its log does. */
async function judged(scene: GatewayScene, answer: UpstreamAnswer): Promise<readonly [number, unknown]> {
  const seen = (await scene.audit(0)).length;
  scene.upstream.answer = answer;
  const { status } = await scene.get();
  const events = await scene.audit(seen + 1);
  return [status, events.at(-1)?.detail];
}

function gzipped(text: string): UpstreamAnswer {
  const body = gzipSync(text);
  return (_request, response) =>
    void response
      .writeHead(200, {
        'Content-Type': TEXT_TYPE,
        'Content-Encoding': 'gzip',
        'Content-Length': body.length,
      })
      .end(body);
}

/** A gauge whose whole exposition has `bytes` bytes. */
function bodyOf(bytes: number): string {
  const empty = 'x{a=""} 1\n';
  return `${'#'.repeat(bytes - empty.length - 1)}\n${empty}`;
}

/** Labels that make a line of `bytes` bytes, each within its own limit. */
function lineOf(bytes: number): string {
  const count = 17;
  const frame = 'x{} 1'.length + Array.from({ length: count }, (_, i) => `,l${i}=""`).join('').length - 1;
  const each = Math.floor((bytes - frame) / count);
  const values = Array.from({ length: count }, (_, i) =>
    i === 0 ? bytes - frame - each * (count - 1) : each,
  );
  return `x{${values.map((length, i) => `l${i}="${'v'.repeat(length)}"`).join(',')}} 1`;
}

function series(count: number): string {
  return Array.from({ length: count }, (_, index) => `x{n="${index}"} 1\n`).join('');
}

describe('f. sizes', () => {
  it.each<[what: string, limits: Limits, of: (size: number) => UpstreamAnswer, most: number, detail: RegExp]>(
    [
      ['bytes on the wire', { maxBytes: 1000 }, (n) => answering(bodyOf(n)), 1000, /^body_too_large/],
      [
        'bytes on the wire, though its length was announced',
        { maxBytes: 1000 },
        (n) => (_request, response) =>
          void response.writeHead(200, { 'Content-Type': TEXT_TYPE }).end(bodyOf(n)),
        1000,
        /^body_too_large/,
      ],
      ['bytes inflated', { maxBytes: 100_000 }, (n) => gzipped(bodyOf(n)), 100_000, /^inflated_too_large/],
      ['series', { maxSeries: 50 }, (n) => answering(series(n)), 50, /more series than max_series$/],
      ['series inflated', { maxSeries: 50 }, (n) => gzipped(series(n)), 50, /more series than max_series$/],
      ['bytes of a line', {}, (n) => answering(`${lineOf(n)}\n`), MAX_LINE_BYTES, /^line 1: line too long$/],
      [
        'bytes of a label value, decoded',
        {},
        (n) => answering(`x{a="${'\\n'.repeat(n - 2)}\u00e9"} 1\n`),
        MAX_LABEL_VALUE_BYTES,
        /^line 1: label value too long$/,
      ],
      [
        'bytes of a metric name',
        {},
        (n) => answering(`${'n'.repeat(n)} 1\n`),
        MAX_NAME_BYTES,
        /^line 1: name too long$/,
      ],
      [
        'bytes of a label name',
        {},
        (n) => answering(`x{${'n'.repeat(n)}="v"} 1\n`),
        MAX_NAME_BYTES,
        /^line 1: name too long$/,
      ],
      [
        'bytes of HELP',
        {},
        (n) => answering(`# HELP x ${'h'.repeat(n)}\nx 1\n`),
        MAX_HELP_BYTES,
        /^line 1: HELP too long$/,
      ],
      [
        'labels of a series',
        {},
        (n) => answering(`x{${Array.from({ length: n }, (_, i) => `l${i}="v"`).join(',')}} 1\n`),
        MAX_LABELS,
        /^line 1: too many labels$/,
      ],
      [
        'families',
        {},
        (n) => answering(Array.from({ length: n }, (_, i) => `m${i} 1\n`).join('')),
        MAX_FAMILIES,
        /^line \d+: too many families$/,
      ],
      [
        'lines that say nothing',
        {},
        (n) => answering(`${'#\n'.repeat(n)}x 1\n`),
        MAX_IDLE_LINES,
        /^line \d+: too many blank lines and comments$/,
      ],
    ],
  )('P19: %s: one too many is 502, the most are served', async (_, limits, of, most, detail) => {
    const scene = await startLimited(limits);
    expect(await judged(scene, of(most + 1))).toEqual([502, expect.stringMatching(detail)]);
    expect(await judged(scene, of(most))).toEqual([200, undefined]);
  });
});

describe('f. answers without end', () => {
  const maxBytes = MIB;

  it.each<[what: string, chunk: string, isGzip: boolean, detail: RegExp]>([
    ['lines', 'x{a="b"} 1\n'.repeat(1000), false, /^body_too_large/],
    ['one line', 'x'.repeat(10_000), false, /^body_too_large/],
    ['blank lines', '\n'.repeat(10_000), false, /^body_too_large/],
    ['lines, in gzip', 'x{a="b"} 1\n'.repeat(1000), true, /^inflated_too_large/],
  ])('P19: %s are 502 at the cap, and the target is hung up on', async (_, chunk, isGzip, detail) => {
    const scene = await startLimited({ maxBytes });
    let hungUp: (sentBytes: number) => void = () => undefined;
    const sent = new Promise<number>((resolve) => {
      hungUp = resolve;
    });
    const flood: UpstreamAnswer = (_request, response) => {
      const { socket } = response;
      response.on('close', () => hungUp(socket?.bytesWritten ?? Number.NaN));
      response.writeHead(200, {
        'Content-Type': TEXT_TYPE,
        ...(isGzip ? { 'Content-Encoding': 'gzip' } : {}),
      });
      const sink = isGzip ? createGzip() : response;
      if (sink !== response) sink.pipe(response);
      const pour = (): void => {
        while (!response.destroyed && sink.write(chunk));
      };
      sink.on('drain', pour);
      pour();
    };
    expect(await judged(scene, flood)).toEqual([502, expect.stringMatching(detail)]);
    expect(await sent).toBeLessThan(maxBytes + IN_FLIGHT_BYTES);
  });
});
