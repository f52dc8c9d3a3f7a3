// What a report may show of texts that the audited endpoint chose: enough to recognise one's own data, never a whole
// value, and no character that a terminal, a browser, a table or a spreadsheet would take for more than a letter.
// Pure.

import { detect } from '../views/detectors.js';

/** Takes the place of what is left out. */
const CUT = '…';
/** Takes the place of a character that is not shown. */
const HIDDEN = '·';

const MAX_NAME_LENGTH = 72;
const NOT_PLAIN = /[^A-Za-z0-9_:.-]/gu;
/** Letters and digits of every script stand alone; marks and controls of direction do not. */
const SHOWABLE = /^[\p{L}\p{N}]$/u;
/** A label of a host's name that says nothing about whose it is. */
const PLAIN_LABEL = /^[a-z]{2,12}$/i;

/** The first character of a value, and that there is more; `p…`. Nothing of a value that has no more than one. */
export function redactValue(value: string): string {
  const [first = '', second] = value;
  return (second !== undefined && SHOWABLE.test(first) ? first : HIDDEN) + CUT;
}

/** An address as `a…@a….example`; what has no `@` as any value. */
export function redactEmail(value: string): string {
  const at = value.lastIndexOf('@');
  if (at < 1) return redactValue(value);
  return `${redactValue(value.slice(0, at))}@${redactHost(value.slice(at + 1))}`;
}

/** A host as `v….local`: the first character and the top level. */
export function redactHost(host: string): string {
  const top = host.slice(host.lastIndexOf('.') + 1);
  const hasTop = top.length < host.length && PLAIN_LABEL.test(top);
  return redactValue(host) + (hasTop ? `.${top}` : '');
}

/** A name of a metric or label; one that carries personal data, or is far too long, is cut. */
export function printableName(name: string): string {
  if (detect(name) !== undefined) return redactValue(name);
  const plain = name.slice(0, MAX_NAME_LENGTH).replaceAll(NOT_PLAIN, HIDDEN);
  return name.length > MAX_NAME_LENGTH ? plain + CUT : plain;
}
