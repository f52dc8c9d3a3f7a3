// Text that somebody else chose, for a terminal or a page: nothing in it moves the cursor, changes colours, turns the
// direction of writing around or hides. What is escaped can be read as what it is.

/** Controls, formats (directions, joiners, byte order marks), surrogates, private use, separators, and what shows nothing. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** White space that is not the plain one: it would pass for it. */
const OTHER_SPACE = /(?! )\p{Zs}/gu;

const DEFAULT_LENGTH = 200;

/** `text` with everything escaped that is not plainly visible, and cut after `length` characters. */
export function printable(text: string, length: number = DEFAULT_LENGTH): string {
  // Cut first, by code points: a long text costs no more than a short one, and no character is torn apart.
  const head = Array.from(text.slice(0, length * 2))
    .slice(0, length)
    .join('');
  const escaped = head
    .replaceAll('\\', '\\\\')
    .replace(UNPRINTABLE, escapeCharacter)
    .replace(OTHER_SPACE, escapeCharacter);
  return head.length < text.length ? `${escaped}…` : escaped;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
