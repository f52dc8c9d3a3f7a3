// Plays many sequences, and turns the first failure into its smallest form and a report.

import { firstDifference, type StartTarget } from './compare.js';
import type { Coverage } from './coverage.js';
import { failureReport } from './report.js';
import type { Scenario } from './scenario.js';
import { shrinkScenario } from './shrink.js';

/** Where a sequence comes from, and how a person plays it again. */
export interface Source {
  readonly create: (number: number) => Scenario;
  readonly title: (number: number) => string;
  readonly replay: (number: number) => string;
}

/** Plays one sequence; a report where the renderers differ. */
function playSequence(
  number: number,
  source: Source,
  startTarget: StartTarget,
  coverage?: Coverage,
): string | undefined {
  const scenario = source.create(number);
  coverage?.begin(scenario);
  const difference = firstDifference(scenario, startTarget, coverage);
  if (difference === undefined) return undefined;
  const smallest = shrinkScenario(scenario, (candidate) => firstDifference(candidate, startTarget));
  // A renderer that fails only sometimes may pass this time.
  const last = firstDifference(smallest, startTarget);
  return last === undefined
    ? failureReport(source.title(number), source.replay(number), scenario, difference)
    : failureReport(source.title(number), source.replay(number), smallest, last);
}

/** Plays sequences until one fails, or `isOver`; the report of that one. */
export function firstFailure(
  numbers: Iterable<number>,
  source: Source,
  startTarget: StartTarget,
  { coverage, isOver }: { readonly coverage?: Coverage; readonly isOver?: (number: number) => boolean } = {},
): string | undefined {
  for (const number of numbers) {
    if (isOver?.(number) === true) return undefined;
    const failure = playSequence(number, source, startTarget, coverage);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
