import { describe, expect, it } from 'vitest';
import type { StatusData } from '../../../src/status/data.js';
import { renderStatusPage } from '../../../src/status/page.js';
import { A_VIEW, statusData, STATUS_NOW_MS } from '../../support/status-data.js';

/** The text of a panel as people read it, each run of blanks as one. */
function panel(id: string, data: StatusData): string {
  const page = renderStatusPage(data);
  const [, section = ''] =
    new RegExp(`<section class="panel" id="${id}"([\\s\\S]*?)</section>`).exec(page) ?? [];
  return textOf(section);
}

function textOf(markup: string): string {
  return markup
    .replaceAll(/<span class="at"[^>]*>[^<]*<\/span>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

const NOTHING_HIDDEN = { ageMs: 0, labels: [], moreLabels: 0, withheld: [] };
const HOSTILE = '<img src=x onerror=alert(1)>"\'`\u202e';

describe('the page', () => {
  it('has every panel once, each with a heading that names it', () => {
    const page = renderStatusPage(statusData());
    const ids = [...page.matchAll(/<section class="panel" id="(\w+)" aria-labelledby="(\w+)-title"/g)];
    expect(ids.map(([, id]) => id)).toEqual([
      'posture',
      'traffic',
      'targets',
      'views',
      'findings',
      'credentials',
      'refusals',
    ]);
    for (const [, id, title] of ids) expect(title).toBe(id);
    const all = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(all).size).toBe(all.length);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !all.includes(id))).toEqual([]);
  });

  it('says what needs somebody, the worst first', () => {
    const page = renderStatusPage(statusData());
    const verdict = textOf(page.slice(page.indexOf('class="verdict'), page.indexOf('<nav')));
    expect(verdict).toMatch(
      /3 things need you .*act 1 target fails .*check 1 warning holds .*1 client is locked out/,
    );
    expect(page).toContain('class="verdict bad"');
  });

  it('says so when nothing needs anybody', () => {
    const { posture, targets, refusals } = statusData();
    const page = renderStatusPage(
      statusData({
        posture: { ...posture, warnings: [] },
        targets: targets.slice(0, 1),
        refusals: { ...refusals, lockedOutClients: 0 },
      }),
    );
    expect(page).toContain('Closed, and nothing needs you');
    expect(page).toContain('class="verdict good"');
  });

  it('reads well before anything has happened', () => {
    const data = statusData({
      targets: [{ name: 'new', address: 'http://new.example', health: 'waiting' }],
      views: [{ name: 'v', target: 'new', preset: 'generic', rules: [], revealed: [] }],
      credentials: [],
      refusals: { lockedOutClients: 0, reasons: [], clients: [], moreClients: 0 },
      findings: [],
      minutes: Array.from({ length: 60 }, () => undefined),
    });
    expect(panel('targets', data)).toContain('not asked yet never – – – none');
    expect(panel('views', data)).toContain('Not scraped yet.');
    expect(panel('traffic', data)).toContain('0 scrapes, all answered');
    expect(panel('traffic', data)).toContain('not scraped yet');
    expect(panel('refusals', data)).toContain('Nothing was refused.');
    expect(renderStatusPage(data)).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });
});

