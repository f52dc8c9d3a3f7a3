// Leaves malformed families out of an exposition instead of refusing it. Stands between a reader and the FamilyTracker:
// every refusal comes by here, and either fails the scrape or sets aside the families that it concerns.
// A family that is set aside goes as a whole, what was read of it before and whatever of it is still to come, under any
// reading: its names stay taken. Never repairs and never guesses in favour of a line: where it is unclear whose a line
// is, all who could own it go, and where nobody can be named, the scrape fails.

import type { FamilyTracker, SamplePlace, TrackedFamily } from './family-tracker.js';
import { isLongerThan, MAX_NAME_BYTES } from './limits.js';
import type { MetadataLine } from './line-content.js';
import { lineSubject } from './line-subject.js';
import type { ExpositionProblem, QuarantineReport } from './model.js';
import { type ExpositionReason, problemAt } from './problem.js';
import { ok, type Result } from '../internal/result.js';

/** What becomes of an exposition with a malformed family: none of it is served, or all but that family. */
export type OnMalformed = 'fail' | 'quarantine';

/** Families that may be set aside: an exposition with more of them is none, and each is remembered by all its names. */
const MAX_SET_ASIDE = 1000;

/** Problems that a report names: enough to find the first ones, however many there are. */
const MAX_REPORTED_PROBLEMS = 10;

/** The families of one exposition, without those that are set aside. After a refusal it must not be fed further. */
export class FamilyQuarantine {
  readonly #tracker: FamilyTracker;
  readonly #onMalformed: OnMalformed;
  readonly #quotedNames: boolean;
  readonly #setAside = new Set<string>();
  /** Those of them of which nothing is known but what an unreadable line begins with. */
  readonly #uncounted = new Set<string>();
  readonly #problems: ExpositionProblem[] = [];

  constructor(
    tracker: FamilyTracker,
    options: { readonly onMalformed: OnMalformed; readonly quotedNames: boolean },
  ) {
    this.#tracker = tracker;
    this.#onMalformed = options.onMalformed;
    this.#quotedNames = options.quotedNames;
  }

  /** Adds a metadata line; gives nothing where it is about a family that is set aside. */
  addMetadata(metadata: MetadataLine, line: number): Result<TrackedFamily | undefined, ExpositionProblem> {
    const { name } = metadata;
    for (;;) {
      if (this.#setAside.has(name)) {
        // It may tell the type, so from now on any of the samples that it could have are taken for its own.
        this.#takeEveryName(name, problemAt(line, 'sample name belongs to another family'));
        this.#count(name);
        return ok(undefined);
      }
      if (this.#ownerOf(name) !== undefined) {
        this.#leaveOut(name, problemAt(line, 'sample name belongs to another family'));
        continue;
      }
      const family = this.#tracker.addMetadata(metadata, line);
      if (family.ok || !this.#absorb(family.error)) return family;
    }
  }

  /** Finds the place of a sample called `name`; gives nothing where it is part of a family that is set aside. */
  addSample(name: string, line: number): Result<SamplePlace | undefined, ExpositionProblem> {
    for (;;) {
      const owner = this.#ownerOf(name);
      if (owner !== undefined) {
        this.#count(owner);
        return ok(undefined);
      }
      const place = this.#tracker.addSample(name, line);
      if (place.ok || !this.#absorb(place.error)) return place;
    }
  }

  /** Tells of a sample that does not fit into its family; gives the problem when the scrape fails by it. */
  refuseSample(family: TrackedFamily, line: number, reason: ExpositionReason): ExpositionProblem | undefined {
    return this.#refuse([family.name], problemAt(line, reason));
  }

  /**
   * Tells of a line that cannot be read; gives the problem when the scrape fails by it.
   *
   * A sample line can be the end of a line of the open family, broken in two by what stands in it, or the beginning of
   * another one: both go.
   */
  refuseLine(text: string, line: number, reason: ExpositionReason): ExpositionProblem | undefined {
    const problem = problemAt(line, reason);
    if (this.#onMalformed === 'fail') return problem;
    const subject = lineSubject(text, this.#quotedNames);
    if (subject === undefined || isLongerThan(subject.name ?? '', MAX_NAME_BYTES)) return problem;
    if (subject.kind === 'metadata') {
      const refused = this.#refuse([subject.name], problem);
      if (refused === undefined) this.#takeEveryName(subject.name, problem);
      return refused;
    }
    return this.#refuseSampleLine(subject.name, problem);
  }

  /** Ends the last block. */
  finish(): ExpositionProblem | undefined {
    const problem = this.#tracker.finish();
    return problem === undefined || this.#absorb(problem) ? undefined : problem;
  }

  /** Whether the family called `name` is set aside. */
  has(name: string): boolean {
    return this.#setAside.has(name);
  }

  /** What was set aside of so many samples; nothing when nothing was. */
  report(samplesRead: number): QuarantineReport | undefined {
    if (this.#setAside.size === 0) return undefined;
    const families = this.#setAside.size - this.#uncounted.size;
    return { families, samplesRead, problems: this.#problems };
  }

  #refuseSampleLine(name: string | undefined, problem: ExpositionProblem): ExpositionProblem | undefined {
    if (name !== undefined && this.#ownerOf(name) !== undefined) return undefined;
    const open = this.#tracker.openFamily;
    const known = name === undefined ? [] : this.#tracker.familiesWith(name);
    const concerned = open === undefined || known.includes(open) ? known : [open, ...known];
    if (name === undefined || known.length > 0) {
      // Without an open family it is the rest of one that was set aside, if there is such a one.
      if (concerned.length === 0) return this.#setAside.size > 0 ? undefined : problem;
      return this.#refuse(concerned, problem);
    }
    const isRest = open !== undefined || this.#setAside.size > 0;
    if (isRest && !this.#setAside.has(name) && !this.#tracker.has(name)) this.#uncounted.add(name);
    return this.#refuse([...concerned, name], problem);
  }

  /** The family that is set aside and of which a sample called `name` is part. */
  #ownerOf(name: string): string | undefined {
    if (this.#setAside.size === 0) return undefined;
    if (this.#setAside.has(name)) return name;
    const owner = this.#tracker.ownerOf(name);
    return owner !== undefined && this.#setAside.has(owner) ? owner : undefined;
  }

  /** A line that can be read proves that there is such a family. */
  #count(name: string): void {
    this.#uncounted.delete(name);
  }

  /** Sets aside whom a refusal of the tracker concerns; false when the scrape fails by it. */
  #absorb(problem: ExpositionProblem): boolean {
    const families = this.#tracker.concerned;
    // Each time somebody new has to go, or a line could come back here for ever.
    const isProgress = families.some((name) => !this.#setAside.has(name));
    return isProgress && this.#refuse(families, problem) === undefined;
  }

  #refuse(families: readonly string[], problem: ExpositionProblem): ExpositionProblem | undefined {
    if (this.#onMalformed === 'fail') return problem;
    for (const name of families) this.#leaveOut(name, problem);
    return this.#setAside.size > MAX_SET_ASIDE ? problem : undefined;
  }

  #leaveOut(name: string, problem: ExpositionProblem): void {
    if (this.#setAside.has(name)) return;
    this.#setAside.add(name);
    if (this.#problems.length < MAX_REPORTED_PROBLEMS && !this.#uncounted.has(name))
      this.#problems.push(problem);
    for (const rival of this.#tracker.remove(name)) this.#leaveOut(rival, problem);
  }

  #takeEveryName(name: string, problem: ExpositionProblem): void {
    for (const rival of this.#tracker.takeEveryName(name)) this.#leaveOut(rival, problem);
  }
}
