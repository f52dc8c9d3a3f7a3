import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scrape, type MountedView, type Outcome } from '../../../src/adapters/scrape.js';
import { summarise } from '../../../src/adapters/summary.js';
import type { ExpositionFormat } from '../../../src/exposition/model.js';
import { parseExposition } from '../../../src/exposition/parse.js';
import type { Grant } from '../../../src/guard/decision.js';
import { parseRequest, type CanonicalRequest } from '../../../src/http/request.js';
import { chunkOf, joinChunks } from '../../../src/internal/byte-chunks.js';
import { fail, ok } from '../../../src/internal/result.js';
import { TotalRates } from '../../../src/llm/derived/total-rates.js';
import { SUMMARY_METRICS, type LlmSummary } from '../../../src/llm/summary.js';
import type { Target } from '../../../src/targets/target.js';
import { ManualClock } from '../../support/manual-clock.js';

const GRANT: Grant = { credential: 'prometheus', view: 'all', self: false };
const EFFECTS = {
  pseudonymised: new Map(),
  dropped: new Map(),
  overflowed: new Map(),
  detected: new Map(),
  withheld: new Map(),
};
const OWN: LlmSummary = {
  timestamp: 1,
  uptime_seconds: 2,
  cache: { cache_hits: 3, cache_misses: 1, hit_rate: 0.75 },
  latency: { p50: 4, p95: 5, p99: 6, count: 7 },
  memory: { current_mb: 8, peak_mb: 9, growth_percent: 10 },
  throughput: { total_requests: 11, requests_per_second: 12 },
};

