import { describe, expect, test } from 'vitest';

import type { IssuerFailure } from '../../../../src/auth/oidc/issuer-failure.js';
import { createTroubleReporter, type IssuerTrouble } from '../../../../src/auth/oidc/issuer-trouble.js';
import { ManualClock } from '../../../support/manual-clock.js';

const ISSUER = 'https://idp.example.com';
const GONE: IssuerFailure = { reason: 'unreachable', detail: 'ECONNREFUSED' };

interface Scene {
  readonly clock: ManualClock;
  readonly told: IssuerTrouble[];
  readonly counted: string[];
  readonly report: (failure?: IssuerFailure) => void;
}

function scene(): Scene {
  const clock = new ManualClock();
  const told: IssuerTrouble[] = [];
  const counted: string[] = [];
  const report = createTroubleReporter(ISSUER, 'keys', {
    clock,
    observer: {
      asked: (issuer, purpose, result) => counted.push(`${issuer} ${purpose} ${result}`),
      trouble: (trouble) => told.push(trouble),
    },
  });
  return { clock, told, counted, report: (failure) => report(failure) };
}

describe('createTroubleReporter', () => {
  test('counts every outcome, and tells of none that is good from the beginning', () => {
    const { report, told, counted } = scene();
    report();
    report();
    expect([told, counted]).toEqual([[], [`${ISSUER} keys success`, `${ISSUER} keys success`]]);
  });

  test('tells of trouble once, of its change, of its lasting every ten minutes, and of its end', () => {
    const { report, told, counted, clock } = scene();
    for (let minute = 0; minute < 25; minute += 1) {
      report(GONE);
      clock.advance(60_000);
    }
    expect(told).toHaveLength(3);
    report({ ...GONE, detail: 'ECONNRESET' });
    report({ reason: 'issuer_mismatch' });
    report();
    report();
    expect(told.slice(3)).toEqual([
      { issuer: ISSUER, purpose: 'keys', failure: { ...GONE, detail: 'ECONNRESET' } },
      { issuer: ISSUER, purpose: 'keys', failure: { reason: 'issuer_mismatch' } },
      { issuer: ISSUER, purpose: 'keys' },
    ]);
    expect(counted).toHaveLength(29);
  });

  test('a question that the gate itself gave up is no trouble', () => {
    const { report, told, counted } = scene();
    report({ reason: 'closed' });
    expect([told, counted]).toEqual([[], []]);
  });
});
