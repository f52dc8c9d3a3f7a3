// derive, as a whole view does it: budgets of keys in the view of the team that they belong to.

import { describe, expect, test } from 'vitest';
import type { CounterSnapshot } from '../../../src/views/counter-state.js';
import type { ViewOptions } from '../../../src/views/options.js';
import {
  rendererOf,
  renderLines,
  renderWhole,
  savedAndRead,
  type TestRenderer,
} from '../../support/views.js';

const KEPT = ['hashed_api_key', 'user', 'api_key_alias', 'team_alias', 'end_user'].map((label) => ({
  label,
  action: 'keep' as const,
}));

function tenant(options: Partial<ViewOptions> = {}, snapshot?: CounterSnapshot): TestRenderer {
  return rendererOf(
    { preset: 'litellm', only: { team: ['acme'] }, derive: true, labels: KEPT, ...options },
    snapshot,
  );
}

function spend(...series: readonly string[]): readonly string[] {
  return ['# TYPE spend counter', ...series.map((labels) => `spend{${labels}} 1`)];
}

function budget(...series: readonly string[]): readonly string[] {
  return ['# TYPE budget gauge', ...series.map((labels) => `budget{${labels}} 1`)];
}

/** The budgets that a view shows. */
function budgetsIn(renderer: TestRenderer, lines: readonly string[], nowMs = 0): readonly string[] {
  return renderLines(renderer, lines, nowMs).filter((line) => line.startsWith('budget{'));
}

describe('a budget is not in the view', () => {
  const OURS = 'hashed_api_key="k",team="acme"';

  test('without derive', () => {
    const lines = [...spend(OURS), ...budget('hashed_api_key="k"')];
    expect(budgetsIn(tenant({ derive: false }), lines)).toEqual([]);
  });

  test.each(['api_key_alias', 'user', 'team_alias', 'end_user'])(
    'by %s, which is no identifier of the preset',
    (label) => {
      const lines = [...spend(`${label}="k",team="acme"`), ...budget(`${label}="k"`)];
      expect(budgetsIn(tenant(), lines)).toEqual([]);
    },
  );

  test('when the key moved, be it seen before or after the budget', () => {
    const lines = [
      ...budget('hashed_api_key="k"'),
      ...spend(OURS),
      '# TYPE late counter',
      'late{hashed_api_key="k",team="globex"} 1',
    ];
    const { effects } = renderWhole(tenant(), lines);
    expect(budgetsIn(tenant(), lines)).toEqual([]);
    expect([...effects.withheld]).toEqual([['ambiguous', 1]]);
  });

  test('any more, from the scrape on in which another tenant has the key', () => {
    const renderer = tenant();
    const own = [...spend(OURS), ...budget('hashed_api_key="k"')];
    expect(budgetsIn(renderer, own, 0)).toHaveLength(1);
    const moved = [...budget('hashed_api_key="k"'), ...spend('hashed_api_key="k",team="globex"')];
    expect(budgetsIn(renderer, moved, 1)).toEqual([]);
    expect(budgetsIn(renderer, own, 2)).toEqual([]);
    const snapshot = savedAndRead(renderer);
    expect(budgetsIn(tenant({}, snapshot), own, 3)).toEqual([]);
  });

  test.each(['hidden', 'sk_live_0123456789abcdef'])(
    'when the metric %s disagrees, although the view shows nothing of it',
    (name) => {
      const lines = [...spend(OURS), ...budget('hashed_api_key="k"')];
      const options = { metrics: { drop: ['hidden'] } };
      expect(budgetsIn(tenant(options), lines)).toHaveLength(1);
      const more = [...lines, ...spendOf(name, 'hashed_api_key="k",team="globex"')];
      expect(budgetsIn(tenant(options), more)).toEqual([]);
    },
  );

  test.each([
    ['a line that is wrong', ['broken{']],
    [
      'a histogram that cannot be added up',
      [
        '# TYPE h histogram',
        'h_bucket{client_ip="192.0.2.1",team="acme",le="1"} 2',
        'h_bucket{client_ip="192.0.2.1",team="acme",le="+Inf"} 1',
      ],
    ],
  ])('by a scrape that was refused: %s', (_what, broken) => {
    const renderer = tenant();
    const refused = new TextEncoder().encode(`${[...spend(OURS), ...broken].join('\n')}\n`);
    expect(renderer.render(refused, 'text', 0).ok).toBe(false);
    expect(budgetsIn(renderer, budget('hashed_api_key="k"'), 1)).toEqual([]);
    expect(renderer.snapshot().memberships).toEqual({ inside: [], outside: [], both: [] });
  });

  test('when it names another tenant or an empty one itself', () => {
    const lines = [
      ...spend(OURS),
      ...budget(
        'hashed_api_key="k",team="globex2"',
        'hashed_api_key="k2",team=""',
        'hashed_api_key="k",team=""',
      ),
    ];
    expect(budgetsIn(tenant(), lines)).toEqual([]);
  });
});

function spendOf(name: string, labels: string): readonly string[] {
  return [`# TYPE ${name} counter`, `${name}{${labels}} 1`];
}

describe('a budget is in the view', () => {
  test('of the tenant whose key it is, and under the policy of the view', () => {
    const lines = [
      ...budget('hashed_api_key="k",api_key_alias="Anna"', 'hashed_api_key="l"'),
      ...spend('hashed_api_key="k",team="acme"', 'hashed_api_key="l",team="globex"'),
    ];
    const pseudonym = /^budget\{hashed_api_key="p_[a-z2-7]{26}",api_key_alias="p_[a-z2-7]{26}"\} 1$/;
    expect(budgetsIn(tenant({ labels: [] }), lines)).toEqual([expect.stringMatching(pseudonym)]);
    const other = tenant({ only: { team: ['globex'] } });
    expect(budgetsIn(other, lines)).toEqual(['budget{hashed_api_key="l"} 1']);
  });

  test('of a user, where the operator says that clients choose none', () => {
    const lines = [
      ...spend('user="u",team="acme"', 'user="v",team="acme"', 'user="v",team="globex"'),
      ...budget('user="u"', 'user="v"', 'user="default_user_id"'),
    ];
    const deriveFrom = ['hashed_api_key', 'user'];
    expect(budgetsIn(tenant({ deriveFrom }), lines)).toEqual(['budget{user="u"} 1']);
  });

  test('over a restart, before any series names its tenant again', () => {
    const before = tenant();
    renderLines(before, spend('hashed_api_key="k",team="acme"'), 0);
    const snapshot = savedAndRead(before);
    expect(budgetsIn(tenant({}, snapshot), budget('hashed_api_key="k"'), 1)).toEqual([
      'budget{hashed_api_key="k"} 1',
    ]);
  });

  test('when a request with the key was refused before its owner was known, which any client can cause', () => {
    const lines = [
      ...spend('hashed_api_key="k",team="acme"'),
      ...spendOf('failed', 'hashed_api_key="k",api_key_alias="None",user="None",team="None"'),
      ...budget('hashed_api_key="k"'),
    ];
    expect(budgetsIn(tenant(), lines)).toHaveLength(1);
  });
});

test('a view without derive remembers no identifiers', () => {
  const renderer = tenant({ derive: false });
  renderLines(renderer, spend('hashed_api_key="k",team="acme"'));
  expect(renderer.snapshot()).not.toHaveProperty('memberships');
});
