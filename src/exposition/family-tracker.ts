// Follows the structure of an exposition line by line: which family each line belongs to, and which lines contradict
// each other: families in two blocks, metadata twice or too late, samples and names that belong elsewhere.
// Knows nothing of labels and values, so that it serves every reader of the formats. Nothing is merged, nothing wins:
// "last one wins" is how one tenant's numbers become another's.

import { isLongerThan, MAX_FAMILIES, MAX_HELP_BYTES, MAX_NAME_BYTES } from './limits.js';
import type { MetadataLine } from './line-content.js';
import type { ExpositionFormat, ExpositionProblem, Label, MetricType } from './model.js';
import { NameClaims } from './name-claims.js';
import { type ExpositionReason, problemAt } from './problem.js';
import { familyNamesOf, parseMetricType, sampleRole, type SampleRole } from './roles.js';
import { unitProblem } from './sample-rules.js';
import { fail, ok, type Result } from '../internal/result.js';

/** A family as far as its lines have been read. */
export interface TrackedFamily {
  readonly name: string;
  /** Where its block begins: problems of the whole family are reported there. */
  readonly line: number;
  readonly type: MetricType;
  /** Whether a `# TYPE` line said so. */
  readonly typed: boolean;
  /** Decoded. */
  readonly help?: string;
  readonly unit?: string;
  readonly hasSamples: boolean;
}

type OpenFamily = { -readonly [Key in keyof TrackedFamily]: TrackedFamily[Key] };

/** A sample's place. */
export interface SamplePlace {
  readonly family: TrackedFamily;
  readonly role: SampleRole;
}

/** Looks at a family whose block ends; a reason when it is not whole. */
export type FamilyClosing = (family: TrackedFamily) => ExpositionReason | undefined;

/** The families of one exposition. After a refusal it must not be fed further. */
export class FamilyTracker {
  readonly #format: ExpositionFormat;
  readonly #closing: FamilyClosing;
  readonly #claims: NameClaims;
  /** Types of the families whose block has ended, by name. */
  readonly #closedTypes = new Map<string, MetricType>();
  #familyCount = 0;
  #open: OpenFamily | undefined;

  constructor(format: ExpositionFormat, closing: FamilyClosing) {
    this.#format = format;
    this.#closing = closing;
    this.#claims = new NameClaims(format);
  }

  /** Adds a `# TYPE`, `# HELP` or `# UNIT` line. */
  addMetadata(metadata: MetadataLine, line: number): Result<TrackedFamily, ExpositionProblem> {
    const family = this.#familyDescribedBy(metadata, line);
    if (!family.ok) return family;
    const reason = this.#describe(family.value, metadata);
    return reason === undefined ? family : fail(problemAt(line, reason));
  }

  /** Finds the place of a sample called `name`. */
  addSample(name: string, line: number): Result<SamplePlace, ExpositionProblem> {
    const found = this.#familyOf(name, line);
    if (!found.ok) return found;
    const family = found.value;
    const role = sampleRole(family, name, this.#format);
    if (role === undefined) return fail(problemAt(line, 'sample name does not fit the type of its family'));
    if (!family.hasSamples) {
      const reason = this.#claims.claimSamples(family);
      if (reason !== undefined) return fail(problemAt(line, reason));
      family.hasSamples = true;
    }
    return ok({ family, role });
  }

  /** Claims label names for the whole exposition; a reason when two of them have one escaped form. */
  claimLabels(labels: readonly Pick<Label, 'name'>[]): ExpositionReason | undefined {
    return this.#claims.claimLabels(labels);
  }

  /** Ends the last block. */
  finish(): ExpositionProblem | undefined {
    return this.#close();
  }

  #familyDescribedBy({ name }: MetadataLine, line: number): Result<OpenFamily, ExpositionProblem> {
    if (this.#open?.name === name) return ok(this.#open);
    if (this.#closedTypes.has(name)) return fail(problemAt(line, 'family in two blocks'));
    return this.#begin(name, line);
  }

  /** A sample that is no part of the open family begins an untyped one of its own name. */
  #familyOf(name: string, line: number): Result<OpenFamily, ExpositionProblem> {
    const open = this.#open;
    if (open !== undefined) {
      if (sampleRole(open, name, this.#format) !== undefined) return ok(open);
      if (open.name === name) return fail(problemAt(line, 'sample name does not fit the type of its family'));
    }
    if (this.#belongsToClosed(name)) return fail(problemAt(line, 'family in two blocks'));
    return this.#begin(name, line);
  }

  #describe(family: OpenFamily, { keyword, text }: MetadataLine): ExpositionReason | undefined {
    if (family.hasSamples) return 'metadata after samples of the metric';
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

  #begin(name: string, line: number): Result<OpenFamily, ExpositionProblem> {
    const problem = this.#close();
    if (problem !== undefined) return fail(problem);
    if (isLongerThan(name, MAX_NAME_BYTES)) return fail(problemAt(line, 'name too long'));
    if (this.#familyCount === MAX_FAMILIES) return fail(problemAt(line, 'too many families'));
    this.#familyCount += 1;
    const type = this.#format === 'text' ? 'untyped' : 'unknown';
    this.#open = { name, line, type, typed: false, hasSamples: false };
    return ok(this.#open);
  }

  #close(): ExpositionProblem | undefined {
    const family = this.#open;
    if (family === undefined) return undefined;
    this.#open = undefined;
    const reason = unitProblem(family) ?? this.#closing(family) ?? this.#claims.claimFamily(family);
    if (reason !== undefined) return problemAt(family.line, reason);
    this.#closedTypes.set(family.name, family.type);
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