function request(query = '', ...headers: readonly string[]): CanonicalRequest {
  const target = `/v1/metrics${query}`;
  const parsed = parseRequest({ method: 'GET', target, rawHeaders: headers, peerAddress: '127.0.0.1' });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** A view that shows `text`, or fails, and what was asked of it. */
function scene(
  text: string | undefined,
  more: Partial<MountedView> = {},
): {
  readonly clock: ManualClock;
  readonly asked: ExpositionFormat[];
  readonly ask: (query?: string, ...headers: readonly string[]) => Promise<Outcome>;
  readonly scrape: (...headers: readonly string[]) => Promise<Outcome>;
  show: string | undefined;
} {
  const clock = new ManualClock();
  const asked: ExpositionFormat[] = [];
  const rates = new TotalRates();
  const target: Target = {
    name: 'litellm',
    close: () => Promise.resolve(),
    fetch(format) {
      asked.push(format);
      const { show } = made;
      return Promise.resolve(
        show === undefined
          ? fail({ reason: 'unreachable', detail: 'ECONNREFUSED' })
          : ok({ format, quotedNames: false, body: Buffer.from(show), receivedBytes: 1, durationMs: 0 }),
      );
    },
  };
  const mounted: MountedView = {
    target,
    renderer: {
      render: (body, format) =>
        Promise.resolve(ok({ body: chunkOf(body), format, seriesIn: 2, seriesOut: 1, effects: EFFECTS })),
    },
    preset: 'litellm',
    ...more,
  };
  const viewOf = ({ view }: Pick<Grant, 'view'>): MountedView | undefined =>
    view === 'all' ? mounted : undefined;
  const made = {
    clock,
    asked,
    show: text,
    ask: (query?: string, ...headers: readonly string[]) =>
      summarise({ clock, viewOf, rates }, request(query, ...headers), GRANT),
    scrape: (...headers: readonly string[]) => scrape({ clock, viewOf }, request('', ...headers), GRANT),
  };
  return made;
}

function textOf({ answer }: Outcome): string {
  return Buffer.from(joinChunks(answer.body)).toString();
}

const REQUESTS =
  '# TYPE litellm_proxy_total_requests_metric_total counter\nlitellm_proxy_total_requests_metric_total 60\n';

describe('half of a pair of counters', () => {
  const HITS = '# TYPE llm_cache_hits_total counter\nllm_cache_hits_total 3\n';
  const cacheOf = async (more: Partial<MountedView>): Promise<unknown> => {
    const outcome = await scene(HITS, { preset: 'generic', ...more }).ask();
    return z.object({ cache: z.unknown() }).parse(JSON.parse(textOf(outcome))).cache;
  };
  const half = { cache_hits: 3, cache_misses: null, hit_rate: null };

  it('has no other one that the view hides, by whichever of its names', async () => {
    for (const glob of ['llm_cache_misses_total', 'llm_cache_misses']) {
      const isSelected: MountedView['isSelected'] = ({ all }) => !all.includes(glob);
      expect(await cacheOf({ isSelected })).toEqual(half);
    }
  });

  it('has no other one where malformed families were left out: it may be one of them', async () => {
    const quarantined = { families: 1, samplesRead: 1, problems: [] };
    const render: MountedView['renderer']['render'] = (body, format) =>
      Promise.resolve(
        ok({ body: chunkOf(body), format, seriesIn: 1, seriesOut: 1, effects: EFFECTS, quarantined }),
      );
    expect(await cacheOf({ renderer: { render } })).toEqual(half);
  });

  it('has counted none of the others where the view would show them', async () => {
    expect(await cacheOf({})).toEqual({ cache_hits: 3, cache_misses: 0, hit_rate: 1 });
  });
});

describe('a view that changes what it counts requests by', () => {
  it('has no rate across the change', async () => {
    const made = scene('# TYPE http_requests_total counter\nhttp_requests_total 100\n', {
      preset: 'generic',
    });
    await made.ask();
    const name = 'gen_ai_client_operation_duration_seconds';
    made.show += `# TYPE ${name} histogram\n${name}_bucket{le="+Inf"} 50100\n`;
    made.clock.advance(1300);
    expect(JSON.parse(textOf(await made.ask()))).toMatchObject({
      throughput: { total_requests: 50_100, requests_per_second: null },
    });
    made.clock.advance(1000);
    expect(JSON.parse(textOf(await made.ask()))).toMatchObject({ throughput: { requests_per_second: 0 } });
  });
});

describe('a format that is none', () => {
  it.each([
    '?format=',
    '?format',
    '?format=JSON',
    '?format=xml',
    '?format=json&format=json',
    '?format=json&format=prometheus',
    '?format=json%20',
    '?form%61t=other',
    '?x=1&format=openmetrics',
  ])('is refused before the target is asked: %s', async (query) => {
    const { ask, asked } = scene(REQUESTS);
    const outcome = await ask(query);
    expect([outcome.answer.status, outcome.reason, textOf(outcome)]).toEqual([
      400,
      'format_unknown',
      '{"detail":"format must be json or prometheus"}',
    ]);
    expect(outcome.answer.headers['Content-Type']).toBe('application/json; charset=utf-8');
    expect(asked).toEqual([]);
  });
});

describe('JSON', () => {
  it.each(['', '?format=json', '?view=other&tenant=acme', '?format=%6Ason', '?Format=xml'])(
    'has the numbers of the view, whatever else is asked: %j',
    async (query) => {
      const { ask, asked } = scene(REQUESTS);
      const outcome = await ask(query, 'Accept', 'application/openmetrics-text;version=1.0.0');
      expect(JSON.parse(textOf(outcome))).toMatchObject({
        throughput: { total_requests: 60, requests_per_second: null },
        latency: { p50: null },
      });
      expect(outcome.answer.headers['Content-Type']).toBe('application/json; charset=utf-8');
      expect(outcome).toMatchObject({ view: 'all', target: 'litellm', rendered: { seriesOut: 1 } });
      expect(asked).toEqual(['text']);
    },
  );

  it('has a rate from the second time on', async () => {
    const asked = scene(REQUESTS);
    await asked.ask();
    asked.clock.advance(30_000);
    asked.show = REQUESTS.replace(' 60', ' 90');
    expect(JSON.parse(textOf(await asked.ask()))).toMatchObject({
      throughput: { total_requests: 90, requests_per_second: 1 },
    });
  });

  it('is made from what the last scraper of the target wanted, so that nothing is remembered twice', async () => {
    const { ask, asked, scrape: scrapeView } = scene(REQUESTS);
    await ask();
    await scrapeView('Accept', 'application/openmetrics-text;version=1.0.0');
    await ask('', 'Accept', 'text/plain');
    await scrapeView('Accept', 'text/plain');
    await ask('?format=prometheus', 'Accept', 'application/openmetrics-text;version=1.0.0');
    await ask();
    expect(asked).toEqual(['text', 'openmetrics', 'openmetrics', 'text', 'openmetrics', 'text']);
  });

  it('fails as a scrape does', async () => {
    const outcome = await scene(undefined).ask();
    expect(outcome).toMatchObject({ reason: 'target_failed', target: 'litellm', view: 'all' });
    expect([outcome.answer.status, textOf(outcome)]).toEqual([502, 'Bad Gateway\n']);
  });

  it('comes from the process itself where that knows it, without asking the target', async () => {
    const { ask, asked } = scene(REQUESTS, { ownSummary: () => OWN });
    const outcome = await ask();
    expect(JSON.parse(textOf(outcome))).toEqual(OWN);
    expect(Object.keys(outcome).toSorted()).toEqual(['answer', 'decision', 'view']);
    expect(asked).toEqual([]);
  });
});

describe('Prometheus', () => {
  const names = (outcome: Outcome, format: ExpositionFormat): readonly string[] => {
    const parsed = parseExposition(joinChunks(outcome.answer.body), format);
    if (!parsed.ok) throw new Error(`line ${parsed.error.line}: ${parsed.error.reason}`);
    return parsed.value.families.map(({ name }) => name);
  };

  it('is the view with the metrics of the summary that are known', async () => {
    const { ask } = scene(REQUESTS);
    const outcome = await ask('?format=prometheus');
    expect(textOf(outcome)).toBe(
      `${REQUESTS}# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total 60\n`,
    );
    expect(outcome.answer.body.byteLength).toBe(Buffer.byteLength(textOf(outcome)));
    expect(outcome.answer.headers['Content-Type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('is one whole OpenMetrics exposition where that is asked for', async () => {
    const { ask } = scene('# TYPE up gauge\nup 1\n# EOF\n', { ownSummary: () => OWN });
    const outcome = await ask('?format=prometheus', 'Accept', 'application/openmetrics-text;version=1.0.0');
    expect(names(outcome, 'openmetrics')).toEqual([
      'up',
      ...SUMMARY_METRICS.map(({ name }) => name.replace(/_total$/, '')),
    ]);
    expect(textOf(outcome)).toMatch(/^# TYPE up gauge\nup 1\n#[^]*\nrequests_total 11\n# EOF\n$/);
    expect(outcome.answer.body.byteLength).toBe(Buffer.byteLength(textOf(outcome)));
  });

  it('has every metric in text, also behind a view of nothing', async () => {
    const { ask } = scene('# no series of the target are in this view\n', { ownSummary: () => OWN });
    expect(names(await ask('?format=prometheus'), 'text')).toEqual(SUMMARY_METRICS.map(({ name }) => name));
  });

  it.each<[format: ExpositionFormat, view: string, missing: readonly string[]]>([
    ['text', '# TYPE requests_total counter\nrequests_total 5\n', ['requests_total']],
    ['text', 'cache_hit_total{a="b"} 5\n', ['cache_hit_total']],
    ['text', '# TYPE requests gauge\nrequests 5\n', []],
    ['openmetrics', '# TYPE requests counter\nrequests_total 5\n# EOF\n', ['requests']],
    ['openmetrics', '# TYPE requests gauge\nrequests 5\n# EOF\n', ['requests']],
    ['openmetrics', 'cache_hit 5\n# EOF\n', ['cache_hit']],
  ])('has no name twice in %s: %j', async (format, view, missing) => {
    const { ask } = scene(view, { ownSummary: () => OWN });
    const accept = format === 'text' ? 'text/plain' : 'application/openmetrics-text;version=1.0.0';
    const outcome = await ask('?format=prometheus', 'Accept', accept);
    const all = SUMMARY_METRICS.map(({ name }) => (format === 'text' ? name : name.replace(/_total$/, '')));
    const [first, ...added] = names(outcome, format);
    expect(view).toContain(first);
    expect(added).toEqual(all.filter((name) => !missing.includes(name)));
  });
});
