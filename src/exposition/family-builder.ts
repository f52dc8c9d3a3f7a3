// Puts the lines of an exposition together into families with their samples, and refuses samples that contradict
// each other: the same series twice, buckets out of order, labels that do not fit the type. On demand it leaves out the
// families that are refused, and gives the others.

import { BucketCheck } from './bucket-check.js';
import { FamilyTracker, type TrackedFamily } from './family-tracker.js';
import type { ParseLimits } from './limits.js';
import type { MetadataLine } from './line-content.js';
import type { Exposition, ExpositionFormat, ExpositionProblem, Family, Sample } from './model.js';
import { FamilyQuarantine, type OnMalformed } from './quarantine.js';
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

/** What is built, and what of it may be left out. */
export interface BuilderOptions extends ParseLimits {
  readonly onMalformed: OnMalformed;
  readonly quotedNames: boolean;
}

/** Builds one exposition, line by line. After a refusal it must not be fed further. */
export class FamilyBuilder {
  readonly #format: ExpositionFormat;
  readonly #tracker: FamilyTracker;
  readonly #quarantine: FamilyQuarantine;
  readonly #families: Family[] = [];
  readonly #maxSeries: number;
  #seriesCount = 0;
  #open: OpenSamples | undefined;

  constructor(format: ExpositionFormat, options: BuilderOptions) {
    this.#format = format;
    this.#tracker = new FamilyTracker(format, (family) => this.#close(family));
    this.#quarantine = new FamilyQuarantine(this.#tracker, options);
    this.#maxSeries = options.maxSeries ?? Infinity;
  }

  /** Adds a `# TYPE`, `# HELP` or `# UNIT` line. */
  addMetadata(metadata: MetadataLine, line: number): ExpositionProblem | undefined {
    const family = this.#quarantine.addMetadata(metadata, line);
    return family.ok ? undefined : family.error;
  }

  /** Adds a sample line. */
  addSample(sample: Sample, line: number): ExpositionProblem | undefined {
    const place = this.#quarantine.addSample(sample.name, line);
    if (!place.ok) return place.error;
    if (place.value === undefined) return undefined;
    const { family, role } = place.value;
    const reason = this.#append(this.#samplesOf(family), role, sample);
    if (reason === undefined) return undefined;
    // The operator's limit is on the whole.
    if (reason === TOO_MANY_SERIES) return problemAt(line, reason);
    return this.#quarantine.refuseSample(family, line, reason);
  }

  /** Tells of a line that could not be read; `text` is used for whom it concerns and nothing else. */
  addUnreadable(text: string, line: number, reason: ExpositionReason): ExpositionProblem | undefined {
    return this.#quarantine.refuseLine(text, line, reason);
  }

  /** Ends the last block and gives the exposition, which must have a sample: without one it would end every series. */
  finish(): Result<Exposition, ExpositionProblem> {
    const problem = this.#quarantine.finish();
    if (problem !== undefined) return fail(problem);
    const quarantined = this.#quarantine.report(this.#seriesCount);
    const families =
      quarantined === undefined
        ? this.#families
        : this.#families.filter(({ name }) => !this.#quarantine.has(name));
    if (families.every(({ samples }) => samples.length === 0)) {
      return fail(quarantined?.problems[0] ?? problemAt(0, 'no samples'));
    }
    return ok({ format: this.#format, families, ...(quarantined && { quarantined }) });
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
