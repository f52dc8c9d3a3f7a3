import { describe, expect, it } from 'vitest';
import { parseBytes, parseDuration } from '../../../src/config/units.js';

describe('parseDuration', () => {
  it.each([
    '',
    '10',
    '1.5s',
    '-1s',
    ' 1s',
    '1s ',
    '1 s',
    '1S',
    '1w',
    '1h30m',
    '0x1s',
    '1e3s',
    '٣s',
    '9999999999999s',
    '999999999999d',
  ])('refuses %j', (text) => expect(parseDuration(text)).toBeUndefined());

  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['0s', 0],
    ['007s', 7_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));
});

describe('parseBytes', () => {
  it.each([
    '',
    'MiB',
    '1.5MiB',
    '-1',
    '1 MiB',
    '1mib',
    '1TB',
    '1K',
    '1e6',
    '9999999999999999',
    '999999999999999GiB',
  ])('refuses %j', (text) => expect(parseBytes(text)).toBeUndefined());

  it.each([
    ['256MiB', 268_435_456],
    ['10MB', 10_000_000],
    ['10kB', 10_000],
    ['10KB', 10_000],
    ['1KiB', 1_024],
    ['1GiB', 1_073_741_824],
    ['1GB', 1_000_000_000],
    ['12B', 12],
    ['1048576', 1_048_576],
  ])('%s is %d bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
});
