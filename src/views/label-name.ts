// One spelling for the many ways to write a label's name, so that a rule for `end_user` also meets
// `End-User`, `endUser`, `_end__user`, full-width letters and what Prometheus makes of names that it escapes.
// Used for matching alone: names leave as they came.

const PROMETHEUS_ESCAPE_PREFIX = 'U__';

/**
 * The normalised form of a label name, or of a glob on label names: decoded, NFKC without marks and invisible characters,
 * snake_case, lower case, no underscore twice in a row or at an end.
 */
export function normaliseLabelName(name: string): string {
  const words = decodeEscapedName(name)
    .normalize('NFKD')
    .replaceAll(/[\p{Cf}\p{Cc}\p{Mark}\p{Default_Ignorable_Code_Point}]/gu, '')
    .normalize('NFKC')
    .trim()
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase();
  // Prometheus' "dots" escaping writes `_dot_` for a dot. Beside a wildcard of a glob nothing is cut:
  // a rule for `_*` must not become one for `*`.
  return words
    .replaceAll(/(?<![*?])_dot_(?![*?])/g, '_')
    .replaceAll(/[-._\s/]+/gu, '_')
    .replace(/^_(?![*?])/, '')
    .replace(/(?<![*?])_$/, '');
}

/** Undoes Prometheus' "values" escaping of UTF-8 names: `U__` in front, `_<hex>_` for a character, `__` for `_`. */
export function decodeEscapedName(name: string): string {
  if (!name.startsWith(PROMETHEUS_ESCAPE_PREFIX)) return name;
  return name
    .slice(PROMETHEUS_ESCAPE_PREFIX.length)
    .replaceAll(/__|_([0-9a-fA-F]{1,6})_/g, (whole, hex: string | undefined) => {
      if (hex === undefined) return '_';
      const codePoint = Number.parseInt(hex, 16);
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
    });
}
