// Expositions in the shape of LiteLLM's, of any size, and the scrapes that follow: from one to the next a twentieth of
// the values changes, and one series in a hundred is new, behind the others of its family, where the client puts it.
// Deterministic, and written piece by piece: 200 MB are never in memory here.

import { FAMILIES, type FamilyShape } from './families.js';
import { fraction, shuffled } from './hash.js';
import { labelsOf, populationOf, USERS_PER_KEY, type Labels, type Level } from './population.js';
import {
  BOUNDS,
  counterValue,
  createdValue,
  gaugeValue,
  histogramValue,
  pythonFloat,
  type SeriesPlace,
} from './series-values.js';

/** An exposition, scrape after scrape. */
export interface Workload {
  /** The scrape with this number, from 0, in pieces. */
  scrape(number: number): Generator<Buffer, void, void>;
}

/** Series that are new at a scrape, as a part of those of the first. */
export const NEW_PART = 0.01;
const CHUNK_CHARACTERS = 256 * 1024;
/** Large enough that what does not grow with its callers weighs nothing. */
const SAMPLE_CALLERS = USERS_PER_KEY * 8;

/**
 * A workload whose first scrape is about `bytes` long: within 5 % from 2 MB on. `newPart` of its series are new at each one
 * that follows. @default 1 %
 */
export function createWorkload(bytes: number, newPart: number = NEW_PART): Workload {
  const sample = workloadOf(SAMPLE_CALLERS, newPart);
  let sampleBytes = 0;
  for (const chunk of sample.scrape(0)) sampleBytes += chunk.length;
  return workloadOf(Math.max(1, Math.round((bytes / sampleBytes) * SAMPLE_CALLERS)), newPart);
}

/** A whole scrape in memory. */
export function wholeScrape(workload: Workload, number: number): Buffer {
  return Buffer.concat([...workload.scrape(number)]);
}

function workloadOf(callers: number, newPart: number): Workload {
  const population = populationOf(callers);
  const orders = new Map<Level, Int32Array>();
  const orderOf = (level: Level): Int32Array => {
    const order = orders.get(level) ?? shuffled(population[level], 21);
    orders.set(level, order);
    return order;
  };
  const seen = new Map<Level, Labels[]>();
  /** The labels of the one that was the `index`th to come on its level. */
  const labelsAt = (level: Level, index: number): Labels => {
    const known = seen.get(level) ?? [];
    seen.set(level, known);
    return (known[index] ??= labelsOf(level, orderOf(level)[index] ?? index, population.caller));
  };
  return {
    *scrape(number) {
      let text = '';
      for (const [family, shape] of FAMILIES.entries()) {
        const count = seriesCount(family, population[shape.level], number * newPart);
        for (const metric of metricsOf(shape)) {
          text += `# HELP ${metric.name} ${shape.help}\n# TYPE ${metric.name} ${metric.type}\n`;
          for (let index = 0; index < count; index++) {
            text += metric.lines({ family, index }, labelsAt(shape.level, index), number);
            if (text.length < CHUNK_CHARACTERS) continue;
            yield Buffer.from(text, 'latin1');
            text = '';
          }
        }
      }
      yield Buffer.from(text, 'latin1');
    },
  };
}

/** New series come in a family one at a time, and not in all families at the same scrape. */
function seriesCount(family: number, known: number, newParts: number): number {
  const { level, part } = FAMILIES[family] ?? { level: 'process', part: 1 };
  const first = Math.ceil(known * part);
  const grows = level === 'caller' || level === 'pairing' || level === 'key' || level === 'user';
  return grows ? first + Math.floor(first * newParts + fraction(family, 22)) : first;
}

interface MetricText {
  readonly name: string;
  readonly type: string;
  readonly lines: (place: SeriesPlace, labels: Labels, scrape: number) => string;
}

function metricsOf(shape: FamilyShape): readonly MetricText[] {
  const { name, type } = shape;
  const plain = labelText(shape.labels.filter((label) => label !== 'le'));
  const own: MetricText = {
    name,
    type,
    lines: type === 'histogram' ? histogramLines(shape, plain) : valueLines(shape, plain),
  };
  if (!shape.hasCreated) return [own];
  const createdName = `${name.replace(/_total$/, '')}_created`;
  const created: MetricText = {
    name: createdName,
    type: 'gauge',
    lines: (place, labels) => `${createdName}${plain(labels)} ${pythonFloat(createdValue(place))}\n`,
  };
  return [own, created];
}

function valueLines({ name, type }: FamilyShape, plain: (labels: Labels) => string): MetricText['lines'] {
  const valueOf = type === 'counter' ? counterValue : gaugeValue;
  return (place, labels, scrape) => `${name}${plain(labels)} ${pythonFloat(valueOf(place, scrape))}\n`;
}

function histogramLines(
  { name, labels: names }: FamilyShape,
  plain: (labels: Labels) => string,
): MetricText['lines'] {
  const at = names.indexOf('le');
  const before = pairs(names.slice(0, at));
  const behind = names.slice(at + 1);
  const after = pairs(behind);
  return (place, labels, scrape) => {
    const { buckets, sum } = histogramValue(place, scrape);
    const start = `${name}_bucket{${before(labels)},le="`;
    const end = `"${behind.length === 0 ? '' : ','}${after(labels)}} `;
    let lines = '';
    for (const [bucket, bound] of BOUNDS.entries()) {
      lines += `${start}${bound}${end}${pythonFloat(buckets[bucket] ?? 0)}\n`;
    }
    const all = plain(labels);
    lines += `${name}_count${all} ${pythonFloat(buckets.at(-1) ?? 0)}\n`;
    return `${lines}${name}_sum${all} ${pythonFloat(sum)}\n`;
  };
}

function labelText(names: readonly string[]): (labels: Labels) => string {
  const text = pairs(names);
  return names.length === 0 ? () => '' : (labels) => `{${text(labels)}}`;
}

function pairs(names: readonly string[]): (labels: Labels) => string {
  return (labels) => names.map((name) => `${name}="${labels[name] ?? ''}"`).join(',');
}
