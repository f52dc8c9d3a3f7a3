// A real Prometheus reads everything that is printed: each accepted vector and each sample of real software, through a
// view that changes nothing, through the default view, and through one that drops labels and so aggregates.

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExpositionFormat } from '../../src/exposition/model.js';
import type { LabelRule } from '../../src/views/options.js';
import { OPENMETRICS_PARSERS } from '../corpus/vectors/openmetrics-parsers.js';
import { OPENMETRICS_ACCEPTED } from '../corpus/vectors/openmetrics.js';
import { EXPFMT_OPENMETRICS, EXPFMT_TEXT, EXPFMT_TEXT_UTF8 } from '../corpus/vectors/prometheus-expfmt.js';
import {
  TEXTPARSE_OPENMETRICS,
  TEXTPARSE_OPENMETRICS_UTF8,
  TEXTPARSE_TEXT,
  TEXTPARSE_TEXT_UTF8,
} from '../corpus/vectors/prometheus-textparse.js';
import { TEXT_ACCEPTED } from '../corpus/vectors/text-format.js';
import { checkMetrics } from '../support/e2e/promtool.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';
import { OPENMETRICS_TYPE, startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';
import { vectorBytes } from '../support/vectors.js';
import { rendererOf } from '../support/views.js';

/** The one thing that can be read but not aggregated. */
const NO_TOTAL = 'a histogram has neither a "+Inf" bucket nor a count';

/** An exposition that we accept. */
interface Input {
  readonly name: string;
  readonly format: ExpositionFormat;
  readonly quotedNames: boolean;
  readonly body: Uint8Array;
}

/** What we print for one. */
interface Page {
  readonly name: string;
  readonly format: ExpositionFormat;
  readonly text: string;
}

const CORPUS = new URL('../corpus/exposition/', import.meta.url);
const ENDINGS: Readonly<Record<string, ExpositionFormat>> = { prom: 'text', openmetrics: 'openmetrics' };
/** Labels of most vectors, and of the samples. */
const AGGREGATED = ['a', 'b', 'c', 'k', 'l', 'user*', 'client_ip', 'hashed_api_key', 'api_key_alias', 'pid'];
const VIEWS: Readonly<Record<string, readonly LabelRule[]>> = {
  'revealing view': [{ label: '*', action: 'keep' }],
  'default view': [],
  'aggregating view': AGGREGATED.map((label) => ({ label, action: 'drop' })),
};

function inputs(): readonly Input[] {
  const published = [
    TEXTPARSE_TEXT,
    TEXTPARSE_TEXT_UTF8,
    TEXTPARSE_OPENMETRICS,
    TEXTPARSE_OPENMETRICS_UTF8,
    EXPFMT_TEXT,
    EXPFMT_TEXT_UTF8,
    EXPFMT_OPENMETRICS,
    OPENMETRICS_PARSERS,
  ].flatMap(({ publisher, format, quotedNames = false, parsed, laxer }) =>
    [...parsed, ...laxer].map(([name, body]) => ({
      name: `${publisher}: ${name}`,
      format,
      quotedNames,
      body: vectorBytes(body),
    })),
  );
  const own = [
    ...TEXT_ACCEPTED.map(([name, body]) => ({ name, format: 'text' as const, body })),
    ...OPENMETRICS_ACCEPTED.map(([name, body]) => ({ name, format: 'openmetrics' as const, body })),
  ].map(({ name, format, body }) => ({ name, format, quotedNames: false, body: vectorBytes(body) }));
  const samples = readdirSync(CORPUS).flatMap((file) => {
    const format = ENDINGS[file.split('.').at(-1) ?? ''];
    return format === undefined
      ? []
      : [{ name: file, format, quotedNames: true, body: readFileSync(new URL(file, CORPUS)) }];
  });
  return [...published, ...own, ...samples];
}

function printed({ name, format, quotedNames, body }: Input): readonly Page[] {
  return Object.entries(VIEWS).flatMap(([view, labels]) => {
    const rendered = rendererOf({ labels }).render(body, format, 0, { quotedNames });
    if (rendered.ok) {
      return [{ name: `${name}, ${view}`, format, text: Buffer.from(rendered.value.body).toString('utf8') }];
    }
    if (view === 'aggregating view' && rendered.error.reason === NO_TOTAL) return [];
    throw new Error(`${name}, ${view}: ${rendered.error.reason}`);
  });
}

/** Every page once: many vectors are printed alike by every view. */
const PAGES: readonly Page[] = [
  ...new Map(
    inputs()
      .flatMap(printed)
      .map((page) => [`${page.format}\n${page.text}`, page] as const),
  ).values(),
];

function sampleCount({ text }: Page): number {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}

describe('Prometheus', () => {
  let upstream: Upstream;
  let prometheus: Prometheus;

  beforeAll(async () => {
    upstream = await startUpstream((path) => {
      const page = PAGES[Number(path.slice(1))];
      if (page === undefined) return { status: 404, type: TEXT_TYPE, body: '' };
      return { type: page.format === 'text' ? TEXT_TYPE : OPENMETRICS_TYPE, body: page.text };
    });
    prometheus = await startPrometheus({
      scrapeConfigs: PAGES.map((_, index) => ({
        job_name: String(index),
        metrics_path: `/${String(index)}`,
        scrape_interval: '20s',
        scrape_timeout: '20s',
        static_configs: [{ targets: [new URL(upstream.url).host] }],
      })),
    });
  });

  afterAll(async () => {
    await prometheus?.stop();
    await upstream?.stop();
  });

  test('reads every page, in both formats', async () => {
    expect(PAGES.filter(({ format }) => format === 'text').length).toBeGreaterThan(80);
    expect(PAGES.filter(({ format }) => format === 'openmetrics').length).toBeGreaterThan(150);
    const refused = (await prometheus.settledTargets()).filter(({ health }) => health !== 'up');
    expect(refused.map(({ job, lastError }) => [PAGES[Number(job)], lastError])).toEqual([]);
  });

  test('reads every sample of each', async () => {
    await prometheus.settledTargets();
    const scraped = await prometheus.query('max_over_time(scrape_samples_scraped[1h])');
    const counts = new Map(scraped.map(({ labels, value }) => [labels['job'], value]));
    const differing = PAGES.filter((page, index) => counts.get(String(index)) !== sampleCount(page));
    expect(differing).toEqual([]);
  });
});

describe('promtool', () => {
  test.each(PAGES.filter(({ format }) => format === 'text').map((page) => [page.name, page.text] as const))(
    'parses: %s',
    async (_, text) => {
      expect(await checkMetrics(text)).toMatchObject({ parsed: true });
    },
  );
});
