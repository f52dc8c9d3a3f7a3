// Data of a status page in which every panel has something to show, for tests that change one part of it.

import type { StatusData, ViewStatus } from '../../src/status/data.js';

const MINUTE_MS = 60_000;

export const STATUS_NOW_MS: number = Date.UTC(2026, 0, 1, 12, 0, 0);

export const A_VIEW: ViewStatus = {
  name: 'operations',
  target: 'litellm',
  preset: 'litellm',
  rules: ['people: replaced by pseudonyms'],
  revealed: ['team_alias'],
  lastScrape: {
    ageMs: 12_000,
    seriesIn: 12_345,
    seriesOut: 4210,
    labels: [
      { label: 'user', effect: 'pseudonymised', series: 3200 },
      { label: 'client_ip', effect: 'dropped', series: 880 },
      { label: 'model', effect: 'overflowed', series: 7 },
    ],
    moreLabels: 4,
    withheld: [{ reason: 'ambiguous', series: 3 }],
  },
};

/** A page; `changes` replace whole parts. */
export function statusData(changes: Partial<StatusData> = {}): StatusData {
  return {
    nowMs: STATUS_NOW_MS,
    version: '1.2.3',
    nodeVersion: '22.0.0',
    posture: {
      uptimeMs: 90 * MINUTE_MS,
      warnings: [{ code: 'WARN_SCRAPEGATE_PLAIN_HTTP', message: 'credentials travel over plain HTTP' }],
      access: 'credentials',
      listeners: [{ purpose: 'all', url: 'http://127.0.0.1:9087' }],
      configAgeMs: 5 * MINUTE_MS,
      keepsState: true,
      issuers: [{ issuer: 'https://idp.example', keysAgeMs: MINUTE_MS }],
    },
    targets: [
      {
        name: 'litellm',
        address: 'http://litellm.example:4000/metrics/',
        health: 'up',
        success: { ageMs: 12_000, bytes: 2_411_724, durationMs: 340 },
        series: 12_345,
        quarantined: 0,
      },
      {
        name: 'vllm',
        address: 'http://vllm.example/metrics',
        health: 'failing',
        failure: { reason: 'unreachable', detail: 'ECONNREFUSED', ageMs: 5000 },
      },
    ],
    views: [A_VIEW],
    credentials: [
      {
        name: 'prometheus',
        proofs: ['2 tokens'],
        opens: 'operations',
        opensSelf: true,
        uses: 1812,
        lastUseAgeMs: 12_000,
        failures: 2,
        lastFailure: { reason: 'budget_exhausted', ageMs: 30_000 },
      },
    ],
    refusals: {
      lockedOutClients: 1,
      reasons: [{ reason: 'token_unknown', count: 31 }],
      clients: [{ network: '203.0.113.0/24', refusals: 31, last: { reason: 'locked_out', ageMs: 30_000 } }],
      moreClients: 2,
    },
    findings: [{ view: 'operations', place: 'model', detection: 'email', count: 3, ageMs: 12_000 }],
    minutes: [undefined, { scrapes: 5, failures: 1, refusals: 2, series: 12_345 }],
    ...changes,
  };
}
