import { describe, expect, it } from 'vitest';
import { guarded, scrape, type Outcome, type ScrapeOptions } from '../../../src/adapters/scrape.js';
import type { Grant, Guard, GuardDecision, GuardRequest } from '../../../src/guard/decision.js';
import { createAnswer } from '../../../src/http/answer.js';
import { parseRequest, type CanonicalRequest } from '../../../src/http/request.js';
import { chunkOf, joinChunks } from '../../../src/internal/byte-chunks.js';
import { fail, ok } from '../../../src/internal/result.js';
import type { Target } from '../../../src/targets/target.js';
import type { ViewRenderer } from '../../../src/views/renderer.js';
import { ManualClock } from '../../support/manual-clock.js';

const GRANT: Grant = { credential: 'prometheus', view: 'all', self: false };
const ALLOWED: GuardDecision = { allowed: true, client: '127.0.0.1', grant: GRANT };
const TARGET = { kind: 'target', target: 'litellm' } as const;
const EFFECTS = {
  pseudonymised: new Map(),
  dropped: new Map(),
  overflowed: new Map(),
  detected: new Map(),
  withheld: new Map(),
};

function request(method = 'GET', ...headers: readonly string[]): CanonicalRequest {
  const parsed = parseRequest({ method, target: '/metrics', rawHeaders: headers, peerAddress: '127.0.0.1' });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function guardThatSays(decision: GuardDecision, asked: GuardRequest[] = []): Guard {
  return {
    decide: (guardRequest) => {
      asked.push(guardRequest);
      return Promise.resolve(decision);
    },
    clientOf: () => undefined,
    challenges: ['Bearer'],
    lockedOutClients: () => 0,
    begin: () => undefined,
    close: () => undefined,
  };
}

function never(): Outcome {
  throw new Error('must not be asked');
}

function options(
  fetch: Target['fetch'],
  render: ViewRenderer['render'] = rendering,
): ScrapeOptions & { readonly clock: ManualClock } {
  const target: Target = { name: 'litellm', fetch, close: () => Promise.resolve() };
  const renderer: ViewRenderer = { render, snapshot: () => ({ slots: [] }) };
  return {
    clock: new ManualClock(),
    viewOf: ({ view }) => (view === 'all' ? { target, renderer } : undefined),
  };
}

const fetching: Target['fetch'] = (format) =>
  Promise.resolve(
    ok({ format, quotedNames: false, body: Buffer.from('in'), receivedBytes: 2, durationMs: 0 }),
  );
const rendering: ViewRenderer['render'] = (_body, format) =>
  Promise.resolve(
    ok({ body: chunkOf(Buffer.from('out')), format, seriesIn: 2, seriesOut: 1, effects: EFFECTS }),
  );

describe('guarded', () => {
  it.each(['GET', 'HEAD', 'POST'])(
    'asks nothing but the guard where it denies, whatever the method: %s',
    async (method) => {
      const guard = guardThatSays({ allowed: false, reason: 'token_unknown', client: '127.0.0.1' });
      const outcome = await guarded(guard, request(method), TARGET, {}, never);
      expect(outcome).toMatchObject({ decision: 'denied', reason: 'token_unknown', client: '127.0.0.1' });
      expect([outcome.answer.status, outcome.answer.headers['WWW-Authenticate']]).toEqual([401, ['Bearer']]);
    },
  );

  it('passes on who was denied, and when to come back', async () => {
    const decision: GuardDecision = {
      allowed: false,
      reason: 'budget_exhausted',
      client: '127.0.0.1',
      credential: 'prometheus',
      retryAfterSeconds: 9,
    };
    const outcome = await guarded(guardThatSays(decision), request(), TARGET, {}, never);
    expect(outcome).toMatchObject({ credential: 'prometheus', client: '127.0.0.1' });
    expect([outcome.answer.status, outcome.answer.headers['Retry-After']]).toEqual([429, '9']);
  });

  it('names no client where none could be told', async () => {
    const outcome = await guarded(
      guardThatSays({ allowed: false, reason: 'peer_unknown' }),
      request(),
      TARGET,
      {},
      never,
    );
    expect(Object.keys(outcome).toSorted()).toEqual(['answer', 'decision', 'reason']);
  });

  it('refuses a method and an unknown path only after the guard let the request pass', async () => {
    const asked: GuardRequest[] = [];
    const guard = guardThatSays(ALLOWED, asked);
    const method = await guarded(guard, request('DELETE'), TARGET, {}, never);
    const path = await guarded(guard, request(), { kind: 'nothing' }, {}, never);
    const both = await guarded(guard, request('DELETE'), { kind: 'nothing' }, {}, never);
    expect([method, path, both].map(({ answer, reason }) => [answer.status, reason])).toEqual([
      [405, 'method_not_allowed'],
      [404, 'path_unknown'],
      [405, 'method_not_allowed'],
    ]);
    expect(asked.map(({ resource }) => resource.kind)).toEqual(['target', 'nothing', 'nothing']);
    expect(asked[0]?.peerAddress).toBe('127.0.0.1');
  });

  it('answers 403 in JSON where that was promised', async () => {
    const guard = guardThatSays({ allowed: false, reason: 'credential_missing' });
    const outcome = await guarded(guard, request(), TARGET, { forbidAsJson: true }, never);
    expect(Buffer.from(joinChunks(outcome.answer.body)).toString()).toBe('{"detail":"Forbidden"}');
  });

  it('hands the grant over, and no handler can say otherwise who it was', async () => {
    const outcome = await guarded(guardThatSays(ALLOWED), request('HEAD'), TARGET, {}, (grant) => {
      expect(grant).toBe(GRANT);
      const answer = createAnswer(200, 'text/plain', '');
      return { answer, decision: 'public', client: '10.0.0.1', credential: 'other' };
    });
    expect(outcome).toMatchObject({ decision: 'allowed', client: '127.0.0.1', credential: 'prometheus' });
  });
});

describe('scrape', () => {
  it('has an error of its own for a view that is not there', async () => {
    const outcome = await scrape(options(fetching), request(), { ...GRANT, view: 'gone' });
    expect([outcome.answer.status, outcome.reason, outcome.detail]).toEqual([
      500,
      'internal_error',
      'view not mounted',
    ]);
  });

  it.each([
    [{ reason: 'unreachable', detail: 'ECONNREFUSED' }, 502, 'target_failed', 'unreachable ECONNREFUSED'],
    [{ reason: 'redirected', detail: '302' }, 502, 'target_failed', 'redirected 302'],
    [{ reason: 'body_cut_off' }, 502, 'target_failed', 'body_cut_off'],
    [{ reason: 'timeout' }, 504, 'target_late', 'timeout'],
  ] as const)('turns the failure %j into %i', async (failure, status, reason, detail) => {
    const outcome = await scrape(
      options(
        () => Promise.resolve(fail(failure)),
        () => Promise.resolve(fail({ line: 0, reason: 'must not be asked' })),
      ),
      request(),
      GRANT,
    );
    expect(outcome).toMatchObject({
      decision: 'allowed',
      reason,
      detail,
      target: 'litellm',
      view: 'all',
    });
    expect(outcome.answer.status).toBe(status);
    expect(outcome.rendered).toBeUndefined();
  });

  it.each([
    [{ line: 7, reason: 'NUL character' }, 'line 7: NUL character'],
    [{ line: 0, reason: '# EOF missing' }, '# EOF missing'],
  ])('turns the problem %j into 502', async (problem, detail) => {
    const outcome = await scrape(
      options(fetching, () => Promise.resolve(fail(problem))),
      request(),
      GRANT,
    );
    expect([outcome.answer.status, outcome.reason, outcome.detail, outcome.renderMs]).toEqual([
      502,
      'exposition_invalid',
      detail,
      0,
    ]);
  });

  it('gives up when the scraper would, less a margin, while the fetch goes on for others', async () => {
    let asked = 0;
    const slow = options(() => {
      asked += 1;
      return new Promise(() => undefined);
    });
    const late = scrape(slow, request('GET', 'X-Prometheus-Scrape-Timeout-Seconds', '10'), GRANT);
    slow.clock.advance(9_499);
    expect(slow.clock.pendingTimers).toBe(1);
    slow.clock.advance(1);
    expect(await late).toMatchObject({
      reason: 'target_late',
      detail: 'timeout scrape_budget',
      fetchMs: 9_500,
    });
    expect([asked, slow.clock.pendingTimers]).toEqual([1, 0]);
  });

  it('answers with the view, in the format that it came in, and the time that each part took', async () => {
    const clocked = options(fetching, (body, format, nowMs) => {
      expect([Buffer.from(body).toString(), nowMs]).toEqual(['in', clocked.clock.nowMs()]);
      clocked.clock.advance(3);
      return rendering(body, format, nowMs);
    });
    const accept = ['Accept', 'application/openmetrics-text;version=1.0.0'];
    const outcome = await scrape(clocked, request('GET', ...accept), GRANT);
    expect(outcome).toMatchObject({
      decision: 'allowed',
      target: 'litellm',
      view: 'all',
      fetchMs: 0,
      renderMs: 3,
      rendered: { format: 'openmetrics', seriesIn: 2, seriesOut: 1 },
    });
    expect(Buffer.from(joinChunks(outcome.answer.body)).toString()).toBe('out');
    expect(outcome.answer.headers['Content-Type']).toMatch(/^application\/openmetrics-text/);
    expect(outcome.rendered).not.toHaveProperty('body');
  });
});
