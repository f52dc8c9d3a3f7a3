// YAML text to a plain object, with the line of each of its paths; problems are told by line and column alone.
// The parser's own messages quote the text, which may hold secrets: only its error codes are used.

import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type ErrorCode, type Node } from 'yaml';
import { formatPath, type ProblemList } from './problems.js';

const MEANINGS: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'an alias without an anchor before it',
  BAD_INDENT: 'the indentation does not fit',
  BAD_SCALAR_START: 'a value that begins with a reserved character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a nested value on the line of its key; put it on a line of its own, or in quotes',
  DUPLICATE_KEY: 'the same key twice',
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines; is a colon missing?',
  MULTIPLE_DOCS: 'a second document; only one is allowed',
  NON_STRING_KEY: 'a key that is not text; put it in quotes',
  TAB_AS_INDENT: 'a tab as indentation; use spaces',
  TAG_RESOLVE_FAILED: 'a tag that is not known',
  UNEXPECTED_TOKEN: 'something that does not belong here',
};

/** Aliases resolved at most: lists that are reused fit in, documents that explode do not. */
const MAX_ALIASES = 100;

/** Deeper than any configuration, and far from where the parser would exhaust the stack of the process. */
const MAX_DEPTH = 64;
const MAX_INDENT = 256;
const TOO_INDENTED = new RegExp(
  `^(?: {${String(MAX_INDENT)}}|[ ]*(?:[-?:][ \\t]+){${String(MAX_DEPTH)}})`,
  'm',
);

/** A rough upper look at nesting that needs no parser; brackets within quotes count too. */
function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return TOO_INDENTED.test(text);
}

/** The plain value of a YAML document; undefined, with problems added, where it is none. */
export function parseYamlText(text: string, problems: ProblemList): unknown {
  if (nestsTooDeeply(text)) {
    problems.add('', 'is not a configuration: nested too deeply');
    return undefined;
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: true,
      logLevel: 'error',
    });
    const complaints = [...document.errors, ...document.warnings];
    for (const { code, pos } of complaints) {
      const { line, col } = lines.linePos(pos[0]);
      const meaning = MEANINGS[code] ?? code.toLowerCase().replaceAll('_', ' ');
      problems.add('', `is not valid YAML: ${meaning}`, { line, column: col });
    }
    if (complaints.length > 0) return undefined;
    problems.locate(linesOf(document.contents, lines));
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    problems.add(
      '',
      'is not valid YAML: an alias without an anchor before it, or aliases that expand to too much',
    );
    return undefined;
  }
}

/** The line of each key and of each entry of a list, by path. What an alias repeats has the line of the alias. */
function linesOf(contents: Node | null, lines: LineCounter): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const note = (node: unknown, path: readonly PropertyKey[]): void => {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset !== undefined) found.set(formatPath(path), lines.linePos(offset).line);
  };
  const walk = (node: unknown, path: readonly PropertyKey[]): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (!isScalar(key)) continue;
        const at = [...path, String(key.value)];
        note(key, at);
        walk(value, at);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        note(item, [...path, index]);
        walk(item, [...path, index]);
      }
    }
  };
  walk(contents, []);
  return found;
}
