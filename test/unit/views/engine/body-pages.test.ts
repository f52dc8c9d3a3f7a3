import { describe, expect, it, test, vi } from 'vitest';
import { joinChunks, type ByteChunks } from '../../../../src/internal/byte-chunks.js';
import { lentChunks } from '../../../../src/internal/memory-pool.js';
import { BodyPages } from '../../../../src/views/engine/body-pages.js';

const PAGE_BYTES = 16;

/** Bytes of the body before, or a text; `over` are numbers that are written over what stands at a place then. */
interface Write {
  readonly parts: readonly (string | readonly [from: number, to: number])[];
  readonly over?: Readonly<Record<number, string>>;
}

function write(pages: BodyPages, { parts, over = {} }: Write): ByteChunks {
  pages.begin(parts.reduce((sum, part) => sum + lengthOf(part), 0));
  for (const part of parts) {
    if (typeof part === 'string') {
      const at = pages.makeRoom(part.length);
      pages.room.write(part, at);
    } else pages.take(...part);
  }
  for (const [place, text] of Object.entries(over)) {
    const at = pages.overwrite(Number(place));
    pages.room.write(text, at);
  }
  return lentChunks(pages.end());
}

function lengthOf(part: Write['parts'][number]): number {
  return typeof part === 'string' ? part.length : part[1] - part[0];
}

const textOf = (body: ByteChunks): string => Buffer.from(joinChunks(body)).toString('latin1');
const memoryOf = (body: ByteChunks): readonly ArrayBufferLike[] => [...body].map(({ buffer }) => buffer);
/** By page: whether it is in the same memory. */
const shared = (a: readonly ArrayBufferLike[], b: readonly ArrayBufferLike[]): readonly boolean[] =>
  a.map((memory, at) => memory === b[at]);
/** What `work` copies, in bytes. */
function copiedBy(work: () => unknown): number {
  const copy = vi.spyOn(Buffer.prototype, 'copy');
  try {
    work();
    return copy.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
  } finally {
    copy.mockRestore();
  }
}

const LINES = ['a 1234567890123\n', 'b 1234567890123\n', 'c 1234567890123\n'];
const BYTES = LINES.join('').length;

function begun(): { readonly pages: BodyPages; readonly first: ByteChunks } {
  const pages = new BodyPages(PAGE_BYTES);
  const first = write(pages, { parts: LINES });
  expect(memoryOf(first)).toHaveLength(3);
  return { pages, first };
}

describe('pages of a body that is like the one before', () => {
  it('are the same pages', () => {
    const { pages, first } = begun();
    let second = first;
    expect(copiedBy(() => (second = write(pages, { parts: [[0, BYTES]] })))).toBe(0);
    expect(shared(memoryOf(second), memoryOf(first))).toEqual([true, true, true]);
    expect(textOf(second)).toBe(LINES.join(''));
  });

  it('are written over in place once nobody reads them', () => {
    const { pages, first } = begun();
    const memory = memoryOf(first);
    first.borrow?.()();
    let second = first;
    const change = { parts: [[0, BYTES] as const], over: { 18: '2', 20: '4' } };
    expect(copiedBy(() => (second = write(pages, change)))).toBe(0);
    expect(shared(memoryOf(second), memory)).toEqual([true, true, true]);
    expect(textOf(second)).toBe(`${LINES[0]}b 2244567890123\n${LINES[2]}`);
    expect(() => textOf(first)).toThrow('let go of');
  });

  it.each([
    ['has not let go of them', (body: ByteChunks) => void body.borrow?.()],
    ['never said that they would', () => undefined],
    [
      'borrowed them once more',
      (body: ByteChunks) => {
        body.borrow?.()();
        body.borrow?.();
      },
    ],
  ])('are copied where they change and somebody %s', (_, read) => {
    const { pages, first } = begun();
    read(first);
    let second = first;
    const change = { parts: [[0, BYTES] as const], over: { 18: '2', 20: '4' } };
    expect(copiedBy(() => (second = write(pages, change)))).toBe(16);
    expect(textOf(second)).toBe(`${LINES[0]}b 2244567890123\n${LINES[2]}`);
    expect(textOf(first)).toBe(LINES.join(''));
    expect(shared(memoryOf(second), memoryOf(first))).toEqual([true, false, true]);
  });

  it('are copied where somebody reads the body before that one', () => {
    const { pages, first } = begun();
    first.borrow?.();
    write(pages, { parts: [[0, BYTES]] }).borrow?.()();
    const third = write(pages, { parts: [[0, BYTES]], over: { 2: '9' } });
    expect(textOf(third)).toContain('a 9234');
    expect(textOf(first)).toBe(LINES.join(''));
  });

  it('are copied where something becomes longer, and the others are not', () => {
    const { pages, first } = begun();
    let second = first;
    const parts = [[0, 18] as const, '11', [19, BYTES] as const];
    expect(copiedBy(() => (second = write(pages, { parts })))).toBe(15);
    expect(textOf(second)).toBe(`${LINES[0]}b 11234567890123\n${LINES[2]}`);
    expect(shared(memoryOf(second), memoryOf(first))).toEqual([true, false, true]);
  });
});

