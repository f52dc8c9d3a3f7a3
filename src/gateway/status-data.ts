// Puts together what the status page shows: the configuration that is in force, beside what is remembered of the work.
// Names without a place in the configuration are left out. Secrets, digests, users and the values of claims and scopes
// are not looked at.

import type { Warning } from '../errors.js';
import type { Sharing } from '../guard/memory.js';
import type { Clock } from '../internal/clock.js';
import { VERSION } from '../internal/version.js';
import type { FindingStatus, PostureData, StatusData, TargetStatus, ViewStatus } from '../status/data.js';
import { shownUrl } from '../targets/shown-url.js';
import { describeView } from '../views/describe.js';
import type { ViewOptions } from '../views/options.js';
import type { Assembly } from './assembly.js';
import type { FindingRecord, History, RecordedFailure } from './history.js';
import type { GatewayOptions } from './options.js';
import { credentialStatuses } from './status-credentials.js';
import { refusalData } from './status-refusals.js';
import type { RecentView } from './view-instances.js';
import { fillTemplate } from './view-template.js';

/** What the page is collected from. */
export interface StatusSources {
  readonly clock: Clock;
  readonly options: GatewayOptions;
  readonly assembly: Pick<Assembly, 'guard' | 'facts' | 'templateViews' | 'recentViews'>;
  readonly history: History;
  /** Every warning that holds. */
  readonly warnings: readonly Warning[];
  readonly listeners: readonly { readonly purpose: string; readonly url: string }[];
  readonly keepsState: boolean;
  readonly sharing: Sharing | undefined;
  readonly keyAges: readonly { readonly issuer: string; readonly ageMs: number | undefined }[];
}

/** Views of one template that are told apart. */
const MAX_TENANT_VIEWS = 10;

/** Collects the page. */
export function collectStatus(sources: StatusSources): StatusData {
  const { clock, options, history, assembly } = sources;
  const nowMs = clock.nowMs();
  const ageOf = (atMs: number): number => Math.max(0, clock.monotonicMs() - atMs);
  const configured = [
    ...options.views.map(({ name }) => name),
    ...(options.viewTemplates ?? []).map(({ view }) => view.name),
  ];
  return {
    nowMs,
    version: VERSION,
    nodeVersion: process.versions.node,
    posture: posture(sources, ageOf),
    targets: options.targets.map((target) => targetStatus(target, history, ageOf)),
    views: viewStatuses(sources, nowMs, ageOf),
    credentials: credentialStatuses(options.guard, history, nowMs, ageOf),
    refusals: refusalData(history, assembly.guard.lockedOutClients(), ageOf),
    findings: findings(history, new Set(configured), ageOf),
    minutes: history.minutes.list(),
  };
}

type AgeOf = (atMs: number) => number;

function posture(sources: StatusSources, ageOf: AgeOf): PostureData {
  const { options, history, warnings, listeners, keepsState, sharing, keyAges } = sources;
  const { credentials = [], anonymous } = options.guard;
  const { reloadFailedMs, stateFailedMs } = history;
  const { certificateExpiryMs } = sources.assembly.facts;
  return {
    uptimeMs: ageOf(history.startedMs),
    warnings,
    access: anonymous !== undefined ? 'anonymous' : credentials.length > 0 ? 'credentials' : 'closed',
    listeners,
    ...(certificateExpiryMs !== undefined && { certificateEndsAtMs: certificateExpiryMs }),
    configAgeMs: ageOf(history.configuredMs),
    ...(reloadFailedMs !== undefined && { reloadFailedAgeMs: ageOf(reloadFailedMs) }),
    keepsState,
    ...(stateFailedMs !== undefined && { stateFailedAgeMs: ageOf(stateFailedMs) }),
    ...(sharing !== undefined && {
      sharing: sharing.shared ? { shared: true } : { shared: false, reason: sharing.reason },
    }),
    issuers: keyAges.map(({ issuer, ageMs }) => ({
      issuer,
      ...(ageMs !== undefined && { keysAgeMs: ageMs }),
    })),
  };
}

/** A failure with its age instead of its time. */
function failureStatus(
  { atMs, ...failure }: RecordedFailure,
  ageOf: AgeOf,
): { readonly reason: string; readonly detail?: string; readonly ageMs: number } {
  return { ...failure, ageMs: ageOf(atMs) };
}

function targetStatus(
  target: GatewayOptions['targets'][number],
  history: History,
  ageOf: AgeOf,
): TargetStatus {
  const record = history.targets.get(target.name);
  const address = 'kind' in target ? 'the demo inside of the gate' : shownUrl(target.url);
  const { success, series, quarantined, failure, isUp = false } = record ?? {};
  const wasAsked = success !== undefined || failure !== undefined;
  return {
    name: target.name,
    address,
    health: isUp ? 'up' : wasAsked ? 'failing' : 'waiting',
    ...(success !== undefined && {
      success: { ageMs: ageOf(success.atMs), bytes: success.bytes, durationMs: success.durationMs },
    }),
    ...(series !== undefined && { series }),
    ...(quarantined !== undefined && { quarantined }),
    ...(failure !== undefined && { failure: failureStatus(failure, ageOf) }),
  };
}

function viewStatuses(
  { options, history, assembly }: StatusSources,
  nowMs: number,
  ageOf: AgeOf,
): readonly ViewStatus[] {
  const statusOf = (view: ViewOptions): ViewStatus => {
    const { atMs, ...scrape } = history.views.get(view.name) ?? { atMs: undefined };
    return {
      name: view.name,
      target: view.target,
      preset: view.preset ?? 'generic',
      rules: describeView(view),
      revealed: view.reveal ?? [],
      ...(atMs !== undefined && 'seriesIn' in scrape && { lastScrape: { ...scrape, ageMs: ageOf(atMs) } }),
    };
  };
  const atHand = assembly.templateViews();
  const templates = (options.viewTemplates ?? []).map((template): ViewStatus => {
    const { name } = template.view;
    const described = statusOf(fillTemplate(template, ['value']));
    const recent = assembly.recentViews(name, MAX_TENANT_VIEWS);
    return {
      ...described,
      rules: described.rules.map((rule) => claimRule(rule, template.scopedLabels)),
      tenants: {
        atHand: atHand.get(name) ?? 0,
        recent: recent.map((view: RecentView) => ({
          id: view.id,
          ageMs: Math.max(0, nowMs - view.atMs),
          seriesIn: view.seriesIn,
          seriesOut: view.seriesOut,
        })),
      },
    };
  });
  return [...options.views.map(statusOf), ...templates];
}

/** What a rule says of the one value that stands for all is true of that of a claim. */
function claimRule(rule: string, scopedLabels: readonly string[]): string {
  const label = scopedLabels.find((candidate) => rule.startsWith(`only series whose ${candidate} is `));
  return label === undefined ? rule : `only series whose ${label} is a value of the claim`;
}

function findings(history: History, views: ReadonlySet<string>, ageOf: AgeOf): readonly FindingStatus[] {
  return [...history.findings.entries()]
    .map(([, finding]): FindingRecord => finding)
    .filter(({ view }) => views.has(view))
    .toSorted((a, b) => b.atMs - a.atMs || b.count - a.count)
    .map(({ atMs, ...finding }) => ({ ...finding, ageMs: ageOf(atMs) }));
}
