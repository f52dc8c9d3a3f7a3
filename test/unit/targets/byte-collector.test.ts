import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ByteCollector } from '../../../src/targets/byte-collector.js';

const MIB = 1024 * 1024;

/** Counts the bytes that are copied from one array to another. */
function countCopies(): () => number {
  const set = vi.spyOn(Uint8Array.prototype, 'set');
  onTestFinished(() => set.mockRestore());
  return () => set.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
}

describe('ByteCollector', () => {
  test('refuses the chunk that would pass the cap, and keeps what it has', () => {
    const collector = new ByteCollector(5);
    expect(collector.append(Buffer.from('abc'))).toBe(true);
    expect(collector.append(Buffer.from('def'))).toBe(false);
    expect(collector.append(Buffer.from('de'))).toBe(true);
    expect(collector.append(Buffer.from('f'))).toBe(false);
    expect(Buffer.from(collector.bytes()).toString()).toBe('abcde');
  });

  test('sets aside no more memory than the cap, however small the chunks', () => {
    const maxBytes = 300_000;
    const collector = new ByteCollector(maxBytes);
    const byte = Buffer.from('x');
    let largest = 0;
    while (collector.append(byte)) largest = Math.max(largest, collector.capacity);
    expect(largest).toBe(maxBytes);
    expect(collector.length).toBe(maxBytes);
    expect(Buffer.alloc(maxBytes, 'x').equals(collector.bytes())).toBe(true);
  });

  test('copies: a chunk may be used again by its owner', () => {
    const collector = new ByteCollector(10);
    const chunk = Buffer.from('abc');
    collector.append(chunk);
    chunk.fill('x');
    expect(Buffer.from(collector.bytes()).toString()).toBe('abc');
  });

  test('holds a chunk larger than its first buffer', () => {
    const collector = new ByteCollector(1_000_000);
    expect(collector.append(Buffer.alloc(700_000, 'y'))).toBe(true);
    expect(collector.bytes().length).toBe(700_000);
  });

  test('copies nothing again while a body is as large as was expected', () => {
    const copied = countCopies();
    const collector = new ByteCollector(MIB, 500_000);
    for (let at = 0; at < 500_000; at += 1000) collector.append(Buffer.alloc(1000));
    expect([copied(), collector.capacity]).toEqual([500_000, 500_000]);
  });

  test('copies little again of a body that nobody expected, however large', () => {
    const copied = countCopies();
    const collector = new ByteCollector(64 * MIB);
    const chunk = Buffer.alloc(MIB / 16, 'z');
    while (collector.append(chunk));
    expect(collector.length).toBe(64 * MIB);
    expect(copied()).toBeLessThan(64 * MIB + 5 * MIB);
    expect(collector.bytes().every((byte) => byte === 0x7a)).toBe(true);
  });

  test('begins with what was expected, but never past the cap', () => {
    expect(new ByteCollector(100, 1000).capacity).toBe(100);
    const empty = new ByteCollector(100, 0);
    expect(empty.append(Buffer.from('abc'))).toBe(true);
    expect(Buffer.from(empty.bytes()).toString()).toBe('abc');
  });
});
