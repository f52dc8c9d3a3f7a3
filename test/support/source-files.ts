// The source files of the program as text and as syntax, for tests of what may stand where.

import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { REPOSITORY } from './rooms.js';

/** One file of `src`. */
export interface SourceFile {
  /** From the repository on: `src/auth/basic.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Every source file, by path. */
export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(`${REPOSITORY}src`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((name) => ({ path: `src/${name}`, text: readFileSync(`${REPOSITORY}src/${name}`, 'utf8') }));
}

/**
 * What a file takes from its surroundings instead of being given it: time, timers, the process, the console.
 * As words such as `process.env`, `Date.now`, `new Date`, `setTimeout`; comments and strings do not count.
 */
export function ambientUses({ path, text }: SourceFile): readonly string[] {
  const uses = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) addUse(node, uses);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true));
  return [...uses];
}

const GLOBALS = new Set(['process', 'console', 'performance', 'Date', 'globalThis']);
const TIMERS = new Set(['setTimeout', 'setInterval']);

function addUse(node: ts.Identifier, uses: Set<string>): void {
  const { parent, text } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  if (isMember || ts.isTypeReferenceNode(parent)) return;
  if (TIMERS.has(text)) uses.add(text);
  if (!GLOBALS.has(text)) return;
  if (ts.isPropertyAccessExpression(parent)) uses.add(`${text}.${parent.name.text}`);
  // A moment that was passed in is no clock.
  else if (ts.isNewExpression(parent)) uses.add((parent.arguments?.length ?? 0) === 0 ? `new ${text}` : '');
  else uses.add(text);
}
