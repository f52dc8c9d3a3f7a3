// Makes a failing sequence small: fewer steps, fewer series, fewer lines, fewer options, as long as it fails in the
// same way. Plain delta debugging; a bounded number of tries, because large bodies cost time.

import type { ViewOptions } from '../../../src/views/options.js';
import { resolveViewOptions } from '../../../src/views/resolve-options.js';
import type { Difference } from './compare.js';
import type { Scenario, ScrapeStep, Step } from './scenario.js';

/** Tries without which a failure of a large body would take longer than anybody waits. */
const MAX_TRIES = 4000;

/** A plain label of a series, with the comma after it. */
const LABEL = /([a-zA-Z_]\w*)="(?:[^"\\\n]|\\[^\n])*",?/g;

/** Tells how a scenario fails. */
export type Fails = (scenario: Scenario) => Difference | undefined;

/** The smallest scenario found that fails in the way in which `scenario` does. */
export function shrinkScenario(scenario: Scenario, fails: Fails): Scenario {
  const kind = fails(scenario)?.kind;
  let tries = 0;
  const failsAlike: StillFails = (candidate) => {
    tries += 1;
    return kind !== undefined && tries <= MAX_TRIES && fails(candidate)?.kind === kind;
  };
  let smallest = scenario;
  let size: number;
  do {
    size = sizeOf(smallest);
    for (const make of [fewerSteps, fewerReaders, fewerSeries, fewerLines, fewerLabels, fewerOptions]) {
      smallest = make(smallest, failsAlike);
    }
  } while (sizeOf(smallest) < size);
  return smallest;
}

type StillFails = (scenario: Scenario) => boolean;

function sizeOf({ views, steps }: Scenario): number {
  const bodies = steps.map((step) => (step.kind === 'scrape' ? step.body.length + step.views.length : 1));
  return JSON.stringify(views).length + bodies.reduce((sum, size) => sum + size, 0);
}

/** The shortest part of `list` found, in its order, that `holds`; elements are taken out in ever smaller runs. */
function fewest<T>(list: readonly T[], holds: (kept: readonly T[]) => boolean): readonly T[] {
  let kept = list;
  for (let run = Math.ceil(kept.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    for (let at = 0; at < kept.length;) {
      const rest = kept.toSpliced(at, run);
      if (holds(rest)) kept = rest;
      else at += run;
    }
  }
  return kept;
}

function fewerSteps(scenario: Scenario, stillFails: StillFails): Scenario {
  return { ...scenario, steps: fewest(scenario.steps, (steps) => stillFails({ ...scenario, steps })) };
}

function fewerReaders(scenario: Scenario, stillFails: StillFails): Scenario {
  return shrinkSteps(scenario, (step, withStep) => ({
    ...step,
    views: fewest(step.views, (views) => stillFails(withStep({ ...step, views }))),
  }));
}

/** Takes a series out of all bodies at once. What vanishes in the middle would be another story. */
function fewerSeries(scenario: Scenario, stillFails: StillFails): Scenario {
  const all = scenario.steps.flatMap((step) => (step.kind === 'scrape' ? linesOf(step.body).map(keyOf) : []));
  const without = (kept: readonly string[]): Scenario => {
    const keys = new Set(kept);
    return mapScrapes(scenario, (step) => ({
      ...step,
      body: bodyOf(linesOf(step.body).filter((line) => keys.has(keyOf(line)))),
    }));
  };
  return without(fewest([...new Set(all)], (kept) => stillFails(without(kept))));
}

function fewerLines(scenario: Scenario, stillFails: StillFails): Scenario {
  return shrinkSteps(scenario, (step, withStep) => {
    const holds = (lines: readonly string[]): boolean =>
      stillFails(withStep({ ...step, body: bodyOf(lines) }));
    return { ...step, body: bodyOf(fewest(linesOf(step.body), holds)) };
  });
}

/** Takes labels of one name out of all bodies at once. */
function fewerLabels(scenario: Scenario, stillFails: StillFails): Scenario {
  const names = new Set(
    scenario.steps.flatMap((step) =>
      step.kind === 'scrape'
        ? [...step.body.toString('latin1').matchAll(LABEL)].map(([, name = '']) => name)
        : [],
    ),
  );
  const without = (kept: readonly string[]): Scenario =>
    mapScrapes(scenario, (step) => {
      const text = step.body.toString('latin1');
      const body = text.replaceAll(LABEL, (label, name: string) => (kept.includes(name) ? label : ''));
      return { ...step, body: Buffer.from(body, 'latin1') };
    });
  return without(fewest([...names], (kept) => stillFails(without(kept))));
}

function fewerOptions(scenario: Scenario, stillFails: StillFails): Scenario {
  let result = scenario;
  for (const [index, options] of scenario.views.entries()) {
    const withOptions = (changed: ViewOptions): Scenario => ({
      ...result,
      views: result.views.with(index, changed),
    });
    const optional = Object.entries(options).filter(([key]) => key !== 'name' && key !== 'target');
    const viewOf = (kept: readonly (readonly [string, unknown])[]): ViewOptions => {
      const { name, target } = options;
      return { name, target, ...Object.fromEntries(kept) };
    };
    const kept = fewest(optional, (some) => isValid(viewOf(some)) && stillFails(withOptions(viewOf(some))));
    result = withOptions(viewOf(kept));
    const { labels } = viewOf(kept);
    if (labels === undefined) continue;
    const rules = fewest(
      labels,
      (some) => some.length > 0 && stillFails(withOptions({ ...viewOf(kept), labels: some })),
    );
    result = withOptions({ ...viewOf(kept), labels: rules });
  }
  return result;
}

/** Some options are errors without others. */
function isValid(options: ViewOptions): boolean {
  try {
    resolveViewOptions(options);
    return true;
  } catch {
    return false;
  }
}

function shrinkSteps(
  scenario: Scenario,
  shrink: (step: ScrapeStep, withStep: (step: ScrapeStep) => Scenario) => ScrapeStep,
): Scenario {
  let result = scenario;
  for (const [index, step] of scenario.steps.entries()) {
    if (step.kind !== 'scrape') continue;
    const withStep = (changed: Step): Scenario => ({ ...result, steps: result.steps.with(index, changed) });
    result = withStep(shrink(step, withStep));
  }
  return result;
}

function mapScrapes(scenario: Scenario, change: (step: ScrapeStep) => ScrapeStep): Scenario {
  const changed = new Map<Buffer, Buffer>();
  const steps = scenario.steps.map((step) => {
    if (step.kind === 'restart') return step;
    const result = change(step);
    // Steps that share a body go on sharing it.
    const body = changed.get(step.body) ?? result.body;
    changed.set(step.body, body);
    return { ...result, body };
  });
  return { ...scenario, steps };
}

/** A line up to its value, so that a series is the same in every body. */
function keyOf(line: string): string {
  return line.startsWith('#') ? line : line.replace(/[ \t]+[^ \t"{}]+[ \t\n]*$/, '');
}

/** Each line with its line feed; bytes as they are. */
function linesOf(body: Buffer): readonly string[] {
  return body.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function bodyOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join(''), 'latin1');
}
