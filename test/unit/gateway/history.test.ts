import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/adapters/scrape.js';
import { History } from '../../../src/gateway/history.js';
import { createAnswer } from '../../../src/http/answer.js';
import type { ViewEffects } from '../../../src/views/renderer.js';
import { ManualClock } from '../../support/manual-clock.js';

const answer = createAnswer(200, 'text/plain', '');
const NO_EFFECTS: ViewEffects = {
  pseudonymised: new Map(),
  dropped: new Map(),
  overflowed: new Map(),
  detected: new Map(),
  withheld: new Map(),
};

function scraped(effects: Partial<ViewEffects> = {}, seriesIn = 10): Outcome {
  return {
    answer,
    decision: 'allowed',
    credential: 'prometheus',
    view: 'all',
    target: 'upstream',
    fetched: { bytes: 100, durationMs: 5 },
    isReadable: true,
    rendered: { format: 'text', seriesIn, seriesOut: 4, effects: { ...NO_EFFECTS, ...effects } },
  };
}

function refused(client: string, reason: Outcome['reason'] = 'token_unknown'): Outcome {
  return { answer, decision: 'denied', client, ...(reason !== undefined && { reason }) };
}

/** As the gate does for a scrape. */
function record(history: History, outcome: Outcome): void {
  if (outcome.target !== undefined) history.scraped(outcome.target, outcome);
  history.request(outcome);
}

describe('history', () => {
  it('knows of a target whether it answers, what it said last, and why it did not', () => {
    const clock = new ManualClock();
    const history = new History(clock);
    history.fetchFailed('upstream', { reason: 'unreachable', detail: 'ECONNREFUSED' });
    expect(history.targets.get('upstream')).toMatchObject({ isUp: false });
    clock.advance(1000);
    record(history, scraped());
    expect(history.targets.get('upstream')).toMatchObject({
      isUp: true,
      success: { atMs: 1000, bytes: 100, durationMs: 5 },
      series: 10,
      failure: { reason: 'unreachable', detail: 'ECONNREFUSED', atMs: 0 },
    });
    clock.advance(1000);
    const { rendered: _, ...withoutView } = scraped();
    record(history, {
      ...withoutView,
      isReadable: false,
      reason: 'exposition_invalid',
      detail: 'line 3: label_repeated',
    });
    expect(history.targets.get('upstream')).toMatchObject({
      isUp: false,
      success: { atMs: 1000 },
      failure: { reason: 'exposition_invalid', detail: 'line 3: label_repeated', atMs: 2000 },
    });
    expect(history.minutes.list().at(-1)).toEqual({ scrapes: 2, failures: 1, refusals: 0, series: 10 });
  });

  it('adds the series of all targets up', () => {
    const history = new History(new ManualClock());
    record(history, scraped({}, 10));
    record(history, { ...scraped({}, 7), target: 'other' });
    expect(history.minutes.list().at(-1)?.series).toBe(17);
    history.forgetTarget('other');
    record(history, scraped({}, 10));
    expect(history.minutes.list().at(-1)?.series).toBe(10);
  });

  it('counts uses and refusals of a credential', () => {
    const clock = new ManualClock();
    const history = new History(clock);
    record(history, scraped());
    clock.advance(5);
    history.request({ ...refused('192.0.2.1', 'budget_exhausted'), credential: 'prometheus' });
    expect(history.credentials.get('prometheus')).toEqual({
      uses: 1,
      lastUseMs: 0,
      failures: 1,
      failure: { reason: 'budget_exhausted', atMs: 5 },
    });
  });

  it('does not count what anybody may ask', () => {
    const history = new History(new ManualClock());
    history.request({ answer, decision: 'public', reason: 'not_ready' });
    expect(history.minutes.list().at(-1)).toEqual({ scrapes: 0, failures: 0, refusals: 0 });
  });

  it('remembers that totals could not be saved until they are, and a refused configuration until one is taken', () => {
    const history = new History(new ManualClock());
    history.stateSaved(false);
    history.reloaded(false);
    expect([history.stateFailedMs, history.reloadFailedMs]).toEqual([0, 0]);
    history.stateSaved(true);
    history.reloaded(true);
    expect([history.stateFailedMs, history.reloadFailedMs]).toEqual([undefined, undefined]);
  });
});

describe('what strangers can make grow', () => {
  it('clients are bounded, and the one refused longest ago goes first', () => {
    const history = new History(new ManualClock());
    history.request(refused('first'));
    for (let index = 0; index < 10_000; index += 1) {
      history.request(refused(`2001:db8::${index.toString(16)}`));
      if (index % 100 === 0) history.request(refused('again'));
    }
    expect(history.clients.size).toBe(500);
    expect(history.clients.get('first')).toBeUndefined();
    expect(history.clients.get('again')?.refusals).toBe(100);
    expect(history.minutes.list().at(-1)?.refusals).toBe(10_101);
  });

  it('labels of a view are bounded in number and length; those with most series stay', () => {
    const history = new History(new ManualClock());
    const pseudonymised = new Map(Array.from({ length: 200 }, (_, index) => [`user_${index}`, index]));
    record(history, scraped({ pseudonymised, dropped: new Map([['x'.repeat(1024), 1000]]) }));
    const view = history.views.get('all');
    expect(view?.labels).toHaveLength(25);
    expect(view?.moreLabels).toBe(176);
    expect(view?.labels[0]).toEqual({ label: `${'x'.repeat(120)}…`, effect: 'dropped', series: 1000 });
    expect(view?.labels[1]).toEqual({ label: 'user_199', effect: 'pseudonymised', series: 199 });
  });

  it('findings are bounded, and each is told once however often it comes', () => {
    const clock = new ManualClock();
    const history = new History(clock);
    for (let index = 0; index < 2000; index += 1) {
      record(history, scraped({ detected: new Map([[`label_${index}`, new Map([['email', 1]])]]) }));
    }
    expect(history.findings.size).toBe(500);
    clock.advance(7);
    record(history, scraped({ detected: new Map([['label_1999', new Map([['email', 3]])]]) }));
    expect(history.findings.size).toBe(500);
    expect([...history.findings.entries()].at(-1)?.[1]).toEqual({
      view: 'all',
      place: 'label_1999',
      detection: 'email',
      count: 3,
      atMs: 7,
    });
  });
});
