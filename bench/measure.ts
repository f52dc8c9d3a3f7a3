// Times a render as a scrape sees it: until the last piece of its body has been read. Refuses to time a wrong result.

import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { RenderedView, ViewRenderer } from '../src/views/renderer.js';
import { productRenderer, referenceRenderer, type RendererOf } from './product.js';
import type { ViewName } from './workload/views.js';
import { createWorkload, wholeScrape } from './workload/workload.js';

/** What Prometheus waits between scrapes unless told otherwise, and when the first one was. */
const SCRAPE_INTERVAL_MS = 60_000;
const FIRST_SCRAPE_MS = 1_790_000_000_000;
/** Enough for V8 to have settled on the code of a renderer: it changes the layout of a class until the eighth object. */
const WARM_UPS = 9;
const WARM_UP_SCRAPES = 3;
/** Scrapes of the last of them: what runs once a scrape is compiled late. */
const SETTLING_SCRAPES = 40;
const WARM_UP_BYTES = 2_000_000;

/** Larger than the caches of processors: what is timed finds none of its bytes there, its peer neither. */
const CACHE_BYTES = 128 * 1024 * 1024;

/** P3 puts about ten series together. */
const AGGREGATED_LEAST = 8.5;
const AGGREGATED_MOST = 11.5;

/** A render and what it took. */
export interface TimedRender {
  readonly ms: number;
  readonly view: RenderedView;
  /** To be called when the body is not looked at any more. */
  readonly letGo: () => void;
}

/** Renders the scrape with this number, garbage collected and caches cold before. @throws {Error} when it is refused. */
export async function timeRender(
  renderer: ViewRenderer,
  body: Uint8Array,
  scrape: number,
): Promise<TimedRender> {
  // Renderers may know a body again that they have just seen: each time is a new one to them.
  const fresh = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  globalThis.gc?.();
  await setImmediate();
  coolCaches();
  const start = performance.now();
  const rendered = await renderer.render(fresh, 'text', FIRST_SCRAPE_MS + scrape * SCRAPE_INTERVAL_MS);
  if (!rendered.ok) throw new Error(`the workload was refused: ${rendered.error.reason}`);
  // As whoever sends it.
  const letGo = rendered.value.body.borrow?.();
  let read = 0;
  for (const chunk of rendered.value.body) read += chunk.length;
  const ms = performance.now() - start;
  if (read !== rendered.value.body.byteLength) throw new Error('a body has another length than it says');
  return { ms, view: rendered.value, letGo: () => letGo?.() };
}

let cacheFiller: Buffer | undefined;

/** Pushes everything else out of the processor's caches. */
export function coolCaches(): void {
  cacheFiller ??= Buffer.alloc(CACHE_BYTES, 1);
  // Reads all of it: large writes may go around the caches.
  cacheFiller.indexOf(2);
}

/**
 * Compiled code is thrown away with the last object that it was compiled for. A gate always has some; here, where each
 * measured renderer is a new one, these stand for them.
 */
const warm: ViewRenderer[] = [];

/** Lets the compiler see every way through both renderers, first scrapes and next ones. */
export async function warmUp(view: ViewName, makers: readonly RendererOf[]): Promise<void> {
  const workload = createWorkload(WARM_UP_BYTES);
  const scrapes = Array.from({ length: SETTLING_SCRAPES }, (_, number) => wholeScrape(workload, number));
  for (let round = 1; round <= WARM_UPS; round++) {
    const bodies = round < WARM_UPS ? scrapes.slice(0, WARM_UP_SCRAPES) : scrapes;
    for (const make of makers) {
      const renderer = make(view);
      warm.push(renderer);
      for (const [number, body] of bodies.entries()) (await timeRender(renderer, body, number)).letGo();
    }
  }
}

/** Both renderers, in the order in which they are measured. */
export const BOTH: readonly RendererOf[] = [referenceRenderer, productRenderer];

/** How many samples an exposition has. */
export function countSamples(body: Uint8Array): number {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let samples = 0;
  for (let start = 0; start < bytes.length;) {
    if (bytes[start] !== 35) samples++;
    const end = bytes.indexOf(10, start);
    start = end === -1 ? bytes.length : end + 1;
  }
  return samples;
}

/** @throws {Error} where a view is not what its benchmark is about. */
export function assertPlausible(
  name: ViewName,
  samples: number,
  view: Pick<RenderedView, 'seriesIn' | 'seriesOut'>,
): void {
  const { seriesIn, seriesOut } = view;
  const ratio = seriesIn / seriesOut;
  const fits = name === 'P2' ? ratio === 1 : ratio >= AGGREGATED_LEAST && ratio <= AGGREGATED_MOST;
  if (seriesIn === samples && fits) return;
  throw new Error(
    `${name} is wrong: ${String(samples)} samples, ${String(seriesIn)} read, ${String(seriesOut)} shown`,
  );
}

/** @throws {Error} unless both views are the same, byte for byte. */
export function assertSame(reference: RenderedView, product: RenderedView): void {
  if (digestOf(reference) === digestOf(product)) return;
  throw new Error('the renderer of the product and the reference disagree; see the differential tests');
}

function digestOf({ body }: RenderedView): string {
  const hash = createHash('sha256');
  for (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}
