// What the status page shows, as plain data: the gateway collects it, the panels render it.
// Names of labels come from targets and their clients, addresses from strangers: both are shown escaped and cut.
// Never in here: a secret or its digest, a label value, the value of a claim. Ages and durations are milliseconds.

import type { Warning } from '../errors.js';

/** Everything on the page. */
export interface StatusData {
  /** Unix time at which it was collected. */
  readonly nowMs: number;
  readonly version: string;
  readonly nodeVersion: string;
  readonly posture: PostureData;
  readonly targets: readonly TargetStatus[];
  readonly views: readonly ViewStatus[];
  readonly credentials: readonly CredentialStatus[];
  readonly refusals: RefusalData;
  readonly findings: readonly FindingStatus[];
  /** One for each minute, the current one last; absent where the gate did not run yet. */
  readonly minutes: readonly (MinuteStatus | undefined)[];
}

/** How the gate stands. */
export interface PostureData {
  readonly uptimeMs: number;
  /** Every warning that holds. */
  readonly warnings: readonly Warning[];
  /** Who gets in: those with a credential, everybody who may reach the gate, or nobody. */
  readonly access: 'credentials' | 'anonymous' | 'closed';
  readonly listeners: readonly { readonly purpose: string; readonly url: string }[];
  /** Unix time at which the first certificate of the listeners' chain ends; absent without TLS. */
  readonly certificateEndsAtMs?: number;
  /** How long the configuration is in force. */
  readonly configAgeMs: number;
  /** How long ago a newer one was refused; absent where the last one was taken. */
  readonly reloadFailedAgeMs?: number;
  /** Whether totals survive a restart. */
  readonly keepsState: boolean;
  /** How long ago the totals could not be saved the last time. */
  readonly stateFailedAgeMs?: number;
  /** Whether replicas count failures together; absent where that was not asked for. */
  readonly sharing?: { readonly shared: boolean; readonly reason?: string };
  /** Identity providers, with the age of their keys; without one while there are none. */
  readonly issuers: readonly { readonly issuer: string; readonly keysAgeMs?: number }[];
}

/** Something that went wrong, in fixed words. */
export interface FailureStatus {
  readonly reason: string;
  /** A status, an error code, a line and a rule. Never text that a stranger or a target chose. */
  readonly detail?: string;
  readonly ageMs: number;
}

/** One target. */
export interface TargetStatus {
  readonly name: string;
  /** Its URL without a query, or what it is. */
  readonly address: string;
  readonly health: 'up' | 'failing' | 'waiting';
  /** Of its last whole exposition. */
  readonly success?: { readonly ageMs: number; readonly bytes: number; readonly durationMs: number };
  /** Samples of the last exposition that a view was made of. */
  readonly series?: number;
  /** Malformed families that were left out of it. */
  readonly quarantined?: number;
  readonly failure?: FailureStatus;
}

/** What a view does to a label. */
export type LabelEffect = 'pseudonymised' | 'dropped' | 'overflowed';

/** What became of one label in the last scrape. */
export interface LabelStatus {
  readonly label: string;
  readonly effect: LabelEffect;
  readonly series: number;
}

/** The last scrape of a view. */
export interface ViewScrape {
  readonly ageMs: number;
  readonly seriesIn: number;
  readonly seriesOut: number;
  /** Those with most series first. */
  readonly labels: readonly LabelStatus[];
  /** Labels beyond them. */
  readonly moreLabels: number;
  readonly withheld: readonly { readonly reason: string; readonly series: number }[];
}

/** A view that was made by the values of a claim. */
export interface TenantView {
  /** A keyed hash that tells nothing of the values. */
  readonly id: string;
  readonly ageMs: number;
  readonly seriesIn: number;
  readonly seriesOut: number;
}

/** One view, or a template of views. */
export interface ViewStatus {
  readonly name: string;
  readonly target: string;
  readonly preset: string;
  /** What it does, in sentences without a full stop. */
  readonly rules: readonly string[];
  /** Labels that are readable on purpose although the preset would hide them. */
  readonly revealed: readonly string[];
  readonly lastScrape?: ViewScrape;
  /** Of a template: its views, the one that was scraped last first, and how many more there are. */
  readonly tenants?: { readonly recent: readonly TenantView[]; readonly atHand: number };
}

/** Whether a view left nothing of what its target gave: a new tenant's, perhaps, or one whose scope is misspelt. */
export function showsNothing({ lastScrape }: Pick<ViewStatus, 'lastScrape'>): boolean {
  return lastScrape !== undefined && lastScrape.seriesOut === 0 && lastScrape.seriesIn > 0;
}

/** One credential. */
export interface CredentialStatus {
  readonly name: string;
  /** Kinds of proof: `2 tokens`, `user and password`. */
  readonly proofs: readonly string[];
  /** The view that it opens, or those that its claims lead to. */
  readonly opens: string;
  readonly opensSelf: boolean;
  /** Unix time from which on one of its proofs holds; absent where one does. */
  readonly startsAtMs?: number;
  /** Unix time from which on none of its proofs holds; absent where one has no end. */
  readonly expiresAtMs?: number;
  /** Unix time of the next end of any of its proofs. */
  readonly nextEndMs?: number;
  readonly uses: number;
  readonly lastUseAgeMs?: number;
  /** Refusals of somebody who showed this very credential. */
  readonly failures: number;
  readonly lastFailure?: FailureStatus;
}

/** Who was refused, and why. */
export interface RefusalData {
  readonly lockedOutClients: number;
  /** Of the last hour, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  /** Who was refused most lately first. */
  readonly clients: readonly ClientStatus[];
  /** Clients beyond them. */
  readonly moreClients: number;
}

/** A client that was refused. */
export interface ClientStatus {
  /** An address of a private network, else the network of the address. */
  readonly network: string;
  readonly refusals: number;
  readonly last: FailureStatus;
}

/** Something that looks like personal data or a secret, where no rule expected it. */
export interface FindingStatus {
  readonly view: string;
  /** A label name, or `__label__`, `__name__`, `__help__`. */
  readonly place: string;
  readonly detection: string;
  /** In the scrape that had it last. */
  readonly count: number;
  readonly ageMs: number;
}

/** What happened in one minute. */
export interface MinuteStatus {
  readonly scrapes: number;
  /** Scrapes without an answer. */
  readonly failures: number;
  readonly refusals: number;
  /** Samples that all targets have; absent where none was scraped. */
  readonly series?: number;
}
