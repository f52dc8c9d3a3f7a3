// A small exposition reader for tests, written apart from src/exposition so that it can be its witness.
// It reads what well-behaved servers print, both formats, and is no validator.

/** A sample as read. */
export interface ReadSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** A page as read. */
export interface ReadPage {
  /** By the name in the `# TYPE` line. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly ReadSample[];
}

const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \S+)?(?: # .*)?$/su;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/gsu;

/** Reads a page. @throws {Error} on a line that is neither a comment nor a sample. */
export function readPage(text: string): ReadPage {
  const types = new Map<string, string>();
  const samples: ReadSample[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('#')) {
      const [, keyword, name, type] = line.split(' ');
      if (keyword === 'TYPE' && name !== undefined && type !== undefined) types.set(name, type);
      continue;
    }
    samples.push(readSample(line));
  }
  return { types, samples };
}

function readSample(line: string): ReadSample {
  const [, name, labelText, value] = SAMPLE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error('a line is not a sample');
  const labels = new Map<string, string>();
  let read = 0;
  for (const [whole, labelName, escaped] of (labelText ?? '').matchAll(LABEL)) {
    read += whole.length;
    if (labelName === undefined || escaped === undefined) continue;
    if (labels.has(labelName)) throw new Error('a label is repeated');
    labels.set(
      labelName,
      escaped.replace(/\\(.)/gsu, (_, kind: string) => (kind === 'n' ? '\n' : kind)),
    );
  }
  if (read !== (labelText ?? '').length) throw new Error('labels were not read to their end');
  return { name, labels, value: readNumber(value) };
}

function readNumber(text: string): number {
  const infinite = /^([+-]?)inf(?:inity)?$/iu.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (/^nan$/iu.test(text)) return Number.NaN;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error('a value is not a number');
  return value;
}

/** The sample names that add up: counters, and the parts of histograms and summaries. */
export function additiveNames(page: ReadPage): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [family, type] of page.types) {
    if (type === 'counter') {
      names.add(family);
      names.add(`${family}_total`);
    } else if (type === 'histogram') {
      for (const part of ['_bucket', '_sum', '_count']) names.add(`${family}${part}`);
    } else if (type === 'summary') {
      for (const part of ['_sum', '_count']) names.add(`${family}${part}`);
    }
  }
  return names;
}

/**
 * Sums of each sample name by the values of `by`; a label that a sample does not have counts as empty.
 * `rename` may put values together before they are compared.
 */
export function totals(
  page: ReadPage,
  by: readonly string[],
  rename: (value: string) => string = (value) => value,
): Map<string, number> {
  const additive = additiveNames(page);
  const sums = new Map<string, number>();
  for (const sample of page.samples) {
    if (!additive.has(sample.name)) continue;
    const values = by.map((label) => rename(sample.labels.get(label) ?? ''));
    const key = JSON.stringify([sample.name, ...values]);
    sums.set(key, (sums.get(key) ?? 0) + sample.value);
  }
  return sums;
}
