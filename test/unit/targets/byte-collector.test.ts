import { describe, expect, test } from 'vitest';
import { ByteCollector } from '../../../src/targets/byte-collector.js';

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
});
