// Prints a world as exporters print it, in either format. Follows from the world alone: what did not change is printed
// as before, so that a renderer that remembers bodies has something to remember.

import { escapeHelp, escapeLabelValue } from '../../../src/exposition/escape.js';
import type { ExpositionFormat } from '../../../src/exposition/model.js';
import { isClassicLabelName, isClassicMetricName } from '../../../src/exposition/names.js';
import { spellNumber, SPELLINGS } from './vocabulary.js';
import type { FamilyModel, LabelPair, SeriesModel, World } from './world.js';

/** A sample on its way to a line. */
interface Part {
  readonly suffix: string;
  readonly series: SeriesModel;
  readonly extra: LabelPair | undefined;
  readonly value: string;
  readonly isExemplary: boolean;
}

const QUANTILES = ['0.5', '0.99'];
const STATES = ['idle', 'busy'];

/** The text of a world. */
export function printWorld(world: World, format: ExpositionFormat): string {
  const lines: string[] = [];
  for (const family of world.families) {
    if (format === 'text' && family.before === 1) lines.push('');
    if (format === 'text' && family.before === 2) lines.push('# nothing of interest');
    addFamily(lines, family, world, format);
    if (format === 'text' && family.hasCreated && hasCreationTimes(family)) {
      addCreationTimes(lines, family, world);
    }
  }
  if (format === 'openmetrics') lines.push('# EOF');
  return lines.map((line) => `${line}\n`).join('');
}

function hasCreationTimes({ kind }: FamilyModel): boolean {
  return kind === 'counter' || kind === 'histogram' || kind === 'summary';
}

function addFamily(lines: string[], family: FamilyModel, world: World, format: ExpositionFormat): void {
  const name = familyNameIn(family, format);
  const shown = isClassicMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
  const type = typeIn(family, format);
  if (family.help !== undefined) lines.push(`# HELP ${shown} ${escapeHelp(family.help, format)}`);
  if (family.isTyped) lines.push(`# TYPE ${shown} ${type}`);
  if (format === 'openmetrics' && family.hasUnit && name.endsWith('_seconds') && type !== 'stateset') {
    lines.push(`# UNIT ${shown} seconds`);
  }
  const parts = family.series.flatMap((series) => {
    const own = partsOf(family, series, format);
    return series === world.twice ? [...own, ...own] : own;
  });
  for (const part of arranged(parts, family)) lines.push(sampleLine(name, part, family, world, format));
}

function addCreationTimes(lines: string[], family: FamilyModel, world: World): void {
  const base = family.name.endsWith('_total') ? family.name.slice(0, -'_total'.length) : family.name;
  const name = `${base}_created`;
  const shown = isClassicMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
  lines.push(`# TYPE ${shown} gauge`);
  for (const series of family.series) {
    const value = spellNumber(series.createdAt, series.spelling);
    const part = { suffix: '', series, extra: undefined, value, isExemplary: false };
    lines.push(sampleLine(name, part, family, world, 'text'));
  }
}

function familyNameIn(family: FamilyModel, format: ExpositionFormat): string {
  if (format === 'openmetrics') return family.name;
  if (family.kind === 'info') return `${family.name}_info`;
  return family.kind === 'counter' && !family.isBare ? `${family.name}_total` : family.name;
}

function typeIn({ kind }: FamilyModel, format: ExpositionFormat): string {
  if (format === 'openmetrics') return kind === 'untyped' ? 'unknown' : kind;
  if (kind === 'info' || kind === 'stateset') return 'gauge';
  return kind === 'gaugehistogram' ? 'histogram' : kind;
}

function partsOf(family: FamilyModel, series: SeriesModel, format: ExpositionFormat): Part[] {
  const isText = format === 'text';
  const value = series.special ?? spellNumber(series.value, series.spelling);
  const part = (suffix: string, own: string, extra?: LabelPair, isExemplary = false): Part => ({
    suffix,
    series,
    extra,
    value: own,
    isExemplary,
  });
  const created =
    !isText && family.hasCreated ? [part('_created', spellNumber(series.createdAt, series.spelling))] : [];
  switch (family.kind) {
    case 'counter':
      return isText ? [part('', value)] : [part('_total', value, undefined, true), ...created];
    case 'histogram':
      return [...distribution(family, series, part, ['_sum', '_count']), ...created];
    case 'gaugehistogram':
      return distribution(family, series, part, isText ? ['_sum', '_count'] : ['_gsum', '_gcount']);
    case 'summary':
      return [
        ...QUANTILES.map((quantile) => part('', value, ['quantile', quantile])),
        ...(family.hasSum ? [part('_sum', spellNumber(series.sum, series.spelling))] : []),
        ...(family.hasCount ? [part('_count', spellNumber(total(series), series.spelling))] : []),
        ...created,
      ];
    case 'info':
      return [part(isText ? '' : '_info', '1')];
    case 'stateset':
      return STATES.map((state, at) =>
        part('', String(Number(series.value % 2 === at)), [family.name, state]),
      );
    case 'gauge':
    case 'untyped':
      return [part('', value)];
  }
}

