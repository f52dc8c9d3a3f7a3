// Section f of the attack list: what the detectors cost on values that were made against them, and what they take for
// personal data in expositions of real software, where a false alarm would make a metric useless.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ExpositionFormat, Family } from '../../src/exposition/model.js';
import { MAX_LABEL_VALUE_BYTES } from '../../src/exposition/limits.js';
import { parseExposition } from '../../src/exposition/parse.js';
import { detect } from '../../src/views/detectors.js';
import { compileLabelPolicy } from '../../src/views/label-policy.js';
import { metricNames } from '../../src/views/metric-names.js';
import type { ViewOptions } from '../../src/views/options.js';
import { resolveViewOptions } from '../../src/views/resolve-options.js';
import { view } from '../support/scraped.js';
import {
  BEARER,
  OPENMETRICS_ACCEPT,
  OPENMETRICS_TYPE,
  TOKEN,
  answering,
  bearerProof,
  startGateway,
} from '../support/start-gateway.js';
import { countStringWork } from '../support/string-work.js';

describe('f. work of the detectors', () => {
  /** Beginnings of what detectors look for, what may go on for long behind one, and what has other readings. */
  const FRAGMENTS: readonly string[] = [
    'a',
    '1',
    ' ',
    '-',
    ':',
    '//',
    '@',
    '@a.',
    '1.',
    '1-',
    'eyJ',
    'eyJa.',
    'sk-',
    'aB1',
    'bearer ',
    'token=',
    'user-agent:',
    'Mozilla/1',
    '%40',
    'U__',
    '_40_',
    '\u200b',
    '\u0301',
    '\uff20',
  ];
  const SHORT = 512;
  const LONG = 4 * SHORT;
  const LONGEST = MAX_LABEL_VALUE_BYTES;
  /** Measured: 4.93, where a window of fixed size weighs more in the short text; quadratic work grows 16 times. */
  const MOST_GROWTH = 5.5;
  /** Measured: 207, over all detectors and all readings of a value. */
  const MOST_WORK_PER_CHARACTER = 250;

  function worked(text: string): number {
    return countStringWork(() => void detect(text));
  }

  it('P19: is counted well: a quadratic search is told from a linear one', () => {
    const linear = (length: number): number => countStringWork(() => 'a'.repeat(length).includes('b'));
    const quadratic = (length: number): number =>
      countStringWork(() => {
        const text = 'a'.repeat(length);
        for (let at = 0; at < length; at += 1) text.indexOf('b', at);
      });
    expect(linear(LONG) / linear(SHORT)).toBeLessThan(5);
    expect(quadratic(LONG) / quadratic(SHORT)).toBeGreaterThan(15);
  });

  it('P19: grows with the length of a value and no faster, whatever is repeated in it', () => {
    const growths: number[] = [];
    const tooMuch: string[] = [];
    for (const one of FRAGMENTS) {
      for (const other of FRAGMENTS) {
        const mixed = (length: number): string =>
          `${one}${other}`.repeat(length / (one.length + other.length));
        const parted = (length: number): string =>
          one.repeat(length / 2 / one.length) + other.repeat(length / 2 / other.length);
        for (const shape of [mixed, parted]) {
          const growth = worked(shape(LONG)) / worked(shape(SHORT));
          growths.push(growth);
          if (growth > MOST_GROWTH) tooMuch.push(shape(64));
        }
      }
    }
    expect(tooMuch).toEqual([]);
  });

  it('P19: of the longest value is bounded', () => {
    const most = Math.max(
      ...FRAGMENTS.map((fragment) => {
        const text = fragment.repeat(LONGEST / fragment.length);
        return worked(text) / text.length;
      }),
    );
    expect(most).toBeLessThan(MOST_WORK_PER_CHARACTER);
  });
});

