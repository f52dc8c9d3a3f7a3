// One spelling for the many ways to write a label's name, so that a rule for `end_user` also meets
// `End-User`, `endUser`, full-width letters and Prometheus' own escaping `U__end_5f_user`.
// Used for matching alone: names leave as they came.

const PROMETHEUS_ESCAPE_PREFIX = 'U__';

/** The normalised form of a label name: decoded, NFKC, invisible characters out, snake_case, lower case. */
export function normaliseLabelName(name: string): string {
  return decodeEscapedName(name)
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\p{Cc}\p{Mn}]/gu, '')
    .trim()
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
    .replaceAll(/[-.\s/]+/gu, '_');
}

/** Undoes Prometheus' "values" escaping of UTF-8 names: `U__` in front, `_<hex>_` for a character, `__` for `_`. */
function decodeEscapedName(name: string): string {
  if (!name.startsWith(PROMETHEUS_ESCAPE_PREFIX)) return name;
  return name
    .slice(PROMETHEUS_ESCAPE_PREFIX.length)
    .replaceAll(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex: string | undefined) => {
      if (hex === undefined) return '_';
      const codePoint = Number.parseInt(hex, 16);
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
    });
}
