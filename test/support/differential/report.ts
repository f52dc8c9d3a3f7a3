// A failing sequence as text: what was asked of which view, the bytes line by line, and what came of it.

import type { Difference } from './compare.js';
import type { Scenario, Step } from './scenario.js';

/** Lines of one body that are printed. */
const MAX_LINES = 60;

/** Describes the failure of the sequence `title`, and how to play it again. */
export function failureReport(
  title: string,
  replay: string,
  scenario: Scenario,
  difference: Difference,
): string {
  const { kind, step, view, expected, actual } = difference;
  const place = step < scenario.steps.length ? `step ${step}` : 'the end';
  return [
    `${title}: the renderers differ in "${kind}" at ${place}, view ${view}`,
    `replay: ${replay}`,
    ...scenario.views.flatMap((options, index) =>
      isUsed(index, scenario) ? [`view ${index}: ${JSON.stringify(options)}`] : [],
    ),
    ...scenario.steps.flatMap((one, index) => [`step ${index}: ${heading(one)}`, ...bodyLines(one)]),
    'expected, as the reference has it:',
    expected,
    'actual:',
    actual,
  ].join('\n');
}

function isUsed(view: number, { steps }: Scenario): boolean {
  return steps.some((step) => (step.kind === 'restart' ? step.view === view : step.views.includes(view)));
}

function heading(step: Step): string {
  if (step.kind === 'restart') return `restart from the snapshot: ${step.view}`;
  const { format, nowMs, options, views } = step;
  return `${format} at ${nowMs} ms, ${JSON.stringify(options)}, views ${views.join(', ')}`;
}

function bodyLines(step: Step): readonly string[] {
  if (step.kind === 'restart') return [];
  const text = step.body.toString('utf8');
  // What is no UTF-8 is shown byte by byte, or the line would hide why it is refused.
  const isText = Buffer.from(text, 'utf8').equals(step.body);
  const lines = (isText ? text : step.body.toString('latin1')).split('\n');
  const shown = lines.slice(0, MAX_LINES).map((line) => `  | ${visible(line)}`);
  if (lines.at(-1) === '' && lines.length <= MAX_LINES) shown.pop();
  else if (lines.length <= MAX_LINES) shown.push('  (no line feed at the end)');
  else shown.push(`  (${lines.length - MAX_LINES} more lines)`);
  return isText ? shown : ['  (bytes that are no UTF-8, as latin1)', ...shown];
}

/** Control characters would move the cursor instead of being seen. */
function visible(line: string): string {
  return line.replaceAll(/[\p{Cc}\u2028\ufeff]/gu, (character) => JSON.stringify(character).slice(1, -1));
}
