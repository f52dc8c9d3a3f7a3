// Puts the lines of an exposition together into families, and refuses what contradicts itself:
// families in two blocks, metadata twice or too late, samples that belong elsewhere, the same series twice.
// Nothing is merged and nothing wins: "last one wins" is how one tenant's numbers become another's.

import { BucketCheck } from './bucket-check.js';
import { isLongerThan, MAX_FAMILIES, MAX_HELP_BYTES, MAX_NAME_BYTES, type ParseLimits } from './limits.js';
import type { MetadataLine } from './line-content.js';
import type { Exposition, ExpositionFormat, ExpositionProblem, Family, MetricType, Sample } from './model.js';
import { NameClaims } from './name-claims.js';
import { type ExpositionReason, problemAt, TOO_MANY_SERIES } from './problem.js';
import { familyNamesOf, parseMetricType, sampleRole } from './roles.js';
import { sampleProblem, unitProblem } from './sample-rules.js';
import { seriesKey } from './series-key.js';
import { fail, ok, type Result } from '../internal/result.js';

/** A family whose block is still being read. */
interface OpenFamily {
  readonly name: string;
  /** Where its block begins: problems of the whole family are reported there. */
  readonly line: number;
  type: MetricType;
  typed: boolean;
  help?: string;
  unit?: string;
  readonly samples: Sample[];
  readonly seriesKeys: Set<string>;
  readonly buckets: BucketCheck;
}

/** Builds one exposition, line by line. After a refusal it must not be fed further. */
export class FamilyBuilder {
  readonly #format: ExpositionFormat;
  readonly #families: Family[] = [];
  /** Types of the families whose block has ended, by name. */
  readonly #closedTypes = new Map<string, MetricType>();
  readonly #claims: NameClaims;
  readonly #maxSeries: number;
  #seriesCount = 0;
  #open: OpenFamily | undefined;

  constructor(format: ExpositionFormat, limits: ParseLimits) {
    this.#format = format;
    this.#claims = new NameClaims(format);
    this.#maxSeries = limits.maxSeries ?? Infinity;
  }

  /** Adds a `# TYPE`, `# HELP` or `# UNIT` line. */
  addMetadata(metadata: MetadataLine, line: number): ExpositionProblem | undefined {
    const family = this.#familyDescribedBy(metadata, line);
    if (!family.ok) return family.error;
    const reason = this.#describe(family.value, metadata);
    return reason === undefined ? undefined : problemAt(line, reason);
  }

  /** Adds a sample line. */
  addSample(sample: Sample, line: number): ExpositionProblem | undefined {
    const family = this.#familyOf(sample, line);
    if (!family.ok) return family.error;
    const reason = this.#append(family.value, sample);
    return reason === undefined ? undefined : problemAt(line, reason);
  }

  /** Ends the last block and gives the exposition, which must have a sample: without one it would end every series. */
  finish(): Result<Exposition, ExpositionProblem> {
    const problem = this.#close();
    if (problem !== undefined) return fail(problem);
    if (this.#seriesCount === 0) return fail(problemAt(0, 'no samples'));
    return ok({ format: this.#format, families: this.#families });
  }

  #familyDescribedBy({ name }: MetadataLine, line: number): Result<OpenFamily, ExpositionProblem> {
    if (this.#open?.name === name) return ok(this.#open);
    if (this.#closedTypes.has(name)) return fail(problemAt(line, 'family in two blocks'));
    return this.#begin(name, line);
  }

  /** A sample that is no part of the open family begins an untyped one of its own name. */
  #familyOf({ name }: Sample, line: number): Result<OpenFamily, ExpositionProblem> {
    const open = this.#open;
    if (open !== undefined) {
      if (sampleRole(open, name, this.#format) !== undefined) return ok(open);
      if (open.name === name) return fail(problemAt(line, 'sample name does not fit the type of its family'));
    }
    if (this.#belongsToClosed(name)) return fail(problemAt(line, 'family in two blocks'));
    return this.#begin(name, line);
  }

  #describe(family: OpenFamily, { keyword, text }: MetadataLine): ExpositionReason | undefined {
    if (family.samples.length > 0) return 'metadata after samples of the metric';
    switch (keyword) {
      case 'TYPE':
        return this.#describeType(family, text);
      case 'HELP':
        if (family.help !== undefined) return 'HELP twice for a metric';
        if (isLongerThan(text, MAX_HELP_BYTES)) return 'HELP too long';
        family.help = text;
        break;
      case 'UNIT':
        if (family.unit !== undefined) return 'UNIT twice for a metric';
        family.unit = text;
        break;
    }
    return undefined;
  }

  #describeType(family: OpenFamily, text: string): ExpositionReason | undefined {
    if (family.typed) return 'TYPE twice for a metric';
    const type = parseMetricType(text, this.#format);
    if (type === undefined) return 'unknown metric type';
    family.type = type;
    family.typed = true;
    return undefined;
  }

  #append(family: OpenFamily, sample: Sample): ExpositionReason | undefined {
    const role = sampleRole(family, sample.name, this.#format);
    if (role === undefined) return 'sample name does not fit the type of its family';
    const isFirst = family.samples.length === 0;
    const reason =
      (isFirst ? this.#claims.claimSamples(family) : undefined) ??
      this.#claims.claimLabels([...sample.labels, ...(sample.exemplar?.labels ?? [])]) ??
      sampleProblem(family, role, sample, this.#format);
    if (reason !== undefined) return reason;
    const key = seriesKey(sample.name, sample.labels);
    if (family.seriesKeys.has(key)) return 'same series twice';
    if (this.#seriesCount === this.#maxSeries) return TOO_MANY_SERIES;
    this.#seriesCount += 1;
    family.seriesKeys.add(key);
    family.samples.push(sample);
    return isHistogram(family.type) ? family.buckets.add(role, sample) : undefined;
  }

  #begin(name: string, line: number): Result<OpenFamily, ExpositionProblem> {
    const problem = this.#close();
    if (problem !== undefined) return fail(problem);
    if (isLongerThan(name, MAX_NAME_BYTES)) return fail(problemAt(line, 'name too long'));
    if (this.#families.length === MAX_FAMILIES) return fail(problemAt(line, 'too many families'));
    const family: OpenFamily = {
      name,
      line,
      type: this.#format === 'text' ? 'untyped' : 'unknown',
      typed: false,
      samples: [],
      seriesKeys: new Set(),
      buckets: new BucketCheck(this.#format),
    };
    this.#open = family;
    return ok(family);
  }

  #close(): ExpositionProblem | undefined {
    const family = this.#open;
    if (family === undefined) return undefined;
    this.#open = undefined;
    const reason = unitProblem(family) ?? family.buckets.finish() ?? this.#claims.claimFamily(family);
    if (reason !== undefined) return problemAt(family.line, reason);
    const { name, type, typed, help, unit, samples } = family;
    this.#closedTypes.set(name, type);
    this.#families.push({
      name,
      type,
      typed,
      ...(help === undefined ? {} : { help }),
      ...(unit === undefined ? {} : { unit }),
      samples,
    });
    return undefined;
  }

  #belongsToClosed(sampleName: string): boolean {
    return familyNamesOf(sampleName).some((name) => {
      const type = this.#closedTypes.get(name);
      if (type === undefined) return false;
      return name === sampleName || sampleRole({ name, type }, sampleName, this.#format) !== undefined;
    });
  }
}

function isHistogram(type: MetricType): boolean {
  return type === 'histogram' || type === 'gaugehistogram';
}
