// Scores of CVSS 3.1 against vectors with published scores.

import { describe, expect, test } from 'vitest';
import { CHECK_IDS, definitionOf } from '../../../src/audit/checks.js';
import { cvssBaseScore, isAtLeastAsBad, SEVERITIES, severityOf } from '../../../src/audit/cvss.js';

describe('cvssBaseScore', () => {
  test.each([
    '',
    'CVSS:3.1/',
    'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:X',
    'CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N/E:P',
    'CVSS:3.1/AV:toString/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N',
  ])('refuses %j', (vector) => {
    expect(() => cvssBaseScore(vector)).toThrow(RangeError);
  });

  // From the examples of FIRST and from the national vulnerability database.
  test.each([
    ['AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8, 'critical'],
    ['AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10, 'critical'],
    ['AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5, 'high'],
    ['AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N', 5.3, 'medium'],
    ['AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1, 'medium'],
    ['AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4, 'medium'],
    ['AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 3.1, 'low'],
    ['AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', 7.8, 'high'],
    ['AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N', 5.9, 'medium'],
    ['AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H', 9.1, 'critical'],
    ['AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N', 4.6, 'medium'],
    ['AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H', 9.3, 'critical'],
    ['AV:L/AC:H/PR:N/UI:N/S:C/C:H/I:N/A:N', 5.9, 'medium'],
    ['AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:N', 8.1, 'high'],
    ['AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N', 0, 'info'],
    ['AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, 'info'],
  ])('%s is %d, %s', (metrics, score, severity) => {
    expect(cvssBaseScore(`CVSS:3.1/${metrics}`)).toBe(score);
    expect(severityOf(score)).toBe(severity);
  });

  test('does not ask for an order', () => {
    expect(cvssBaseScore('CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N')).toBe(9.8);
  });

  test.each(CHECK_IDS)('reads the vectors of %s, for scrapers not above that for strangers', (id) => {
    const { vector, scraperVector = vector } = definitionOf(id);
    expect(cvssBaseScore(scraperVector)).toBeLessThanOrEqual(cvssBaseScore(vector));
  });
});

describe('severityOf', () => {
  test.each([
    [0, 'info'],
    [0.1, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [6.9, 'medium'],
    [7, 'high'],
    [8.9, 'high'],
    [9, 'critical'],
    [10, 'critical'],
  ])('of %d is %s', (score, severity) => {
    expect(severityOf(score)).toBe(severity);
  });

  test('is ordered', () => {
    expect(isAtLeastAsBad('medium', 'high')).toBe(false);
    expect(isAtLeastAsBad('high', 'high')).toBe(true);
    expect(SEVERITIES.every((severity) => isAtLeastAsBad(severity, 'info'))).toBe(true);
  });
});
