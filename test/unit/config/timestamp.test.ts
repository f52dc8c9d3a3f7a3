import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../../src/config/timestamp.js';

describe('parseTimestamp', () => {
  it.each([
    '',
    '2027',
    '2027-1-1',
    '2027-02-30',
    '2027-13-01',
    '2027-00-10',
    '0000-00-00',
    '2027-01-01T12:00:00',
    '2027-01-01T25:00:00Z',
    '2027-01-01T12:60:00Z',
    '2027-01-01T12:00:00+0200',
    '01/02/2027',
    'tomorrow',
    '1798761600000',
    ' 2027-01-01',
  ])('refuses %j', (text) => expect(parseTimestamp(text)).toBeUndefined());

  it.each([
    ['2027-01-01', Date.UTC(2027, 0, 1)],
    ['2028-02-29', Date.UTC(2028, 1, 29)],
    ['2027-01-01T12:30Z', Date.UTC(2027, 0, 1, 12, 30)],
    ['2027-01-01T12:30:15.5Z', Date.UTC(2027, 0, 1, 12, 30, 15, 500)],
    ['2027-01-01t12:30:15z', Date.UTC(2027, 0, 1, 12, 30, 15)],
    ['2027-01-01 12:30:15+02:00', Date.UTC(2027, 0, 1, 10, 30, 15)],
  ])('%s', (text, ms) => expect(parseTimestamp(text)).toBe(ms));
});
