import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/adapters/scrape.js';
import {
  createOwnMetrics,
  type OwnMetrics,
  type OwnMetricsSources,
} from '../../../src/gateway/own-metrics.js';
import type { ConfigurationFacts } from '../../../src/gateway/configuration-facts.js';
import { createAnswer } from '../../../src/http/answer.js';
import { VERSION } from '../../../src/internal/version.js';
import type { Detection } from '../../../src/views/detectors.js';
import type { WithheldReason } from '../../../src/views/renderer.js';
import { parseText } from '../../support/exposition-text.js';
import { ManualClock } from '../../support/manual-clock.js';

const FACTS: ConfigurationFacts = {
  targets: new Set(['litellm']),
  seriesLimits: new Map([['all', 1000]]),
  credentialExpiriesMs: new Map(),
  certificateExpiryMs: undefined,
};
const NOTHING: OwnMetricsSources = {
  clock: new ManualClock(100_000),
  facts: () => FACTS,
  lockedOut: () => 0,
  connections: () => 0,
  templateViews: () => new Map(),
  keyAges: () => [],
};
const OK: Outcome = { decision: 'allowed', answer: createAnswer(200, 'text/plain', '') };

async function ownLines(metrics: OwnMetrics): Promise<readonly string[]> {
  const lines = (await metrics.exposition()).split('\n');
  return lines.filter((line) => line.startsWith('scrapegate_'));
}

