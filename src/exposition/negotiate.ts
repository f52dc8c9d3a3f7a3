// Which format is asked for, sent for and answered: Accept and Content-Type on both sides of the gate.
// Pure. Never asks for protobuf, never guesses a format from an unknown type. RFC 9110 sections 8.3 and 12.5.1;
// Prometheus "Content negotiation".

import { type MediaType, parseMediaType, parseMediaTypes } from './media-type.js';
import type { ExpositionFormat } from './model.js';
import type { NameEscaping } from './names.js';

const TEXT_ESSENCE = 'text/plain';
const OPENMETRICS_ESSENCE = 'application/openmetrics-text';

/** Versions that are understood; undefined is a type without a version. */
const TEXT_VERSIONS: ReadonlySet<string | undefined> = new Set([undefined, '0.0.4', '1.0.0']);
const OPENMETRICS_VERSIONS: ReadonlySet<string | undefined> = new Set([undefined, '0.0.1', '1.0.0']);

/** RFC 9110 section 12.4.2: 0 to 1 with at most three decimals. */
const QUALITY = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/;

/** The version in which quoted names were agreed on, of both formats. */
const QUOTING_VERSION = '1.0.0';
const ESCAPING_PARAMETER = 'escaping';
const QUOTED_NAMES: NameEscaping = 'allow-utf-8';

/** Escaped names are classic ones, so that what carries them needs no word about it, and text no newer version. */
const CONTENT_TYPES: Readonly<Record<ExpositionFormat, Readonly<Record<NameEscaping, string>>>> = {
  text: {
    values: 'text/plain; version=0.0.4; charset=utf-8',
    'allow-utf-8': 'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  },
  openmetrics: {
    values: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    'allow-utf-8': 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  },
};

const ESSENCES: Readonly<Record<ExpositionFormat, string>> = {
  text: TEXT_ESSENCE,
  openmetrics: OPENMETRICS_ESSENCE,
};

const VERSIONS: Readonly<Record<ExpositionFormat, ReadonlySet<string | undefined>>> = {
  text: TEXT_VERSIONS,
  openmetrics: OPENMETRICS_VERSIONS,
};

/**
 * What is sent to targets. Text is asked for alone: some clients answer with OpenMetrics wherever it is named,
 * whatever its weight, and a scraper that wants text could not read that. `escaping=allow-utf-8` keeps `vllm:` names
 * whole: prometheus_client 0.26 otherwise prints OpenMetrics samples as `vllm_…` under metadata of `vllm:…`.
 */
const ACCEPT_HEADERS: Readonly<Record<ExpositionFormat, string>> = {
  text: 'text/plain;version=0.0.4,text/plain;q=0.5,*/*;q=0.1',
  openmetrics:
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8,' +
    'application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
};

/**
 * The format to ask a target for, from the scraper's Accept header.
 *
 * OpenMetrics only where it is named in a version that is understood and weighs at least as much as text;
 * everything else, a missing header and wildcards included, is text.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  const ranges = parseMediaTypes(accept ?? '');
  const openmetrics = bestQuality(ranges, OPENMETRICS_ESSENCE, OPENMETRICS_VERSIONS);
  if (openmetrics === undefined || openmetrics === 0) return 'text';
  const text =
    bestQuality(ranges, TEXT_ESSENCE, TEXT_VERSIONS) ??
    bestQuality(ranges, 'text/*', TEXT_VERSIONS) ??
    bestQuality(ranges, '*/*', TEXT_VERSIONS) ??
    0;
  return openmetrics >= text ? 'openmetrics' : 'text';
}

/**
 * What becomes of names beyond the classic alphabet in an answer of `format`, from the scraper's Accept header.
 *
 * `allow-utf-8` only where the scraper names it for that format in version 1.0.0 and wants no older version more;
 * everything else, other escapings included, is `values`, under which no two names become equal.
 */
export function negotiateEscaping(accept: string | undefined, format: ExpositionFormat): NameEscaping {
  const ranges = parseMediaTypes(accept ?? '');
  const quoting = ranges.filter(({ parameters }) => isQuoting(parameters));
  const quoted = bestQuality(quoting, ESSENCES[format], VERSIONS[format]) ?? 0;
  const any = bestQuality(ranges, ESSENCES[format], VERSIONS[format]) ?? 0;
  return quoted > 0 && quoted >= any ? QUOTED_NAMES : 'values';
}

/** The Accept header with which a target is asked for `wanted`. */
export function acceptHeaderFor(wanted: ExpositionFormat): string {
  return ACCEPT_HEADERS[wanted];
}

/** The format that a target's Content-Type names; undefined when it is missing, malformed or not understood. */
export function formatOfContentType(header: string | undefined): ExpositionFormat | undefined {
  const mediaType = header === undefined ? undefined : parseMediaType(header);
  if (mediaType === undefined) return undefined;
  const charset = mediaType.parameters.get('charset');
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') return undefined;
  const version = mediaType.parameters.get('version');
  if (mediaType.essence === TEXT_ESSENCE && TEXT_VERSIONS.has(version)) return 'text';
  if (mediaType.essence === OPENMETRICS_ESSENCE && OPENMETRICS_VERSIONS.has(version)) return 'openmetrics';
  return undefined;
}

/**
 * Whether a target's Content-Type allows names in quotes. Some clients answer text 0.0.4 with `escaping=allow-utf-8`,
 * taken from another format in Accept, and mean it.
 */
export function allowsQuotedNames(header: string | undefined): boolean {
  const parameters = header === undefined ? undefined : parseMediaType(header)?.parameters;
  if (parameters === undefined) return false;
  const escaping = parameters.get(ESCAPING_PARAMETER);
  return escaping === undefined ? parameters.get('version') === QUOTING_VERSION : escaping === QUOTED_NAMES;
}

/** The Content-Type of what the gate answers. */
export function contentTypeOf(format: ExpositionFormat, escaping: NameEscaping = 'values'): string {
  return CONTENT_TYPES[format][escaping];
}

function isQuoting(parameters: MediaType['parameters']): boolean {
  return parameters.get('version') === QUOTING_VERSION && parameters.get(ESCAPING_PARAMETER) === QUOTED_NAMES;
}

function bestQuality(
  ranges: readonly MediaType[],
  essence: string,
  versions: ReadonlySet<string | undefined>,
): number | undefined {
  let best: number | undefined;
  for (const { essence: candidate, parameters } of ranges) {
    const quality = parameters.get('q') ?? '1';
    if (candidate === essence && versions.has(parameters.get('version')) && QUALITY.test(quality)) {
      best = Math.max(best ?? 0, Number(quality));
    }
  }
  return best;
}
