import { describe, expect, it } from 'vitest';
import { BodyMemo } from '../../../src/internal/body-memo.js';
import { borrow, MemoryPool, pin } from '../../../src/internal/memory-pool.js';

describe('what is remembered of a body', () => {
  it('is remembered while anybody uses the body, and no longer', () => {
    const memo = new BodyMemo<string>();
    const body = new MemoryPool(1000).take(10);
    const [letGo, unpin] = [borrow(body), pin(body)];
    memo.set(body, 'first');
    memo.set(body, 'second');
    letGo();
    expect(memo.get(body)).toBe('second');
    unpin();
    expect(memo.get(body)).toBeUndefined();
  });

  it('is not what is remembered of the next body in the same memory', () => {
    const memo = new BodyMemo<string>();
    const pool = new MemoryPool(1000);
    const first = pool.take(10);
    const letGo = borrow(first);
    memo.set(first, 'first');
    letGo();
    const second = pool.take(10);
    expect(second.buffer).toBe(first.buffer);
    expect(memo.get(second)).toBeUndefined();
    memo.set(second, 'second');
    expect(memo.get(second)).toBe('second');
  });

  it('stays with a body of no pool', () => {
    const memo = new BodyMemo<string>();
    const body = Buffer.from('body');
    memo.set(body, 'known');
    borrow(body)();
    expect(memo.get(body)).toBe('known');
    expect(memo.get(Buffer.from('body'))).toBeUndefined();
  });
});
