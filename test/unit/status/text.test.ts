import { describe, expect, it } from 'vitest';
import {
  clipped,
  counted,
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatMoment,
} from '../../../src/status/text.js';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567.4, '1,234,567'],
  ])('%d is %s', (count, text) => expect(formatCount(count)).toBe(text));

  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [2_516_582, '2.4 MiB'],
    [268_435_456, '256 MiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('have their noun', () => {
    expect([counted(1, 'client'), counted(2, 'client'), counted(0, 'family', 'families')]).toEqual([
      '1 client',
      '2 clients',
      '0 families',
    ]);
  });
});

describe('times', () => {
  it.each([
    [-1, '0 ms'],
    [0.42, '0.4 ms'],
    [340.4, '340 ms'],
    [1500, '1.5 s'],
    [59_999, '60 s'],
    [60_000, '1 min'],
    [119 * 60_000, '119 min'],
    [120 * 60_000, '2 h'],
    [47 * 3_600_000, '47 h'],
    [48 * 3_600_000, '2 days'],
  ])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [0, 'just now'],
    [999, 'just now'],
    [1999, '1 s ago'],
    [90_000, '1 min ago'],
  ])('%d ms is %s', (ms, text) => expect(formatAge(ms)).toBe(text));

  it('are exact in UTC', () =>
    expect(formatMoment(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02T03:04:05Z'));
});

describe('names', () => {
  it('are cut where they are longer than names are, never in the middle of a character', () => {
    expect(clipped('a'.repeat(80))).toBe('a'.repeat(80));
    expect(clipped('a'.repeat(81))).toBe(`${'a'.repeat(80)}…`);
    expect(clipped(`${'a'.repeat(79)}🦊🦊`)).toBe(`${'a'.repeat(79)}…`);
  });
});
