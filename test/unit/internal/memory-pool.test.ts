import { describe, expect, it } from 'vitest';
import { joinChunks, type ByteChunks } from '../../../src/internal/byte-chunks.js';
import { borrow, lentChunks, MemoryPool, pin, takeOver } from '../../../src/internal/memory-pool.js';

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

describe('lent chunks', () => {
  const pool = new MemoryPool(POOL_BYTES);
  const textOf = (chunks: ByteChunks): string => Buffer.from(joinChunks(chunks)).toString();

  it('can be read several times until they are let go of, and not for a moment longer', () => {
    const chunks = lentChunks([pool.take(3).fill('a'), pool.take(3).fill('b')]);
    const letGo = chunks.borrow?.();
    expect(chunks.byteLength).toBe(6);
    expect(textOf(chunks)).toBe('aaabbb');
    expect(textOf(chunks)).toBe('aaabbb');
    letGo?.();
    expect(() => textOf(chunks)).toThrow('let go of');
  });

  it('can be read for ever by whoever does not borrow them', () => {
    const bytes = pool.take(3).fill('x');
    pin(bytes);
    const chunks = lentChunks([bytes]);
    expect(takeOver(bytes)).toBe(false);
    expect(textOf(chunks)).toBe('xxx');
  });

  it('can be read until the last of their readers is done', () => {
    const bytes = pool.take(3).fill('x');
    pin(bytes);
    const chunks = lentChunks([bytes]);
    const [letGo, otherLetsGo] = [chunks.borrow?.(), chunks.borrow?.()];
    letGo?.();
    letGo?.();
    expect(takeOver(bytes)).toBe(false);
    otherLetsGo?.();
    expect(takeOver(bytes)).toBe(true);
  });

  it('can be borrowed again while nobody has written over them', () => {
    const bytes = pool.take(3).fill('x');
    pin(bytes);
    const chunks = lentChunks([bytes]);
    chunks.borrow?.()();
    const letGo = chunks.borrow?.();
    expect(takeOver(bytes)).toBe(false);
    expect(textOf(chunks)).toBe('xxx');
    letGo?.();
    expect(takeOver(bytes)).toBe(true);
    expect(() => textOf(chunks)).toThrow('let go of');
    // Who comes too late has no say in what stands there now.
    chunks.borrow?.();
    expect(takeOver(bytes)).toBe(true);
  });

  it('are read as a whole or not at all', () => {
    const pieces = [pool.take(3).fill('a'), pool.take(3).fill('b')];
    pieces.forEach(pin);
    const chunks = lentChunks(pieces);
    chunks.borrow?.()();
    expect(takeOver(pieces[1] ?? Buffer.alloc(0))).toBe(true);
    expect(() => chunks[Symbol.iterator]().next()).toThrow('let go of');
  });

  it('are not read on where they are let go of meanwhile', () => {
    const pieces = [pool.take(3).fill('a'), pool.take(3).fill('b')];
    pieces.forEach(pin);
    const chunks = lentChunks(pieces);
    chunks.borrow?.()();
    const reading = chunks[Symbol.iterator]();
    expect(reading.next().value).toBe(pieces[0]);
    expect(takeOver(pieces[1] ?? Buffer.alloc(0))).toBe(true);
    expect(() => reading.next()).toThrow('let go of');
  });

  it('are not taken over where they are of no pool', () => {
    expect(takeOver(Buffer.from('from elsewhere'))).toBe(false);
  });
});