describe('panels', () => {
  it('posture: every warning with its code and its page', () => {
    const text = panel('posture', statusData());
    expect(text).toContain('WARN_SCRAPEGATE_PLAIN_HTTP');
    expect(text).toContain('credentials travel over plain HTTP');
    expect(text).toContain('docs/warnings/WARN_SCRAPEGATE_PLAIN_HTTP.md');
    expect(text).toContain('closed only who shows a credential');
  });

  it.each([
    ['anonymous', 'open also who shows no credential'],
    ['closed', 'shut nobody: there is no credential'],
  ] as const)('posture: access %s', (access, words) => {
    expect(panel('posture', statusData({ posture: { ...statusData().posture, access } }))).toContain(words);
  });

  it('posture: what went wrong since the start', () => {
    const text = panel(
      'posture',
      statusData({
        posture: {
          ...statusData().posture,
          reloadFailedAgeMs: 120_000,
          stateFailedAgeMs: 5000,
          sharing: { shared: false, reason: 'unreachable' },
          issuers: [{ issuer: 'https://idp.example' }],
          certificateEndsAtMs: STATUS_NOW_MS - 1,
        },
      }),
    );
    expect(text).toMatch(/newer one refused 2 min ago/);
    expect(text).toMatch(/not saved 5 s ago/);
    expect(text).toContain('alone this replica counts for itself: unreachable');
    expect(text).toContain('no keys');
    expect(text).toMatch(/Certificate .* expired/);
  });

  it('targets: health, age, size, duration, series and the last failure', () => {
    const text = panel('targets', statusData());
    expect(text).toMatch(
      /litellm http:\/\/litellm\.example:4000\/metrics\/ ● up 12 s ago 2\.3 MiB 340 ms 12,345 none/,
    );
    expect(text).toMatch(/vllm .* failing never – – – unreachable ECONNREFUSED 5 s ago/);
  });

  it('views: rules, what is readable on purpose, and what happened to each label', () => {
    const text = panel('views', statusData());
    expect(text).toMatch(/4,210 of 12,345 series shown/);
    expect(text).toMatch(/user replaced or cut 3,200 client_ip dropped 880 model beyond the cap/);
    expect(text).toContain('and 4 more labels');
    expect(text).toContain('readable on purpose team_alias');
    expect(text).toContain('3 series withheld, because they may be of another tenant');
    expect(text).toContain('people: replaced by pseudonyms');
  });

  it('views: that one shows nothing of what its target gives', () => {
    const scraped = (seriesIn: number, seriesOut: number): string =>
      textOf(
        renderStatusPage(
          statusData({
            views: [{ ...A_VIEW, lastScrape: { ...NOTHING_HIDDEN, seriesIn, seriesOut } }],
          }),
        ),
      );
    const said = ['1 view shows nothing', 'no series of the target is within its scope and its selection'];
    for (const words of said) {
      expect(scraped(100, 0)).toContain(words);
      expect(scraped(100, 1)).not.toContain(words);
      expect(scraped(0, 0)).not.toContain(words);
    }
  });

  it('views: those of a template by a part of a hash', () => {
    const recent = [{ id: 'k3Jx9aQ2LmPd', ageMs: 1000, seriesIn: 100, seriesOut: 7 }];
    const text = panel('views', statusData({ views: [{ ...A_VIEW, tenants: { recent, atHand: 42 } }] }));
    expect(text).toMatch(/42 views at hand, made by claims\. .* k3Jx9aQ2LmPd 1 s ago 100 7/);
  });

  it.each([
    ['no end', {}, 'no end'],
    [
      'an end far away',
      { expiresAtMs: STATUS_NOW_MS + 90 * 86_400_000, nextEndMs: STATUS_NOW_MS + 90 * 86_400_000 },
      'in 90 days',
    ],
    [
      'an end that is near',
      { expiresAtMs: STATUS_NOW_MS + 86_400_000, nextEndMs: STATUS_NOW_MS + 86_400_000 },
      '▲ in 24 h',
    ],
    [
      'one proof that ends before another',
      { nextEndMs: STATUS_NOW_MS + 86_400_000 },
      '▲ one of them in 24 h',
    ],
    ['an end that is over', { expiresAtMs: STATUS_NOW_MS }, '■ expired'],
    ['a beginning to come', { startsAtMs: STATUS_NOW_MS + 1 }, 'not yet valid'],
  ])('credentials: %s', (_, validity, words) => {
    const [credential] = statusData().credentials;
    if (credential === undefined) throw new Error('no credential');
    const text = panel('credentials', statusData({ credentials: [{ ...credential, ...validity }] }));
    expect(text).toContain(words);
    expect(text).toMatch(/prometheus 2 tokens operations and this page 12 s ago 1,812/);
    expect(text).toMatch(/2 budget exhausted 30 s ago/);
  });

  it('refusals: lockouts, reasons, clients', () => {
    expect(panel('refusals', statusData())).toMatch(
      /1 client locked out now.*token unknown 31.*203\.0\.113\.0\/24 31 locked out 30 s ago.*and 2 more clients/,
    );
  });

  it('findings: where and what, never the value', () => {
    const found = statusData().findings;
    const help = { view: 'operations', place: '__help__', detection: 'url_userinfo', count: 1, ageMs: 0 };
    const text = panel('findings', statusData({ findings: [...found, help] }));
    expect(text).toMatch(/model email operations 3 12 s ago a HELP text url userinfo operations 1 just now/);
  });

  it('the last hour: in words, as charts, and as numbers', () => {
    const text = panel('traffic', statusData());
    expect(text).toContain('5 scrapes, 1 of them without an answer');
    expect(text).toContain('2 refused requests');
    expect(text).toContain('12,345 now, unchanged');
    expect(text).toMatch(/this one 5 1 2 12,345/);
  });
});

