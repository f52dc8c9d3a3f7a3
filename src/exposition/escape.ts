// Escaping of label values and HELP texts: what was decoded always leaves escaped anew, never as it came.
// Pure. Prometheus text 0.0.4 ("Comments, help text, and type information") and OpenMetrics 1.0 ("Escaping").

import type { ExpositionFormat } from './model.js';

/** A label value between its quotes: backslash, line feed and double quote escaped. */
export function escapeLabelValue(value: string): string {
  return value.replace(/[\\\n"]/g, escapeCharacter);
}

/** A HELP text. Quotes are escaped in OpenMetrics alone; in text 0.0.4 `\"` would be two characters. */
export function escapeHelp(help: string, format: ExpositionFormat): string {
  return help.replace(format === 'openmetrics' ? /[\\\n"]/g : /[\\\n]/g, escapeCharacter);
}

/** Decodes a HELP text. Unknown escapes stay as they are written: real exporters print Windows paths. */
export function unescapeHelp(text: string, format: ExpositionFormat): string {
  return text.replace(format === 'openmetrics' ? /\\([\\n"])/g : /\\([\\n])/g, (_, escaped: string) =>
    escaped === 'n' ? '\n' : escaped,
  );
}

/** The character that `\` and `letter` stand for in a label value; undefined for an unknown escape. */
export function unescapeLabelLetter(letter: string): string | undefined {
  switch (letter) {
    case 'n':
      return '\n';
    case '\\':
    case '"':
      return letter;
    default:
      return undefined;
  }
}

function escapeCharacter(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}
