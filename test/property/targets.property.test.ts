import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteCollector } from '../../src/targets/byte-collector.js';
import { parseScrapeTimeout } from '../../src/targets/deadline.js';
import { requestsAt } from '../../src/targets/demo/motion.js';
import { DEMO_TRAFFIC } from '../../src/targets/demo/population.js';
import { readAll } from '../support/read-body.js';

const bytes = fc.uint8Array({ maxLength: 300 });

/** A body cut into chunks at arbitrary places. */
function cut(whole: Uint8Array, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (whole.length + 1)), whole.length].toSorted(
    (a, b) => a - b,
  );
  return edges
    .slice(1)
    .map((edge, i) => Buffer.from(whole.subarray(edges[i] ?? 0, edge)))
    .filter((chunk) => chunk.length > 0);
}

const places = fc.array(fc.nat({ max: 400 }), { maxLength: 8 });

describe('a body reader', () => {
  test('gives the same body however it is cut and coded', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, places, fc.boolean(), async (body, at, gzip) => {
        const wire = gzip ? gzipSync(body) : body;
        const outcome = await readAll(cut(wire, at), { gzip, maxBytes: 1000 });
        expect(outcome).toEqual({ ok: true, value: { body: Buffer.from(body), receivedBytes: wire.length } });
      }),
    );
  });

  test('refuses every gzip body that was cut short or changed in one byte of its data or trailer', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        places,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (body, at, place, change) => {
          const wire = gzipSync(body);
          const short = wire.subarray(0, place % wire.length);
          const changed = Buffer.from(wire);
          const position = 10 + (place % (wire.length - 10));
          changed.writeUInt8(wire.readUInt8(position) ^ change, position);
          for (const damaged of [short, changed]) {
            const outcome = await readAll(cut(damaged, at), { gzip: true, maxBytes: 1000 });
            // A changed byte may leave the data as it was only where deflate has two spellings for it.
            expect(outcome.ok && !Buffer.from(body).equals(outcome.value.body)).toBe(false);
          }
          const outcome = await readAll(cut(short, at), { gzip: true, maxBytes: 1000 });
          expect(outcome).toMatchObject({ ok: false, error: { reason: 'inflate_failed' } });
        },
      ),
    );
  });

  test('never gives a body past the cap', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        places,
        fc.boolean(),
        fc.integer({ min: 1, max: 300 }),
        async (body, at, gzip, cap) => {
          const wire = gzip ? gzipSync(body) : body;
          const outcome = await readAll(cut(wire, at), { gzip, maxBytes: cap });
          expect(outcome.ok).toBe(body.length <= cap && wire.length <= cap);
        },
      ),
    );
  });
});

test('ByteCollector holds exactly the chunks that fitted', () => {
  fc.assert(
    fc.property(
      fc.array(bytes, { maxLength: 20 }),
      fc.integer({ min: 1, max: 3000 }),
      fc.option(fc.nat({ max: 4000 }), { nil: undefined }),
      (chunks, cap, expected) => {
        const collector = new ByteCollector(cap, expected);
        const taken = chunks.filter((chunk) => collector.append(chunk));
        expect(Buffer.concat(taken).equals(collector.bytes())).toBe(true);
        expect(collector.capacity).toBeLessThanOrEqual(cap);
      },
    ),
  );
});

describe('parseScrapeTimeout', () => {
  test('holds back a tenth, and half a second at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000 }), (timeoutMs) => {
        const budgetMs = parseScrapeTimeout(String(timeoutMs / 1000)) ?? 0;
        expect(budgetMs).toBeCloseTo(Math.max(timeoutMs - 500, timeoutMs * 0.9), 6);
      }),
    );
  });

  test('never gives a budget that is no positive number', () => {
    const text = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', '+', 'e', ' ', ',', 'x') });
    fc.assert(
      fc.property(text, (header) => {
        const budgetMs = parseScrapeTimeout(header);
        expect(budgetMs === undefined || (budgetMs > 0 && budgetMs <= 3_599_500)).toBe(true);
      }),
    );
  });
});

test('the demo’s counters never fall, whenever one looks', () => {
  const moment = fc.nat({ max: 400 * 86_400_000 });
  fc.assert(
    fc.property(fc.constantFrom(...DEMO_TRAFFIC), moment, moment, (traffic, a, b) => {
      const [before, after] = [requestsAt(traffic, Math.min(a, b)), requestsAt(traffic, Math.max(a, b))];
      expect(after.all).toBeGreaterThanOrEqual(before.all);
      expect(after.failed).toBeGreaterThanOrEqual(before.failed);
      expect(after.succeeded).toBeGreaterThanOrEqual(before.succeeded);
    }),
  );
});
