// Follows the structure of an exposition line by line: which family each line belongs to, and which lines contradict
// each other: families in two blocks, metadata twice or too late, samples and names that belong elsewhere.
// Knows nothing of labels and values, so that it serves every reader of the formats. Nothing is merged, nothing wins:
// "last one wins" is how one tenant's numbers become another's.

import { isLongerThan, MAX_FAMILIES, MAX_HELP_BYTES, MAX_NAME_BYTES } from './limits.js';
import type { MetadataLine } from './line-content.js';
import type { ExpositionFormat, ExpositionProblem, Label, MetricType } from './model.js';
import { claimedNames, NameClaims, type NamesOf } from './name-claims.js';
import { type ExpositionReason, problemAt } from './problem.js';
import { familyNamesOf, metricTypesOf, parseMetricType, sampleRole, type SampleRole } from './roles.js';
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

/**
 * The families of one exposition. After a refusal it must not be fed further, unless the families that it concerns were
 * removed.
 */
export class FamilyTracker {
  readonly #format: ExpositionFormat;
  readonly #closing: FamilyClosing;
  readonly #claims: NameClaims;
  /** Types of the families whose block has ended, by name. */
  readonly #closedTypes = new Map<string, MetricType>();
  #familyCount = 0;
  #open: OpenFamily | undefined;
  #concerned: readonly string[] = [];

  /** `namesOf` is told of each family what it claims. @default found out each time */
  constructor(
    format: ExpositionFormat,
    closing: FamilyClosing,
    namesOf: NamesOf = (family) => claimedNames(family, format),
  ) {
    this.#format = format;
    this.#closing = closing;
    this.#claims = new NameClaims(namesOf);
  }

  /** Adds a `# TYPE`, `# HELP` or `# UNIT` line. */
  addMetadata(metadata: MetadataLine, line: number): Result<TrackedFamily, ExpositionProblem> {
    const family = this.#familyDescribedBy(metadata, line);
    if (!family.ok) return family;
    const reason = this.#describe(family.value, metadata);
    return reason === undefined ? family : this.#refuse([metadata.name], line, reason);
  }

  /** Finds the place of a sample called `name`. */
  addSample(name: string, line: number): Result<SamplePlace, ExpositionProblem> {
    const found = this.#familyOf(name, line);
    if (!found.ok) return found;
    const family = found.value;
    const role = sampleRole(family, name, this.#format);
    if (role === undefined) {
      return this.#refuse([family.name], line, 'sample name does not fit the type of its family');
    }
    if (!family.hasSamples) {
      const rivals = this.#claims.claimSamples(family);
      if (rivals.length > 0) {
        return this.#refuse([family.name, ...rivals], line, 'sample name belongs to another family');
      }
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

  /** The families that the last refusal concerns; none where it concerns the whole exposition. */
  get concerned(): readonly string[] {
    return this.#concerned;
  }

  /** The name of the family whose block is being read. */
  get openFamily(): string | undefined {
    return this.#open?.name;
  }

  /** The families of which a sample called `sampleName` would be part: the open one, or else those that have ended. */
  familiesWith(sampleName: string): readonly string[] {
    const open = this.#open;
    if (open !== undefined && sampleRole(open, sampleName, this.#format) !== undefined) return [open.name];
    return this.#closedWith(sampleName);
  }

  /** Whether there is a family called `name`, whatever its samples are called. */
  has(name: string): boolean {
    return this.#open?.name === name || this.#closedTypes.has(name);
  }

  /** The family to which samples called `sampleName` belong, as far as it was seen. */
  ownerOf(sampleName: string): string | undefined {
    return this.#claims.ownerOf(sampleName);
  }

  /** Forgets a family but for its sample names, which nobody else may use; gives the families that do. */
  remove(name: string): readonly string[] {
    const isOpen = this.#open?.name === name;
    const type = (isOpen ? this.#open?.type : this.#closedTypes.get(name)) ?? untypedIn(this.#format);
    if (isOpen) this.#open = undefined;
    this.#closedTypes.delete(name);
    return this.#claims.claimSamples({ name, type });
  }

  /** Takes every sample name that a family called `name` could have, whatever its type; gives the families that use one. */
  takeEveryName(name: string): readonly string[] {
    return metricTypesOf(this.#format).flatMap((type) => this.#claims.claimSamples({ name, type }));
  }

  #familyDescribedBy({ name }: MetadataLine, line: number): Result<OpenFamily, ExpositionProblem> {
    if (this.#open?.name === name) return ok(this.#open);
    if (this.#closedTypes.has(name)) return this.#refuse([name], line, 'family in two blocks');
    return this.#begin(name, line);
  }

  /** A sample that is no part of the open family begins an untyped one of its own name. */
  #familyOf(name: string, line: number): Result<OpenFamily, ExpositionProblem> {
    const open = this.#open;
    if (open !== undefined) {
      if (sampleRole(open, name, this.#format) !== undefined) return ok(open);
      if (open.name === name) {
        return this.#refuse([name], line, 'sample name does not fit the type of its family');
      }
    }
    const closed = this.#closedWith(name);
    if (closed.length > 0) return this.#refuse(closed, line, 'family in two blocks');
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
    if (isLongerThan(name, MAX_NAME_BYTES)) return this.#refuse([], line, 'name too long');
    if (this.#familyCount === MAX_FAMILIES) return this.#refuse([], line, 'too many families');
    this.#familyCount += 1;
    this.#open = { name, line, type: untypedIn(this.#format), typed: false, hasSamples: false };
    return ok(this.#open);
  }

  #close(): ExpositionProblem | undefined {
    const family = this.#open;
    if (family === undefined) return undefined;
    this.#open = undefined;
    this.#closedTypes.set(family.name, family.type);
    const reason = unitProblem(family) ?? this.#closing(family);
    if (reason !== undefined) return this.#refuse([family.name], family.line, reason).error;
    const rival = this.#claims.claimFamily(family);
    return rival === undefined
      ? undefined
      : this.#refuse([family.name, rival], family.line, 'two names with one escaped form').error;
  }

  #refuse(
    concerned: readonly string[],
    line: number,
    reason: ExpositionReason,
  ): { readonly ok: false; readonly error: ExpositionProblem } {
    this.#concerned = concerned;
    return { ok: false, error: problemAt(line, reason) };
  }

  /** Families whose block has ended, and which a sample of that name would continue. */
  #closedWith(sampleName: string): readonly string[] {
    return familyNamesOf(sampleName).filter((name) => {
      const type = this.#closedTypes.get(name);
      if (type === undefined) return false;
      return name === sampleName || sampleRole({ name, type }, sampleName, this.#format) !== undefined;
    });
  }
}

function untypedIn(format: ExpositionFormat): MetricType {
  return format === 'text' ? 'untyped' : 'unknown';
}
