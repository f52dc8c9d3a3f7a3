// Numbers as the formats write them: reads what Prometheus reads, prints the shortest text that reads back equal.
// Pure. Hexadecimal floats, digit separators and numbers beyond the range of a double are refused, as Prometheus does.

const DECIMAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;
const NOT_A_NUMBER = /^nan$/i;

/**
 * The number that `text` writes, or undefined when it is none.
 *
 * Integers beyond 2^53 are rounded to the nearest double, as every reader of the formats does.
 */
export function parseNumber(text: string): number | undefined {
  const finite = parseFiniteNumber(text);
  if (finite !== undefined) return finite;
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity;
  return NOT_A_NUMBER.test(text) ? NaN : undefined;
}

/** The same without infinities and NaN: what a timestamp may be. */
export function parseFiniteNumber(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** The shortest text that `parseNumber` reads back as `value`; `+Inf`, `-Inf` and `NaN` as Prometheus writes them. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}