describe('names of others', () => {
  it('are texts wherever they stand', () => {
    const data = statusData({
      targets: [
        {
          name: HOSTILE,
          address: HOSTILE,
          health: 'failing',
          failure: { reason: HOSTILE, detail: HOSTILE, ageMs: 1 },
        },
      ],
      views: [
        {
          name: HOSTILE,
          target: HOSTILE,
          preset: HOSTILE,
          rules: [HOSTILE],
          revealed: [HOSTILE],
          lastScrape: {
            ageMs: 1,
            seriesIn: 1,
            seriesOut: 1,
            labels: [{ label: HOSTILE, effect: 'dropped', series: 1 }],
            moreLabels: 0,
            withheld: [{ reason: HOSTILE, series: 1 }],
          },
          tenants: { atHand: 1, recent: [{ id: HOSTILE, ageMs: 1, seriesIn: 1, seriesOut: 1 }] },
        },
      ],
      credentials: [
        {
          name: HOSTILE,
          proofs: [HOSTILE],
          opens: HOSTILE,
          opensSelf: true,
          uses: 1,
          failures: 1,
          lastFailure: { reason: HOSTILE, ageMs: 1 },
        },
      ],
      refusals: {
        lockedOutClients: 1,
        reasons: [{ reason: HOSTILE, count: 1 }],
        clients: [{ network: HOSTILE, refusals: 1, last: { reason: HOSTILE, ageMs: 1 } }],
        moreClients: 0,
      },
      findings: [{ view: HOSTILE, place: HOSTILE, detection: HOSTILE, count: 1, ageMs: 1 }],
    });
    const page = renderStatusPage(data);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('\u202e');
    expect(page.split('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#96;\\u{202e}').length).toBeGreaterThan(
      20,
    );
  });
});

describe('long lists', () => {
  const [credential] = statusData().credentials;
  const [target] = statusData().targets;
  if (credential === undefined || target === undefined) throw new Error('nothing to repeat');
  const many = <T>(make: (index: number) => T): readonly T[] =>
    Array.from({ length: 5000 }, (_, index) => make(index));

  it('are cut, and say how much is left out', () => {
    const data = statusData({
      targets: many((index) => ({ ...target, name: `t${index}` })),
      views: many((index) => ({ ...A_VIEW, name: `v${index}` })),
      credentials: many((index) => ({ ...credential, name: `c${index}` })),
      findings: many((index) => ({ view: 'v', place: `l${index}`, detection: 'email', count: 1, ageMs: 1 })),
    });
    const page = renderStatusPage(data);
    expect(page.length).toBeLessThan(1_500_000);
    expect(panel('targets', data).includes('and 4,900 more targets')).toBe(true);
    expect(panel('views', data).includes('and 4,950 more views')).toBe(true);
    expect(panel('credentials', data).includes('and 4,800 more credentials')).toBe(true);
    expect(panel('findings', data).includes('and 4,950 more findings')).toBe(true);
  });

  it('show first what somebody has to look at', () => {
    const data = statusData({
      targets: many((index) => ({ ...target, name: `t${index}`, health: index === 4321 ? 'failing' : 'up' })),
      credentials: many((index) => ({
        ...credential,
        name: `c${index}`,
        ...(index === 4321 && { expiresAtMs: STATUS_NOW_MS }),
      })),
    });
    expect(panel('targets', data).includes('t4321')).toBe(true);
    expect(panel('credentials', data).includes('expired')).toBe(true);
  });
});
