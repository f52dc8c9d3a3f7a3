// Puts the lines of an exposition together into families with their samples, and refuses samples that contradict
// each other: the same series twice, buckets out of order, labels that do not fit the type.

import { BucketCheck } from './bucket-check.js';
import { FamilyTracker, type TrackedFamily } from './family-tracker.js';
import type { ParseLimits } from './limits.js';
import type { MetadataLine } from './line-content.js';
import type { Exposition, ExpositionFormat, ExpositionProblem, Family, Sample } from './model.js';
import { type ExpositionReason, problemAt, TOO_MANY_SERIES } from './problem.js';
import { isHistogram, type SampleRole } from './roles.js';
import { sampleProblem } from './sample-rules.js';
import { seriesKey } from './series-key.js';
import { fail, ok, type Result } from '../internal/result.js';

/** The samples of a family whose block is still being read. */
interface OpenSamples {
  readonly family: TrackedFamily;
  readonly samples: Sample[];
  readonly seriesKeys: Set<string>;
  readonly buckets: BucketCheck;
}

/** Builds one exposition, line by line. After a refusal it must not be fed further. */
export class FamilyBuilder {
  readonly #format: ExpositionFormat;
  readonly #tracker: FamilyTracker;
  readonly #families: Family[] = [];
  readonly #maxSeries: number;
  #seriesCount = 0;
  #open: OpenSamples | undefined;

  constructor(format: ExpositionFormat, limits: ParseLimits) {
    this.#format = format;
    this.#tracker = new FamilyTracker(format, (family) => this.#close(family));
    this.#maxSeries = limits.maxSeries ?? Infinity;
  }

  /** Adds a `# TYPE`, `# HELP` or `# UNIT` line. */
  addMetadata(metadata: MetadataLine, line: number): ExpositionProblem | undefined {
    const family = this.#tracker.addMetadata(metadata, line);
    return family.ok ? undefined : family.error;
  }

  /** Adds a sample line. */
  addSample(sample: Sample, line: number): ExpositionProblem | undefined {
    const place = this.#tracker.addSample(sample.name, line);
    if (!place.ok) return place.error;
    const reason = this.#append(this.#samplesOf(place.value.family), place.value.role, sample);
    return reason === undefined ? undefined : problemAt(line, reason);
  }

  /** Ends the last block and gives the exposition, which must have a sample: without one it would end every series. */
  finish(): Result<Exposition, ExpositionProblem> {
    const problem = this.#tracker.finish();
    if (problem !== undefined) return fail(problem);
    if (this.#seriesCount === 0) return fail(problemAt(0, 'no samples'));
    return ok({ format: this.#format, families: this.#families });
  }

  #samplesOf(family: TrackedFamily): OpenSamples {
    if (this.#open?.family === family) return this.#open;
    this.#open = { family, samples: [], seriesKeys: new Set(), buckets: new BucketCheck(this.#format) };
    return this.#open;
  }

  #append(
    { family, samples, seriesKeys, buckets }: OpenSamples,
    role: SampleRole,
    sample: Sample,
  ): ExpositionReason | undefined {
    const reason =
      this.#tracker.claimLabels([...sample.labels, ...(sample.exemplar?.labels ?? [])]) ??
      sampleProblem(family, role, sample, this.#format);
    if (reason !== undefined) return reason;
    const key = seriesKey(sample.name, sample.labels);
    if (seriesKeys.has(key)) return 'same series twice';
    if (this.#seriesCount === this.#maxSeries) return TOO_MANY_SERIES;
    this.#seriesCount += 1;
    seriesKeys.add(key);
    samples.push(sample);
    return isHistogram(family.type) ? buckets.add(role, sample) : undefined;
  }

  #close(family: TrackedFamily): ExpositionReason | undefined {
    const open = this.#open?.family === family ? this.#open : undefined;
    this.#open = undefined;
    const { name, type, typed, help, unit } = family;
    this.#families.push({
      name,
      type,
      typed,
      ...(help === undefined ? {} : { help }),
      ...(unit === undefined ? {} : { unit }),
      samples: open?.samples ?? [],
    });
    return open?.buckets.finish();
  }
}
