import { describe, expect, it } from 'vitest';
import { joinChunks } from '../../../src/internal/byte-chunks.js';
import { borrow, lentChunk, MemoryPool, pin } from '../../../src/internal/memory-pool.js';

const POOL_BYTES = 1_000_000;

describe('a pool of memory', () => {
  it('gives memory of its own to readers who never say that they are done', () => {
    const pool = new MemoryPool(POOL_BYTES);
    const first = pool.take(1000);
    pin(first)();
    expect(pool.take(1000).buffer).not.toBe(first.buffer);
  });

  it('keeps memory from being used again until every reader is done', () => {
    const pool = new MemoryPool(POOL_BYTES);
    const first = pool.take(1000);
    const [letGo, otherLetsGo] = [borrow(first), borrow(first)];
    letGo();
    letGo();
    expect(pool.take(1000).buffer).not.toBe(first.buffer);
    otherLetsGo();
    expect(pool.take(1000).buffer).toBe(first.buffer);
  });

  it('keeps memory that is pinned beyond its readers', () => {
    const pool = new MemoryPool(POOL_BYTES);
    const first = pool.take(1000);
    const unpin = pin(first);
    borrow(first)();
    expect(pool.take(1000).buffer).not.toBe(first.buffer);
    unpin();
    expect(pool.take(1000).buffer).toBe(first.buffer);
  });

  it('lends memory to one body at a time', () => {
    const pool = new MemoryPool(POOL_BYTES);
    const first = pool.take(1000);
    borrow(first)();
    const second = pool.take(900);
    expect(second.buffer).toBe(first.buffer);
    expect(pool.take(900).buffer).not.toBe(first.buffer);
    // Who had the first loan has no say in the second.
    const letGoOfSecond = borrow(second);
    borrow(first);
    letGoOfSecond();
    expect(pool.take(900).buffer).not.toBe(first.buffer);
  });

  it.each([
    ['a body that is larger', 1_300],
    ['a body that is far smaller', 300],
    ['a body beyond its bound', POOL_BYTES + 1],
  ])('has other memory for %s', (_, byteLength) => {
    const pool = new MemoryPool(POOL_BYTES);
    const first = pool.take(1000);
    borrow(first)();
    const second = pool.take(byteLength);
    expect(second).toHaveLength(byteLength);
    expect(second.buffer).not.toBe(first.buffer);
  });

  it('does not keep what is beyond its bound', () => {
    const pool = new MemoryPool(100);
    const first = pool.take(101);
    borrow(first)();
    expect(pool.take(101).buffer).not.toBe(first.buffer);
  });

  it('says nothing of memory that is of no pool', () => {
    const bytes = Buffer.from('from elsewhere');
    borrow(bytes)();
    pin(bytes)();
    expect(bytes.toString()).toBe('from elsewhere');
  });
});

describe('a lent chunk', () => {
  it('can be read several times until it is let go of, and not for a moment longer', () => {
    const pool = new MemoryPool(POOL_BYTES);
    const bytes = pool.take(3);
    bytes.write('abc');
    const chunk = lentChunk(bytes);
    const letGo = chunk.borrow?.();
    expect(joinChunks(chunk)).toEqual(bytes);
    expect(joinChunks(chunk)).toEqual(bytes);
    letGo?.();
    expect(() => joinChunks(chunk)).toThrow('let go of');
    borrow(pool.take(3));
    expect(() => joinChunks(chunk)).toThrow('let go of');
  });

  it('can be read for ever by whoever does not borrow it', () => {
    const chunk = lentChunk(new MemoryPool(POOL_BYTES).take(3).fill('x'));
    expect(Buffer.from(joinChunks(chunk)).toString()).toBe('xxx');
  });
});
