// What the gate remembers of its work, for the status page: by target, view, credential and client, and by minute.
// Bounded whatever strangers send, a handful of steps for a request, and never a secret or a label value.
// It outlives reloads; who reads it asks for the names of the configuration that is in force.

import type { Outcome } from '../adapters/scrape.js';
import type { Clock } from '../internal/clock.js';
import { BoundedMap } from '../internal/bounded-map.js';
import type { FetchedExposition, TargetFailure } from '../targets/target.js';
import type { ViewEffects } from '../views/renderer.js';
import type { LabelEffect, LabelStatus } from '../status/data.js';
import { Minutes } from './minutes.js';

/** Why something failed, and when, by the monotonic clock. */
export interface RecordedFailure {
  readonly reason: string;
  readonly detail?: string;
  readonly atMs: number;
}

/** What is known of a target. */
export interface TargetRecord {
  success?: { readonly atMs: number; readonly bytes: number; readonly durationMs: number };
  series?: number;
  quarantined: number;
  failure?: RecordedFailure;
  /** Whether the last time that it was asked ended well. */
  isUp: boolean;
}

/** The last scrape of a view. */
export interface ViewRecord {
  readonly atMs: number;
  readonly seriesIn: number;
  readonly seriesOut: number;
  readonly labels: readonly LabelStatus[];
  readonly moreLabels: number;
  readonly withheld: readonly { readonly reason: string; readonly series: number }[];
}

/** What is known of a credential. */
export interface CredentialRecord {
  uses: number;
  lastUseMs?: number;
  failures: number;
  failure?: RecordedFailure;
}

/** A client that was refused. */
export interface ClientRecord {
  refusals: number;
  failure: RecordedFailure;
}

/** What a detector found. */
export interface FindingRecord {
  readonly view: string;
  readonly place: string;
  readonly detection: string;
  count: number;
  atMs: number;
}

/** Names of a configuration; more of one kind than anybody writes by hand. */
const MAX_NAMES = 1000;
/** Clients are strangers: the one that was refused longest ago is forgotten first. */
const MAX_CLIENTS = 500;
const MAX_FINDINGS = 500;
/** Labels of the last scrape of a view; the names may be long, and clients may choose them. */
const MAX_LABELS = 25;
const MAX_LABEL_LENGTH = 120;

const EFFECTS: readonly LabelEffect[] = ['pseudonymised', 'dropped', 'overflowed'];

