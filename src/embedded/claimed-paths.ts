// Which request targets belong to the gate: its paths in every spelling under which some server, proxy or framework could
// take them for its own. Rather one too many: what is claimed is answered by the gate, which is closed, and never reaches
// the application. Pure, linear time. RFC 3986 sections 3.3, 4.2 and 6.2, RFC 9112 section 3.2, WHATWG URL.

/** Says whether a request target is a spelling of one of the paths. */
export type PathClaim = (target: string) => boolean;

/** One way to understand a target. */
interface Reading {
  /** Without those that are empty or mean the same folder, and without their parameters. */
  readonly segments: readonly string[];
  /** Whether parsers of URLs may take what stands first for a host, and the rest alone for the path. */
  readonly mayHaveHost: boolean;
}

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** Of a segment (RFC 3986 section 3.3). */
const PARAMETERS = /;[^/]*/g;
/** Parsers of URLs drop some of them, wherever they stand. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}]+/gu;
const MARKS = /\p{M}+/gu;
/** Where some parsers end a path, and others do not. */
const DELIMITER = /[?#;]/;
/** Only these can be another spelling of something. */
const PLAIN = /^[A-Za-z0-9._~/-]*$/;

/** Compiles the claim for canonical paths, such as `/metrics`. */
export function compilePathClaim(paths: readonly string[]): PathClaim {
  const claimed = paths.map((path) => readingOf(path.toLowerCase()).segments);
  return (target) => {
    const readings = readingsOf(target);
    return claimed.some((path) => readings.some((reading) => isSpelling(reading, path)));
  };
}

function readingsOf(target: string): readonly Reading[] {
  const query = target.indexOf('?');
  const whole = query === -1 ? target : target.slice(0, query);
  if (PLAIN.test(whole)) return [readingOf(whole.toLowerCase())];
  // Parsers of URLs take a backslash for a slash, in the origin as well.
  const slashed = whole.replaceAll('\\', '/');
  const absolute = ABSOLUTE.exec(slashed);
  const path = slashed.slice((absolute ?? SCHEME.exec(slashed))?.[0].length ?? 0);
  // With fewer slashes behind a scheme than two, or with more of them, a host may follow all the same.
  const isOdd = absolute === null && path.length < slashed.length;
  const folded = fold(path);
  const end = folded.search(DELIMITER);
  const texts = end === -1 ? [folded] : [folded, folded.slice(0, end)];
  // Parameters may have an encoded slash in them, which ends no segment for those who take them out first.
  if (path.includes(';')) texts.push(fold(path.replaceAll(PARAMETERS, '')));
  return texts.map((text) => readingOf(isOdd ? `//${text}` : text));
}

function fold(path: string): string {
  // A mark never goes away again, so that one of them tells as much as many, which take long to be put in order.
  const text = decodeWholly(path).replace(MARKS, '\u0301');
  return text.normalize('NFKC').replace(INVISIBLE, '').toLowerCase().replaceAll('\\', '/');
}

/**
 * Without percent-encoding, however often it was applied: a server in front decodes once, and an application may do so
 * again. What one decoding alone would make a claimed path is one after all of them, too, since that has no `%` in it.
 */
function decodeWholly(path: string): string {
  if (!path.includes('%')) return path;
  const bytes = Buffer.from(path);
  let length = 0;
  for (const byte of bytes) {
    bytes[length] = byte;
    length += 1;
    while (length >= 3 && bytes[length - 3] === PERCENT) {
      const decoded = hexDigit(bytes[length - 2]) * 16 + hexDigit(bytes[length - 1]);
      if (Number.isNaN(decoded)) break;
      length -= 2;
      bytes[length - 1] = decoded;
    }
  }
  return bytes.toString('utf8', 0, length);
}

const PERCENT = 0x25;

/** NaN for what is none. */
function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : NaN;
}

function readingOf(path: string): Reading {
  const segments: string[] = [];
  let emptyBefore = 0;
  for (const part of path.split('/')) {
    const end = part === '' ? -1 : part.search(DELIMITER);
    const segment = end === -1 ? part : part.slice(0, end);
    if (segment === '' && segments.length === 0) emptyBefore += 1;
    if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return { segments, mayHaveHost: emptyBefore > 1 };
}

/**
 * Parsers disagree about what a parent folder takes back. All of them keep what is left in its order, so that a path with
 * one is a spelling where it has the claimed segments in theirs. Whoever parses twice may take a second host away, so that
 * behind one the last segments count.
 */
function isSpelling({ segments, mayHaveHost }: Reading, claimed: readonly string[]): boolean {
  if (!segments.includes('..')) {
    const before = segments.length - claimed.length;
    return (
      (before === 0 || (mayHaveHost && before > 0)) &&
      claimed.every((name, index) => segments[before + index] === name)
    );
  }
  let found = 0;
  for (const segment of segments) if (segment === claimed[found]) found += 1;
  return found === claimed.length;
}
