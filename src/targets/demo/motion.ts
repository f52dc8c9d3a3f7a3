// How the demo's numbers move: closed forms of the time since its start. Pure.
// Counters only rise, the same time gives the same number, and every sum is exact in binary, so that whatever
// aggregates them can be checked to the last digit.

import type { DemoTraffic } from './population.js';

const MINUTE_MS = 60_000;

/** Requests of one stream after `elapsedMs`. */
export interface RequestCounts {
  readonly all: number;
  readonly failed: number;
  readonly succeeded: number;
}

/** How many requests `traffic` has made; neither count ever falls. */
export function requestsAt(traffic: DemoTraffic, elapsedMs: number): RequestCounts {
  const all = traffic.before + Math.floor((traffic.perMinute * Math.max(0, elapsedMs)) / MINUTE_MS);
  const failed = traffic.failsEvery === 0 ? 0 : Math.floor(all / traffic.failsEvery);
  return { all, failed, succeeded: all - failed };
}

/** A number that swings between `low` and `high` once in `periodMs`, in whole steps. */
export function swing(low: number, high: number, periodMs: number, elapsedMs: number): number {
  const phase = (elapsedMs % periodMs) / periodMs;
  return low + Math.floor((high - low) * (phase < 0.5 ? phase * 2 : 2 - phase * 2));
}

/** How many of `count` observations around `meanSeconds` took at most `le` seconds; never falls in either. */
export function observedWithin(count: number, meanSeconds: number, le: number): number {
  return le === Infinity ? count : Math.floor(count * (1 - Math.exp(-((le / meanSeconds) ** 1.5))));
}

/** A number as LiteLLM's metrics library prints it: `42.0`, `1.5e+06`, `+Inf`. */
export function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  if (Math.abs(value) < 1e6) return Number.isInteger(value) ? `${String(value)}.0` : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e+');
  return `${mantissa}e+${exponent.padStart(2, '0')}`;
}
