// Runs the benchmarks that are named, or all of them, and prints their table.
// Exit code 1: a figure is not what it must be, or a row gave none. Exit code 2: there is no row of that name.

import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { renderTable, verdictOf, type Figure, type RowOutcome } from './figures.js';
import { textOf } from './processes/started.js';
import { isRowName, ROW_NAMES } from './row-names.js';

/** `undefined` when the row ended without a result; what it said is on the terminal. */
function runRow(name: string): Promise<RowOutcome | undefined> {
  const child = fork(fileURLToPath(new URL('run-row.js', import.meta.url)), [name], {
    execArgv: ['--expose-gc'],
  });
  return new Promise((resolve) => {
    let outcome: RowOutcome | undefined;
    child.once('message', (message) => (outcome = JSON.parse(textOf(message))));
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(outcome));
  });
}

async function runRows(names: readonly string[]): Promise<boolean> {
  const figures: Figure[] = [];
  const failed: string[] = [];
  const start = performance.now();
  for (const name of names) {
    console.log(`… ${name}`);
    const outcome = await runRow(name);
    if (outcome === undefined) failed.push(name);
    else if (outcome.kind === 'skipped') console.log(`${name}: skipped, ${outcome.why}`);
    else figures.push(...outcome.figures);
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`\n${renderTable(figures)}\n`);
  for (const name of failed) console.log(`${name}: FAIL, no result`);
  console.log(`Node.js ${process.versions.node}, ${String(cpus().length)} cores, ${String(seconds)} s`);
  return failed.length === 0 && figures.every((figure) => verdictOf(figure) !== 'FAIL');
}

const names = process.argv.slice(2);
if (!names.every(isRowName)) {
  console.error(`error: no such row; expected ${ROW_NAMES.join(', ')}`);
  process.exitCode = 2;
} else if (!(await runRows(names.length === 0 ? ROW_NAMES : names))) {
  process.exitCode = 1;
}
