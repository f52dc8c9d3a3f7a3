// The demo's traffic at one moment, and streams added up where a family cannot tell them apart. Pure.

import { requestsAt, type RequestCounts } from './motion.js';
import { DEMO_TRAFFIC, type DemoTraffic } from './population.js';

/** When an exposition is taken. */
export interface DemoMoment {
  /** Since the demo began; never falls. */
  readonly elapsedMs: number;
  /** Wall clock at which it began. */
  readonly startedAtMs: number;
}

/** A stream of requests and how far it has come. */
export interface Active {
  readonly traffic: DemoTraffic;
  readonly counts: RequestCounts;
}

/** Every stream at `moment`. */
export function activityAt(moment: DemoMoment): readonly Active[] {
  return DEMO_TRAFFIC.map((traffic) => ({ traffic, counts: requestsAt(traffic, moment.elapsedMs) }));
}

/** Who asked for which model: what the families without addresses and programs tell apart. */
export function byCallerAndModel({ key, user, endUser, deployment }: DemoTraffic): readonly string[] {
  return [key.hash, user.id, endUser, deployment.modelId];
}

/** Adds up the streams that have the same `identity`, in the order in which they first came. */
export function mergeStreams(
  active: readonly Active[],
  identity: (traffic: DemoTraffic) => readonly string[],
): readonly Active[] {
  const merged = new Map<string, Active>();
  for (const one of active) {
    const id = identity(one.traffic).join(' ');
    const before = merged.get(id);
    merged.set(
      id,
      before === undefined ? one : { traffic: before.traffic, counts: add(before.counts, one.counts) },
    );
  }
  return [...merged.values()];
}

function add(a: RequestCounts, b: RequestCounts): RequestCounts {
  return { all: a.all + b.all, failed: a.failed + b.failed, succeeded: a.succeeded + b.succeeded };
}
