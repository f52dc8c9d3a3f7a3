// Plays a sequence to a renderer that works in turns: every scrape is asked for at once, before the ones before it are
// answered. The answers must be those that the reference gives one after the other.

import type { ExpositionProblem } from '../../../src/exposition/model.js';
import type { Result } from '../../../src/internal/result.js';
import { createReferenceRenderer, type ReferenceRenderer } from '../../../src/views/reference/render.js';
import type { RenderedView, ViewRenderer } from '../../../src/views/renderer.js';
import {
  compareResults,
  compareSnapshots,
  compiledView,
  type Difference,
  type Finding,
  readersOf,
  saved,
  type StartTarget,
} from './compare.js';
import type { Scenario } from './scenario.js';

type Rendered = Result<RenderedView, ExpositionProblem>;

/** An answer that was asked for. */
interface Asked {
  readonly step: number;
  readonly view: number;
  readonly expected: Rendered;
  readonly answer: Promise<Rendered>;
}

/** Both renderers of one view. */
interface Pair {
  oracle: ReferenceRenderer;
  subject: ViewRenderer;
}

/** Plays `scenario`; undefined where all answers agree. Only a restart waits for those before it. */
export async function firstConcurrentDifference(
  scenario: Scenario,
  startTarget: StartTarget<ViewRenderer>,
): Promise<Difference | undefined> {
  const views = scenario.views.map(compiledView);
  let makeSubject = startTarget(views);
  const pairs = views.map((view): Pair => ({
    oracle: createReferenceRenderer(view),
    subject: makeSubject(view),
  }));
  let asked: Asked[] = [];
  for (const [step, one] of scenario.steps.entries()) {
    if (one.kind === 'restart') {
      const difference = await firstWrong(asked);
      if (difference !== undefined) return difference;
      asked = [];
      if (one.view === 'all') makeSubject = startTarget(views);
    }
    for (const index of readersOf(one, scenario)) {
      const [view, pair] = [views[index], pairs[index]];
      if (view === undefined || pair === undefined) continue;
      if (one.kind === 'restart') {
        pair.oracle = createReferenceRenderer(view, saved(pair.oracle));
        pair.subject = makeSubject(view, saved(pair.subject));
        continue;
      }
      const { body, format, nowMs, options } = one;
      const expected = pair.oracle.render(body, format, nowMs, options);
      asked.push({ step, view: index, expected, answer: pair.subject.render(body, format, nowMs, options) });
    }
  }
  return (await firstWrong(asked)) ?? firstForgotten(pairs, scenario);
}

async function firstWrong(asked: readonly Asked[]): Promise<Difference | undefined> {
  const answers = await Promise.allSettled(asked.map(({ answer }) => answer));
  for (const [index, { step, view, expected }] of asked.entries()) {
    const finding = findingIn(expected, answers[index]);
    if (finding !== undefined) return { ...finding, step, view };
  }
  return undefined;
}

function findingIn(
  expected: Rendered,
  answer: PromiseSettledResult<Rendered> | undefined,
): Finding | undefined {
  if (answer?.status === 'fulfilled') return compareResults(expected, answer.value);
  return { kind: 'thrown', expected: 'no exception', actual: String(answer?.reason) };
}

function firstForgotten(pairs: readonly Pair[], { steps }: Scenario): Difference | undefined {
  for (const [view, pair] of pairs.entries()) {
    const finding = compareSnapshots(pair);
    if (finding !== undefined) return { ...finding, step: steps.length, view };
  }
  return undefined;
}