describe('createOwnMetrics', () => {
  it('is a valid exposition from the first moment on, every family with HELP and TYPE', async () => {
    const parsed = parseText(await createOwnMetrics(NOTHING).exposition());
    if (!parsed.ok) throw new Error(`line ${parsed.error.line}: ${parsed.error.reason}`);
    const own = parsed.value.families.filter(({ name }) => name.startsWith('scrapegate_'));
    expect(own.map(({ name, type }) => `${type} ${name}`).toSorted()).toEqual([
      'counter scrapegate_connections_closed_total',
      'counter scrapegate_detections_total',
      'counter scrapegate_issuer_requests_total',
      'counter scrapegate_labels_total',
      'counter scrapegate_rejections_total',
      'counter scrapegate_requests_total',
      'counter scrapegate_series_withheld_total',
      'counter scrapegate_target_failures_total',
      'counter scrapegate_template_views_forgotten_total',
      'gauge scrapegate_build_info',
      'gauge scrapegate_config_last_reload_success_timestamp_seconds',
      'gauge scrapegate_config_last_reload_successful',
      'gauge scrapegate_connections',
      'gauge scrapegate_credential_expiry_timestamp_seconds',
      'gauge scrapegate_issuer_keys_age_seconds',
      'gauge scrapegate_limits_shared',
      'gauge scrapegate_locked_out_clients',
      'gauge scrapegate_quarantined_families',
      'gauge scrapegate_state_last_save_success_timestamp_seconds',
      'gauge scrapegate_state_last_save_successful',
      'gauge scrapegate_target_last_success_timestamp_seconds',
      'gauge scrapegate_target_up',
      'gauge scrapegate_template_views',
      'gauge scrapegate_tls_certificate_expiry_timestamp_seconds',
      'gauge scrapegate_view_series',
      'gauge scrapegate_view_series_limit',
      'gauge scrapegate_warnings',
      'histogram scrapegate_fetch_duration_seconds',
      'histogram scrapegate_render_duration_seconds',
    ]);
    for (const { typed, help = '' } of own) expect([typed, help.endsWith('.')]).toEqual([true, true]);
    expect(parsed.value.families.map(({ name }) => name)).toContain('process_cpu_seconds_total');
  });

  it('says which version it is of', async () => {
    expect(await ownLines(createOwnMetrics(NOTHING))).toContain(
      `scrapegate_build_info{version="${VERSION}",node_version="${process.versions.node}"} 1`,
    );
  });

  it('asks for lockouts whenever it is read', async () => {
    let locked = 0;
    const metrics = createOwnMetrics({ ...NOTHING, lockedOut: () => locked });
    expect(await ownLines(metrics)).toContain('scrapegate_locked_out_clients 0');
    locked = 3;
    expect(await ownLines(metrics)).toContain('scrapegate_locked_out_clients 3');
  });

  it('asks for the views of templates whenever it is read, and shows no template that has gone', async () => {
    let views = new Map([
      ['acme', 2],
      ['old', 1],
    ]);
    const metrics = createOwnMetrics({ ...NOTHING, templateViews: () => views });
    expect(await ownLines(metrics)).toEqual(
      expect.arrayContaining([
        'scrapegate_template_views{view="acme"} 2',
        'scrapegate_template_views{view="old"} 1',
      ]),
    );
    views = new Map([['acme', 3]]);
    metrics.viewForgotten('acme');
    const lines = await ownLines(metrics);
    expect(lines.filter((line) => line.startsWith('scrapegate_template_views'))).toEqual([
      'scrapegate_template_views_forgotten_total{view="acme"} 1',
      'scrapegate_template_views{view="acme"} 3',
    ]);
  });

  it('says whether limits are shared, where somebody asked for that', async () => {
    const metrics = createOwnMetrics(NOTHING);
    const lines = async (): Promise<readonly string[]> =>
      (await ownLines(metrics)).filter((line) => line.startsWith('scrapegate_limits_shared'));
    expect(await lines()).toEqual([]);
    metrics.limitsShared(false);
    expect(await lines()).toEqual(['scrapegate_limits_shared 0']);
    metrics.limitsShared(true);
    expect(await lines()).toEqual(['scrapegate_limits_shared 1']);
    metrics.limitsShared(undefined);
    expect(await lines()).toEqual([]);
  });

  it('counts denials by reason, and a denied request without view and target', async () => {
    const metrics = createOwnMetrics(NOTHING);
    const answer = createAnswer(401, 'text/plain', '');
    metrics.request('other', { decision: 'denied', reason: 'token_unknown', answer });
    metrics.request('other', { decision: 'denied', reason: 'token_unknown', answer });
    const lines = await ownLines(metrics);
    expect(lines).toContain(
      'scrapegate_requests_total{route="other",target="",view="",credential="",code="401"} 2',
    );
    expect(lines).toContain('scrapegate_rejections_total{reason="token_unknown"} 2');
    expect(lines.filter((line) => line.startsWith('scrapegate_target_up'))).toEqual([]);
  });

  it('records a failed fetch: its reason, the target as down, and no series', async () => {
    const metrics = createOwnMetrics(NOTHING);
    metrics.targetAnswered('litellm');
    metrics.request('/metrics', {
      decision: 'allowed',
      reason: 'target_failed',
      answer: createAnswer(502, 'text/plain', ''),
      target: 'litellm',
      view: 'all',
      credential: 'prometheus',
      fetchMs: 2000,
    });
    metrics.fetchFailed('litellm', { reason: 'unreachable', detail: 'ECONNREFUSED' });
    const lines = await ownLines(metrics);
    expect(lines).toEqual(
      expect.arrayContaining([
        'scrapegate_target_failures_total{target="litellm",reason="unreachable"} 1',
        'scrapegate_target_up{target="litellm"} 0',
        'scrapegate_fetch_duration_seconds_sum{target="litellm"} 2',
        'scrapegate_requests_total{route="/metrics",target="litellm",view="all",credential="prometheus",code="502"} 1',
      ]),
    );
    expect(lines.filter((line) => /^scrapegate_(?:view_series\{|render)/.test(line))).toEqual([]);
  });

  it('records what a view did: series, durations, and effects by label', async () => {
    const metrics = createOwnMetrics(NOTHING);
    const rendered = {
      format: 'text',
      seriesIn: 10,
      seriesOut: 7,
      effects: {
        pseudonymised: new Map([['user', 4]]),
        dropped: new Map([['client_ip', 5]]),
        overflowed: new Map([['model', 3]]),
        detected: new Map([['__help__', new Map<Detection, number>([['email', 1]])]]),
        withheld: new Map<WithheldReason, number>([
          ['overflow', 2],
          ['ambiguous', 1],
        ]),
      },
    } as const;
    const outcome = {
      ...OK,
      target: 'litellm',
      view: 'all',
      isReadable: true,
      fetchMs: 30,
      renderMs: 4,
      rendered,
    };
    for (let scrape = 0; scrape < 2; scrape += 1) {
      metrics.scraped('litellm', outcome);
      metrics.request('/metrics', outcome);
    }
    expect(await ownLines(metrics)).toEqual(
      expect.arrayContaining([
        'scrapegate_view_series{view="all",direction="in"} 10',
        'scrapegate_view_series{view="all",direction="out"} 7',
        'scrapegate_labels_total{view="all",label="user",effect="pseudonymised"} 8',
        'scrapegate_labels_total{view="all",label="client_ip",effect="dropped"} 10',
        'scrapegate_labels_total{view="all",label="model",effect="overflowed"} 6',
        'scrapegate_series_withheld_total{view="all",reason="overflow"} 4',
        'scrapegate_series_withheld_total{view="all",reason="ambiguous"} 2',
        'scrapegate_detections_total{view="all",label="__help__",detection="email"} 2',
        'scrapegate_fetch_duration_seconds_bucket{le="0.05",target="litellm"} 2',
        'scrapegate_render_duration_seconds_bucket{le="0.005",view="all"} 2',
        'scrapegate_target_up{target="litellm"} 1',
      ]),
    );
  });

  it('shows warnings while they hold', async () => {
    const metrics = createOwnMetrics(NOTHING);
    metrics.warned({ code: 'WARN_SCRAPEGATE_CLOSED', message: 'text' });
    expect(await ownLines(metrics)).toContain('scrapegate_warnings{code="WARN_SCRAPEGATE_CLOSED"} 1');
    metrics.forgetWarnings();
    expect(await metrics.exposition()).not.toContain('WARN_SCRAPEGATE_CLOSED');
  });

  it('leaves the time of the last success alone when a reload fails', async () => {
    const clock = new ManualClock(100_000);
    const metrics = createOwnMetrics({ ...NOTHING, clock });
    metrics.reloaded(true);
    clock.advance(100_000);
    metrics.reloaded(false);
    expect(await ownLines(metrics)).toEqual(
      expect.arrayContaining([
        'scrapegate_config_last_reload_successful 0',
        'scrapegate_config_last_reload_success_timestamp_seconds 100',
      ]),
    );
  });

  it('counts label names apart up to a bound, however many scrapes bring new ones', async () => {
    const metrics = createOwnMetrics(NOTHING);
    for (let scrape = 0; scrape < 10; scrape += 1) {
      const names = Array.from({ length: 100 }, (_, index) => `metadata_${scrape}_${index}`);
      const effects = {
        pseudonymised: new Map(names.map((name) => [name, 1])),
        dropped: new Map<string, number>(),
        overflowed: new Map(names.map((name) => [name, 1])),
        withheld: new Map<WithheldReason, number>(),
        detected: new Map<string, ReadonlyMap<Detection, number>>(),
      };
      const rendered = { format: 'text' as const, seriesIn: 1, seriesOut: 1, effects };
      metrics.request('/metrics', { ...OK, view: 'operations', target: 'litellm', rendered });
    }
    const counted = (await ownLines(metrics)).filter((line) => line.startsWith('scrapegate_labels_total'));
    expect(counted).toHaveLength(2 * 501);
    expect(counted).toContain(
      'scrapegate_labels_total{view="operations",label="__other__",effect="pseudonymised"} 500',
    );
    expect(counted).toContain(
      'scrapegate_labels_total{view="operations",label="__other__",effect="overflowed"} 500',
    );
  });

  it('says nothing of the state file before it was written, then how that went and when it last went well', async () => {
    const clock = new ManualClock(100_000);
    const metrics = createOwnMetrics({ ...NOTHING, clock });
    const lines = async (): Promise<readonly string[]> =>
      (await ownLines(metrics)).filter((line) => line.startsWith('scrapegate_state'));
    expect(await lines()).toEqual([]);
    metrics.stateSaved(false);
    expect(await lines()).toEqual(['scrapegate_state_last_save_successful 0']);
    metrics.stateSaved(true);
    clock.advance(50_000);
    metrics.stateSaved(false);
    expect(await lines()).toEqual([
      'scrapegate_state_last_save_successful 0',
      'scrapegate_state_last_save_success_timestamp_seconds 100',
    ]);
  });

  it('says when a target last answered, which failures do not move', async () => {
    const clock = new ManualClock(100_000);
    const metrics = createOwnMetrics({ ...NOTHING, clock });
    const lines = async (): Promise<readonly string[]> =>
      (await ownLines(metrics)).filter((line) => line.startsWith('scrapegate_target_last'));
    metrics.fetchFailed('litellm', { reason: 'timeout' });
    expect(await lines()).toEqual([]);
    metrics.targetAnswered('litellm');
    clock.advance(50_000);
    metrics.fetchFailed('litellm', { reason: 'timeout' });
    expect(await lines()).toEqual(['scrapegate_target_last_success_timestamp_seconds{target="litellm"} 100']);
    metrics.scraped('litellm', { ...OK, isReadable: true });
    expect(await lines()).toEqual(['scrapegate_target_last_success_timestamp_seconds{target="litellm"} 150']);
  });

  it('shows nothing of what a reload took away, and nothing old when it comes back', async () => {
    let facts = FACTS;
    const metrics = createOwnMetrics({ ...NOTHING, facts: () => facts });
    const effects = {
      pseudonymised: new Map(),
      dropped: new Map(),
      overflowed: new Map(),
      withheld: new Map(),
      detected: new Map(),
    };
    const scraped = {
      ...OK,
      target: 'litellm',
      view: 'all',
      isReadable: true,
      rendered: { format: 'text', seriesIn: 10, seriesOut: 7, effects },
    } as const;
    const lines = async (): Promise<readonly string[]> =>
      (await ownLines(metrics)).filter((line) =>
        /^scrapegate_(?:target_up|view_series\{|quarantined)/u.test(line),
      );
    metrics.scraped('litellm', scraped);
    expect(await lines()).toHaveLength(4);
    facts = { ...FACTS, targets: new Set(['vllm']), seriesLimits: new Map() };
    metrics.reloaded(true);
    expect(await lines()).toEqual([]);
    // Of a request that was under way when the configuration changed.
    metrics.scraped('litellm', scraped);
    expect(await lines()).toEqual([]);
    metrics.reloaded(true);
    facts = FACTS;
    expect(await lines()).toEqual([]);
  });

  it('shows the limits of views and the ends of credentials and certificate, where there are some', async () => {
    const facts: ConfigurationFacts = {
      ...FACTS,
      credentialExpiriesMs: new Map([['books', 1_800_000_000_500]]),
      certificateExpiryMs: 1_900_000_000_000,
    };
    const lines = async (sources: OwnMetricsSources): Promise<readonly string[]> =>
      (await ownLines(createOwnMetrics(sources))).filter((line) => /_(?:limit|expiry\w+)[ {]/u.test(line));
    expect(await lines(NOTHING)).toEqual(['scrapegate_view_series_limit{view="all"} 1000']);
    expect(await lines({ ...NOTHING, facts: () => facts })).toEqual([
      'scrapegate_view_series_limit{view="all"} 1000',
      'scrapegate_credential_expiry_timestamp_seconds{credential="books"} 1800000000.5',
      'scrapegate_tls_certificate_expiry_timestamp_seconds 1900000000',
    ]);
  });
});