describe('pages that are replaced', () => {
  it('end where those before did', () => {
    const { pages } = begun();
    const body = write(pages, { parts: [[0, 2], [3, 18], '11', [19, BYTES]] });
    expect([...body].map(({ length }) => length)).toEqual([15, 17, 16]);
  });

  it.each<readonly [string, Write, number]>([
    ['written anew', { parts: [[0, 18], '1', [19, BYTES]] }, LINES.length + 1],
    ['copied', { parts: [[0, BYTES]], over: { 18: '1' } }, LINES.length + 1],
  ])('serve again, where they are %s', (_, change, most) => {
    const { pages, first } = begun();
    const memories = new Set(memoryOf(first));
    let letGo = first.borrow?.();
    for (let scrape = 0; scrape < 20; scrape += 1) {
      const body = write(pages, change);
      letGo?.();
      letGo = body.borrow?.();
      for (const memory of memoryOf(body)) memories.add(memory);
    }
    expect(memories.size).toBe(most);
  });
});

test('small pages are joined, and serve again', () => {
  const { pages } = begun();
  const short = write(pages, {
    parts: [
      [0, 16],
      [16, 26],
      [32, BYTES],
    ],
  });
  expect([...short].map(({ length }) => length)).toEqual([16, 10, 16]);
  const [, memory] = memoryOf(short);
  const letGo = short.borrow?.();
  const joined = write(pages, {
    parts: [
      [0, 2],
      [16, 26],
      [26, 42],
    ],
  });
  expect([...joined].map(({ length }) => length)).toEqual([12, 16]);
  letGo?.();
  const next = write(pages, { parts: [[0, 28], ...LINES] });
  expect(memoryOf(next).includes(memory ?? new ArrayBuffer(0))).toBe(true);
});

describe('a body', () => {
  it('that shrinks line by line has few pages in the end', () => {
    const pages = new BodyPages(PAGE_BYTES);
    const lines = Array.from({ length: 400 }, (_, at) => `${String(at).padStart(3, '0')}\n`);
    write(pages, { parts: lines });
    for (let left = lines.length; left > 8; left -= 1) {
      const gone = Math.floor(((left * 7) % 11) * (left / 11)) * 4;
      const body = write(pages, {
        parts: [
          [0, gone],
          [gone + 4, left * 4],
        ],
      });
      expect(memoryOf(body).length).toBeLessThanOrEqual(1 + (2 * left * 4) / PAGE_BYTES);
    }
  });

  it('can have lines that are longer than a page', () => {
    const pages = new BodyPages(PAGE_BYTES);
    const long = `${'x'.repeat(100)}\n`;
    write(pages, { parts: ['a 1\n', long, 'b 1\n'] });
    const second = write(pages, { parts: [[0, 109]], over: { 4: 'y', 107: '2' } });
    expect(textOf(second)).toBe(`a 1\ny${long.slice(1)}b 2\n`);
  });

  it('takes little memory where it is small', () => {
    const pages = new BodyPages();
    const body = write(pages, { parts: ['a 1\n'] });
    expect(memoryOf(body)[0]?.byteLength).toBeLessThan(64);
  });

  it('has nothing of a place beyond the one before', () => {
    const { pages } = begun();
    pages.begin(1);
    expect(() => {
      pages.take(BYTES - 1, BYTES + 1);
    }).toThrow('no such place');
  });
});
