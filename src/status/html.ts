// Markup as a value: a template escapes every text that is put into it, so that nobody has to remember to.
// A text stays a text between tags and inside quoted attributes, the only two places where one may stand.
// What cannot be seen or would turn the writing direction is written out (`\u{202e}`). HTML Standard 13.3.

/** What may be put into a template. */
export type HtmlValue = Html | string | number | false | undefined | readonly HtmlValue[];

/** Markup that is whole and safe to send. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }

  /** The constant parts of a template with what stands between them. */
  static join(parts: readonly string[], values: readonly HtmlValue[]): Html {
    const [first = '', ...rest] = parts;
    return new Html(first + rest.map((part, index) => markupOf(values[index]) + part).join(''));
  }
}

/** Makes markup of a template; a list is joined, `false` and `undefined` are nothing. Attributes need their quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.join(parts, values);
}

/** Takes a constant of this room for markup. Never for anything else. */
export function trusted(constant: string): Html {
  return Html.join([constant], []);
}

/** Control and format characters, halves of characters, unassigned ones, and spaces that look like another. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const SPECIAL = /[&<>"'`]/g;

function markupOf(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeText(value);
  return value instanceof Html ? value.toString() : value.map((item) => markupOf(item)).join('');
}

function escapeText(text: string): string {
  return text
    .replace(UNSEEN, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(SPECIAL, (found) => `&#${found.charCodeAt(0)};`);
}