function distribution(
  family: FamilyModel,
  series: SeriesModel,
  part: (suffix: string, value: string, extra?: LabelPair, isExemplary?: boolean) => Part,
  [sum, count]: readonly [sum: string, count: string],
): Part[] {
  let below = 0;
  const parts = series.bounds.map((bound, at) => {
    below += series.observed[at] ?? 0;
    const shown = series.isTorn && at === 1 ? 0 : below;
    const le: LabelPair = ['le', spellNumber(bound, series.boundSpelling)];
    return part('_bucket', spellNumber(shown, series.spelling), le, at === 0);
  });
  const [first] = series.bounds;
  if (series.hasTwin && first !== undefined) {
    const le: LabelPair = ['le', spellNumber(first, (series.boundSpelling + 2) % SPELLINGS)];
    parts.splice(1, 0, part('_bucket', spellNumber(series.observed[0] ?? 0, series.spelling), le));
  }
  const all = spellNumber(total(series), series.spelling);
  const infinity = series.boundSpelling === 4 ? 'inf' : '+Inf';
  if (family.hasInfinity) parts.push(part('_bucket', all, ['le', infinity], true));
  if (family.hasSum) parts.push(part(sum, series.special ?? spellNumber(series.sum, series.spelling)));
  if (family.hasCount) parts.push(part(count, all));
  return parts;
}

/** Every observation of a histogram or summary. */
function total({ observed }: SeriesModel): number {
  return observed.reduce((sum, count) => sum + count, 0);
}

/** Series by series, part by part, or sums first. */
function arranged(parts: readonly Part[], { layout }: FamilyModel): readonly Part[] {
  if (layout === 0) return parts;
  const order = layout === 1 ? ['', '_bucket', '_count', '_gcount', '_sum', '_gsum'] : ['_sum', '_gsum'];
  const rank = ({ suffix }: Part): number => (order.includes(suffix) ? order.indexOf(suffix) : order.length);
  return parts.toSorted((a, b) => rank(a) - rank(b));
}

function sampleLine(
  familyName: string,
  { suffix, series, extra, value, isExemplary }: Part,
  { blanks }: FamilyModel,
  { nowMs }: World,
  format: ExpositionFormat,
): string {
  const isText = format === 'text';
  const name = familyName + suffix;
  const quoted = isClassicMetricName(name) ? [] : [`"${escapeLabelValue(name)}"`];
  // Where it stands follows from the labels, so that some series have it first.
  const pairs = extra === undefined ? series.labels : placed(series.labels, extra);
  const style = isText ? blanks : 0;
  const equals = style === 1 || style === 3 ? ' = ' : '=';
  const within = [...quoted, ...pairs.map((pair) => labelText(pair, equals))];
  const before = quoted.length === 0 ? name : '';
  const braces = within.length === 0 && style !== 2 ? '' : bracesAround(within, style);
  const gap = style === 3 ? ' \t ' : ' ';
  const seconds = String(nowMs / 1000);
  const time = series.hasTimestamp ? gap + (isText ? String(nowMs) : seconds) : '';
  const exemplar =
    !isText && isExemplary && series.hasExemplar ? ` # {trace_id="${seconds}"} 0.5 ${seconds}` : '';
  const margin = style === 4 ? ['  ', '\t'] : ['', ''];
  return `${margin[0] ?? ''}${before}${braces}${gap}${value}${time}${exemplar}${margin[1] ?? ''}`;
}

function placed(labels: readonly LabelPair[], extra: LabelPair): readonly LabelPair[] {
  return labels.toSpliced((labels[0]?.[1].length ?? 0) % (labels.length + 1), 0, extra);
}

function bracesAround(within: readonly string[], style: number): string {
  if (style === 1) return ` { ${within.join(' , ')} }`;
  if (style === 2) return within.length === 0 ? '{}' : `{${within.join(',')},}`;
  return style === 3 ? `{\t${within.join(',\t')} }` : `{${within.join(',')}}`;
}

function labelText([name, value]: LabelPair, equals: string): string {
  const shown = isClassicLabelName(name) ? name : `"${escapeLabelValue(name)}"`;
  return `${shown}${equals}"${escapeLabelValue(value)}"`;
}