describe('f. false alarms of the detectors', () => {
  const FOLDER = 'test/corpus/exposition/';
  const SAMPLES = readdirSync(FOLDER).filter((name) => /\.(?:prom|openmetrics)$/.test(name));
  const PRESET_NAMES = ['generic', 'litellm', 'vllm', 'librechat'] as const;
  const VIEWS: readonly ViewOptions[] = PRESET_NAMES.map((preset) => view({ name: preset, preset }));
  /** Values of kept labels that are flagged though nothing personal is in them, over all samples. */
  const FALSE_ALARMS = 0;

  /** What is personal or secret in the values of kept labels: planted, and told without the detectors. */
  const isGenuine = (value: string): boolean => /@|^http:\/\/127\.0\.0\.1:/.test(value);

  it('has samples to measure on', () => {
    expect(SAMPLES).toHaveLength(12);
  });

  it.each(SAMPLES)(
    'P5: what is hidden in %s is personal: no HELP, no name, and no other value',
    async (file) => {
      const format = file.endsWith('.prom') ? 'text' : 'openmetrics';
      const body = readFileSync(FOLDER + file);
      const scene = await startGateway({
        upstream: answering(body, contentTypeOf(file)),
        views: VIEWS,
        credentials: VIEWS.map(({ name }, index) => ({
          name,
          proofs: [bearerProof(`${TOKEN}${name}`)],
          view: name,
          self: index === 0,
        })),
      });
      const sent = readFamilies(body, format);
      for (const preset of PRESET_NAMES) {
        const headers = { Authorization: `${BEARER}${preset}`, Accept: acceptOf(format) };
        const answer = await scene.get('/metrics', { headers });
        expect(answer.status).toBe(200);
        const kept = keptPairs(sent, format, preset);
        const left = keptPairs(readFamilies(answer.body, format), format, preset);
        const hidden = [...kept].filter(([pair]) => !left.has(pair)).map(([, value]) => value);
        expect(kept.size).toBeGreaterThan(3);
        expect(hidden.filter((value) => !isGenuine(value))).toHaveLength(FALSE_ALARMS);
        expect(hidden.filter(isGenuine)).toHaveLength(file.startsWith('litellm-real') ? 3 : 0);
      }
      const own = await scene.get('/-/metrics', { headers: { Authorization: `${BEARER}generic` } });
      expect(own.status).toBe(200);
      expect(own.text).toContain('scrapegate_view_series');
      expect(
        own.text.match(/^scrapegate_detections_total\{.*label="__(?:help|name|label)__".*/gm),
      ).toBeNull();
    },
  );

  /** Every value of a label that a preset keeps, by label and value. Bounds and quantiles are structure; '' is none. */
  function keptPairs(
    families: readonly Family[],
    format: ExpositionFormat,
    preset: (typeof PRESET_NAMES)[number],
  ): ReadonlyMap<string, string> {
    const policy = compileLabelPolicy(resolveViewOptions(view({ preset })));
    const pairs = new Map<string, string>();
    for (const family of families) {
      const decide = policy(metricNames(family, format));
      for (const { name, value } of family.samples.flatMap(({ labels }) => labels)) {
        if (value === '' || name === 'le' || name === 'quantile') continue;
        if (decide(name).action !== 'keep') continue;
        pairs.set(JSON.stringify([name, value]), value);
      }
    }
    return pairs;
  }
});

function readFamilies(body: Uint8Array, format: ExpositionFormat): readonly Family[] {
  const parsed = parseExposition(body, format, { quotedNames: true });
  if (!parsed.ok) throw new Error(`line ${String(parsed.error.line)}: ${parsed.error.reason}`);
  return parsed.value.families;
}

function contentTypeOf(file: string): string {
  const escaping = file.includes('utf8') ? '; escaping=allow-utf-8' : '';
  return file.endsWith('.prom')
    ? `text/plain; version=${escaping === '' ? '0.0.4' : '1.0.0'}; charset=utf-8${escaping}`
    : `${OPENMETRICS_TYPE}${escaping}`;
}

function acceptOf(format: ExpositionFormat): string {
  return format === 'text'
    ? 'text/plain; version=1.0.0; escaping=allow-utf-8'
    : `${OPENMETRICS_ACCEPT}; escaping=allow-utf-8`;
}