/** Remembers. Everything that is recorded must be safe to show to whoever may read the metrics of the gate. */
export class History {
  readonly targets: BoundedMap<string, TargetRecord> = new BoundedMap<string, TargetRecord>(MAX_NAMES);
  readonly views: BoundedMap<string, ViewRecord> = new BoundedMap<string, ViewRecord>(MAX_NAMES);
  readonly credentials: BoundedMap<string, CredentialRecord> = new BoundedMap<string, CredentialRecord>(
    MAX_NAMES,
  );
  readonly clients: BoundedMap<string, ClientRecord> = new BoundedMap<string, ClientRecord>(MAX_CLIENTS);
  readonly findings: BoundedMap<string, FindingRecord> = new BoundedMap<string, FindingRecord>(MAX_FINDINGS);
  readonly minutes: Minutes;
  readonly startedMs: number;
  configuredMs: number;
  reloadFailedMs: number | undefined;
  stateFailedMs: number | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.minutes = new Minutes(clock);
    this.startedMs = clock.monotonicMs();
    this.configuredMs = this.startedMs;
  }

  /** Records how a request ended. */
  request(outcome: Outcome): void {
    if (outcome.decision === 'denied') this.#refused(outcome);
    else if (outcome.credential !== undefined) this.#used(outcome.credential);
    if (outcome.target === undefined) return;
    const minute = this.minutes.current();
    minute.scrapes += 1;
    if (outcome.rendered === undefined) minute.failures += 1;
  }

  /** Records what a scrape showed of its target and view. */
  scraped(
    name: string,
    { view, rendered, fetched, isReadable, reason = 'internal_error', detail }: Outcome,
  ): void {
    const atMs = this.#clock.monotonicMs();
    // Of a fetch that failed, or that goes on without this scrape, fetchFailed knows.
    if (fetched === undefined) return;
    const target = this.#target(name);
    target.isUp = isReadable === true;
    if (isReadable === true) target.success = { atMs, ...fetched };
    else target.failure = { reason, ...(detail !== undefined && { detail }), atMs };
    if (rendered !== undefined) {
      target.series = rendered.seriesIn;
      target.quarantined = rendered.quarantined?.families ?? 0;
      this.minutes.current().series = this.#seriesOfTargets();
      if (view !== undefined) this.#rendered(view, rendered, atMs);
    }
  }

  /** Records what a target gave when the gate itself asked it. */
  targetAnswered(name: string, { body, durationMs }: FetchedExposition): void {
    const target = this.#target(name);
    target.isUp = true;
    target.success = { atMs: this.#clock.monotonicMs(), bytes: body.length, durationMs };
  }

  /** Records why a fetch of a target failed, whoever waited for it. */
  fetchFailed(name: string, failure: TargetFailure): void {
    const target = this.#target(name);
    target.isUp = false;
    target.failure = { ...failure, atMs: this.#clock.monotonicMs() };
  }

  /** A target is another one now, or gone. */
  forgetTarget(name: string): void {
    this.targets.delete(name);
  }

  /** A configuration was taken, or refused. */
  reloaded(successful: boolean): void {
    const nowMs = this.#clock.monotonicMs();
    this.reloadFailedMs = successful ? undefined : nowMs;
    if (successful) this.configuredMs = nowMs;
  }

  /** The totals were saved, or could not be. */
  stateSaved(successful: boolean): void {
    this.stateFailedMs = successful ? undefined : this.#clock.monotonicMs();
  }

  #target(name: string): TargetRecord {
    const known = this.targets.get(name);
    if (known !== undefined) return known;
    const made: TargetRecord = { quarantined: 0, isUp: false };
    this.targets.set(name, made);
    return made;
  }

  #credential(name: string): CredentialRecord {
    const known = this.credentials.get(name);
    if (known !== undefined) return known;
    const made: CredentialRecord = { uses: 0, failures: 0 };
    this.credentials.set(name, made);
    return made;
  }

  #used(name: string): void {
    const credential = this.#credential(name);
    credential.uses += 1;
    credential.lastUseMs = this.#clock.monotonicMs();
  }

  #refused({ reason = 'internal_error', client, credential: name }: Outcome): void {
    const minute = this.minutes.current();
    minute.refusals += 1;
    minute.reasons.set(reason, (minute.reasons.get(reason) ?? 0) + 1);
    const failure: RecordedFailure = { reason, atMs: this.#clock.monotonicMs() };
    if (name !== undefined) {
      const credential = this.#credential(name);
      credential.failures += 1;
      credential.failure = failure;
    }
    if (client === undefined) return;
    const known = this.clients.get(client);
    if (known === undefined) this.clients.set(client, { refusals: 1, failure });
    else {
      known.refusals += 1;
      known.failure = failure;
    }
  }

  #seriesOfTargets(): number {
    let total = 0;
    for (const [, { series = 0 }] of this.targets.entries()) total += series;
    return total;
  }

  #rendered(
    view: string,
    { seriesIn, seriesOut, effects }: NonNullable<Outcome['rendered']>,
    atMs: number,
  ): void {
    const { labels, moreLabels } = labelsOf(effects);
    const withheld = [...effects.withheld].map(([reason, series]) => ({ reason, series }));
    this.views.set(view, { atMs, seriesIn, seriesOut, labels, moreLabels, withheld });
    for (const [label, counts] of effects.detected) {
      const place = cut(label);
      for (const [detection, count] of counts) {
        const key = `${view}\n${detection}\n${place}`;
        const known = this.findings.get(key);
        if (known === undefined) this.findings.set(key, { view, place, detection, count, atMs });
        else {
          known.count = count;
          known.atMs = atMs;
        }
      }
    }
  }
}

/** Those with most series; equal ones in the order of their names. */
function labelsOf(effects: ViewEffects): Pick<ViewRecord, 'labels' | 'moreLabels'> {
  const all = EFFECTS.flatMap((effect) =>
    [...effects[effect]].map(([label, series]) => ({ label, effect, series })),
  ).toSorted((a, b) => b.series - a.series || (a.label < b.label ? -1 : 1));
  const labels = all.slice(0, MAX_LABELS).map((status) => ({ ...status, label: cut(status.label) }));
  return { labels, moreLabels: all.length - labels.length };
}

/** A name that somebody else chose, short enough to be kept. A cut one keeps nothing of the rest alive. */
function cut(label: string): string {
  if (label.length <= MAX_LABEL_LENGTH) return label;
  return Buffer.from(`${label.slice(0, MAX_LABEL_LENGTH)}…`, 'utf8').toString('utf8');
}
