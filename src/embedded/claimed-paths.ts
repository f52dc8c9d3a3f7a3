// Which request targets belong to the gate: its paths in every spelling under which some server, proxy or framework could
// take them for its own. Rather one too many: what is claimed is answered by the gate, which is closed, and never reaches
// the application. Pure, linear time. RFC 3986 sections 3.3 and 6.2, RFC 9112 section 3.2, WHATWG URL.

/** Says whether a request target is a spelling of one of the paths. */
export type PathClaim = (target: string) => boolean;

/** A server in front decodes once, and an application may do so again. */
const MAX_DECODINGS = 4;

const ENCODED = /(?:%[0-9a-f]{2})+/gi;
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
/** Parsers of URLs drop some of them, wherever they stand. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}]+/gu;
/** Only these can be another spelling of something. */
const PLAIN = /^[a-z0-9._~/-]*$/;

/** Compiles the claim for canonical paths, such as `/metrics`. */
export function compilePathClaim(paths: readonly string[]): PathClaim {
  const claimed = paths.map((path) => segmentsOf(path.toLowerCase()));
  return (target) => {
    const readings = readingsOf(target).map(segmentsOf);
    return claimed.some((path) => readings.some((segments) => isSpelling(segments, path)));
  };
}

/** Some frameworks end a path at a semicolon, others keep what follows it. */
function readingsOf(target: string): readonly string[] {
  if (PLAIN.test(target)) return [target];
  // Parsers of URLs take a backslash for a slash, in the origin as well.
  const [path = ''] = target.replaceAll('\\', '/').replace(ORIGIN, '').split(/[?#]/, 1);
  const folded = fold(path);
  const semicolon = path.indexOf(';');
  return semicolon === -1 ? [folded] : [folded, fold(path.slice(0, semicolon))];
}

function fold(path: string): string {
  let decoded = path;
  for (let round = 0; round < MAX_DECODINGS && decoded.includes('%'); round += 1) {
    decoded = decoded.replace(ENCODED, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
  }
  return decoded.normalize('NFKC').replace(INVISIBLE, '').toLowerCase().replaceAll('\\', '/');
}

/** Segments without the empty ones, without those that mean the same folder, and without their parameters. */
function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .map((segment) => segment.split(';', 1)[0] ?? '')
    .filter((segment) => segment !== '' && segment !== '.');
}

/**
 * Parsers disagree about what a parent folder takes back. All of them keep what is left in its order, so that a path with
 * one is a spelling where it has the claimed segments in theirs.
 */
function isSpelling(segments: readonly string[], claimed: readonly string[]): boolean {
  if (!segments.includes('..')) {
    return segments.length === claimed.length && claimed.every((name, index) => segments[index] === name);
  }
  let found = 0;
  for (const segment of segments) if (segment === claimed[found]) found += 1;
  return found === claimed.length;
}
