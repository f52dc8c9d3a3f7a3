// Generates valid expositions of both formats, with label values and HELP texts made to break out of their lines.

import * as fc from 'fast-check';

import type {
  Exemplar,
  Exposition,
  ExpositionFormat,
  Family,
  Label,
  MetricType,
  Sample,
} from '../../src/exposition/model.js';
import { formatNumber } from '../../src/exposition/number.js';
import { seriesKey } from '../../src/exposition/series-key.js';

const HOSTILE_CHARACTERS = [
  'a',
  'n',
  '0',
  '"',
  '\\',
  '\n',
  '{',
  '}',
  ',',
  '=',
  ' ',
  '\t',
  '#',
  ':',
  '\u00e9',
  '\u6f22',
  '\u{1f680}',
  '\u2028',
  '\ufeff',
];

const TYPES: Readonly<Record<ExpositionFormat, readonly MetricType[]>> = {
  text: ['counter', 'gauge', 'histogram', 'summary', 'untyped'],
  openmetrics: ['counter', 'gauge', 'histogram', 'summary', 'unknown', 'info', 'stateset', 'gaugehistogram'],
};

/** Endings that look like parts of other families, and such as need quotes. */
const NAME_ENDINGS = ['', '_total', '_count', '_sum', '_bucket', '_created', ':x_seconds'];
const QUOTED_NAME_ENDINGS = ['.x', '.x_total', '_\u00e9"\\', ' {}_seconds', '\n'];
const QUOTED_LABEL_NAMES = ['user.email', '"', '\n', 'a b', '\u{1f680}'];

/** Label values and HELP texts. */
export const arbitraryText: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...HOSTILE_CHARACTERS),
  maxLength: 12,
});

const arbitraryValue = fc.oneof(
  fc.double().map(formatNumber),
  fc.constantFrom('0', '1.0', '-0', '1e+09', '+Inf', '-inf', 'Nan', '9007199254740993', '.5', '007'),
);

function arbitraryLabels(names: readonly string[]): fc.Arbitrary<readonly Label[]> {
  return fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value: arbitraryText }), {
    selector: ({ name }) => name,
    maxLength: 4,
  });
}

const LABEL_NAMES = ['a', 'b', '_c', 'team', 'le_'];

function arbitraryExemplar(names: readonly string[]): fc.Arbitrary<Exemplar> {
  return fc
    .record({
      labels: arbitraryLabels(names),
      value: arbitraryValue,
      timestamp: fc.constantFrom(undefined, '1.5', '2'),
    })
    .map(({ timestamp, ...exemplar }) => (timestamp === undefined ? exemplar : { ...exemplar, timestamp }));
}

/** A valid exposition of `format`; `quotedNames` adds names that need quotes. */
export function arbitraryExposition(
  format: ExpositionFormat,
  { quotedNames }: { readonly quotedNames: boolean } = { quotedNames: false },
): fc.Arbitrary<Exposition> {
  return fc
    .array(arbitraryFamilySeed(format, quotedNames), { minLength: 1, maxLength: 5 })
    .map((seeds) => ({ format, families: seeds.map((seed, index) => growFamily(format, index, seed)) }))
    .filter(({ families }) => families.some(({ samples }) => samples.length > 0));
}

interface FamilySeed {
  readonly ending: string;
  readonly type: MetricType;
  readonly typed: boolean;
  readonly help: string | undefined;
  readonly withUnit: boolean;
  readonly series: readonly SeriesSeed[];
}

interface SeriesSeed {
  readonly labels: readonly Label[];
  readonly value: string;
  readonly timestamp: string | undefined;
  readonly exemplar: Exemplar | undefined;
}

function arbitraryFamilySeed(format: ExpositionFormat, quotedNames: boolean): fc.Arbitrary<FamilySeed> {
  const endings = quotedNames ? [...NAME_ENDINGS, ...QUOTED_NAME_ENDINGS] : NAME_ENDINGS;
  const labelNames = quotedNames ? [...LABEL_NAMES, ...QUOTED_LABEL_NAMES] : LABEL_NAMES;
  return fc.record({
    ending: fc.constantFrom(...endings),
    type: fc.constantFrom(...TYPES[format]),
    typed: fc.boolean(),
    help: fc.option(arbitraryText, { nil: undefined }),
    withUnit: fc.boolean(),
    series: fc.uniqueArray(
      fc.record({
        labels: arbitraryLabels(labelNames),
        value: arbitraryValue,
        timestamp: fc.option(fc.nat().map(String), { nil: undefined }),
        exemplar: fc.option(arbitraryExemplar(labelNames), { nil: undefined }),
      }),
      { selector: ({ labels }) => seriesKey('', labels), maxLength: 3 },
    ),
  });
}

function growFamily(format: ExpositionFormat, index: number, seed: FamilySeed): Family {
  const openType = format === 'text' ? 'untyped' : 'unknown';
  const type = seed.typed ? seed.type : openType;
  // A stateset's name is also the name of its label, which has no colon.
  const name = `f${index}${type === 'stateset' ? seed.ending.replace(':', '_') : seed.ending}`;
  const unit = format === 'openmetrics' && seed.withUnit && type !== 'info' && type !== 'stateset';
  const samples = seed.series.flatMap((series) => growSamples(format, { name, type }, series));
  return {
    name,
    type,
    // A family of which nothing is printed cannot come back.
    typed: seed.typed || (seed.help === undefined && samples.length === 0),
    ...(seed.help === undefined ? {} : { help: seed.help }),
    ...(unit ? { unit: name.endsWith('_seconds') ? 'seconds' : '' } : {}),
    samples,
  };
}

function growSamples(
  format: ExpositionFormat,
  { name, type }: Pick<Family, 'name' | 'type'>,
  { labels, value, timestamp, exemplar }: SeriesSeed,
): readonly Sample[] {
  const sample = (suffix: string, extra: readonly Label[] = [], own: string = value): Sample => ({
    name: name + suffix,
    labels: [...extra, ...labels],
    value: own,
    ...(timestamp === undefined ? {} : { timestamp }),
  });
  const marked = (plain: Sample): Sample =>
    format === 'openmetrics' && exemplar !== undefined ? { ...plain, exemplar } : plain;
  const buckets = ['0.5', '1.0', '+Inf'].map((le) => marked(sample('_bucket', [{ name: 'le', value: le }])));
  switch (type) {
    case 'counter':
      return format === 'text' ? [sample('')] : [marked(sample('_total')), sample('_created')];
    case 'histogram':
      return [sample('_sum'), ...buckets, sample('_count')];
    case 'gaugehistogram':
      return [...buckets, sample('_gcount'), sample('_gsum')];
    case 'summary':
      return [sample('', [{ name: 'quantile', value: '0.99' }]), sample('_sum'), sample('_count')];
    case 'info':
      return [sample('_info', [], '1')];
    case 'stateset':
      return [sample('', [{ name, value: 'busy' }], '1.0'), sample('', [{ name, value: 'idle' }], '0')];
    default:
      return [sample('')];
  }
}
