// Which software answers: told by the names of its metrics, by what it says of its version there, and by its refusals.
// Pure. Trusts nothing it is told: a version is a short text of digits, dots and letters, or it is none.

import type { Exposition, Family } from '../exposition/model.js';
import type { PresetName } from '../views/options.js';

/** Every software that is known. `unknown` is an exposition, or a refusal, of something else. */
export const SOFTWARE = [
  'litellm',
  'vllm',
  'sglang',
  'tgi',
  'llamacpp',
  'triton',
  'tensorrt-llm',
  'librechat',
  'librechat_exporter',
  'bifrost',
  'portkey',
  'envoy',
  'kong',
  'node_exporter',
  'prometheus',
  'scrapegate',
  'unknown',
] as const;

/** One of them. */
export type Software = (typeof SOFTWARE)[number];

/** What is known of an answer; all of it may be absent. */
export interface SoftwareEvidence {
  readonly exposition?: Exposition | undefined;
  /** By name in lower case, as `node:http` and undici give them. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  /** The body of a refusal (401, 403), or its beginning. */
  readonly refusal?: string | undefined;
}

/** What was found. */
export interface DetectedSoftware {
  readonly software: Software;
  /** Only where the software says so itself: `1.106.2`, `2.42.0+ds`. */
  readonly version?: string;
  /** The preset of views that fits it. */
  readonly preset: PresetName;
}

interface Signature {
  readonly software: Exclude<Software, 'unknown'>;
  /** How names of its own metrics begin. */
  readonly prefixes: readonly string[];
  /** The metric that carries its version in a label. */
  readonly build?: readonly [metric: string, label: string];
}

/**
 * In the order in which they count. A gateway comes before the servers behind it and what it runs on, and a gate is
 * known by its own metrics alone: those that it passes on belong to its target.
 */
const SIGNATURES: readonly Signature[] = [
  { software: 'scrapegate', prefixes: ['scrapegate_'], build: ['scrapegate_build_info', 'version'] },
  { software: 'litellm', prefixes: ['litellm_'] },
  { software: 'bifrost', prefixes: ['bifrost_'] },
  { software: 'vllm', prefixes: ['vllm:'] },
  { software: 'sglang', prefixes: ['sglang:'] },
  { software: 'tgi', prefixes: ['tgi_'] },
  { software: 'llamacpp', prefixes: ['llamacpp:'] },
  { software: 'tensorrt-llm', prefixes: ['trtllm_'] },
  { software: 'triton', prefixes: ['nv_inference_'] },
  { software: 'librechat_exporter', prefixes: ['librechat_'] },
  { software: 'librechat', prefixes: ['rum_proxy_requests', 'generation_', 'sse_'] },
  { software: 'portkey', prefixes: ['llm_cost_sum', 'llm_token_sum'] },
  { software: 'kong', prefixes: ['kong_'] },
  {
    software: 'prometheus',
    prefixes: ['prometheus_tsdb_', 'prometheus_target_', 'prometheus_rule_'],
    build: ['prometheus_build_info', 'version'],
  },
  {
    software: 'node_exporter',
    prefixes: ['node_exporter_build_info', 'node_scrape_collector_'],
    build: ['node_exporter_build_info', 'version'],
  },
  { software: 'envoy', prefixes: ['envoy_'] },
];

const PRESETS_OF: Readonly<Partial<Record<Software, PresetName>>> = {
  litellm: 'litellm',
  vllm: 'vllm',
  librechat: 'librechat',
  librechat_exporter: 'librechat',
};

/** What a version can look like; anything else could be an attempt to write into a report. */
const VERSION = /^v?(\d{1,6}(?:\.\d{1,6}){1,3}(?:[-+.~]?[0-9A-Za-z][0-9A-Za-z.+~-]{0,39})?)$/;

/** LiteLLM's answer to a scrape without a key, whose wording has been stable since it was closed. */
const LITELLM_REFUSAL = 'Unauthorized access to metrics endpoint';
const LITELLM_HEADER = 'x-litellm-';
const GATE_REALM = 'realm="scrapegate"';

/** Which software this is; `unknown` with the preset `generic` where nothing tells. */
export function detectSoftware(evidence: SoftwareEvidence): DetectedSoftware {
  const families = evidence.exposition?.families ?? [];
  for (const { software, prefixes, build } of SIGNATURES) {
    if (!families.some(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)))) continue;
    const version = build === undefined ? headerVersion(evidence) : versionIn(families, build);
    return found(software, version);
  }
  return found(fromRefusal(evidence), headerVersion(evidence));
}

/** The version in a text, without a `v` before it; undefined where it is none. */
export function parseVersion(text: string | undefined): string | undefined {
  return text === undefined ? undefined : VERSION.exec(text)?.[1];
}

/** Whether a version is at least `major.minor`; undefined where it is not known. */
export function isAtLeast(version: string | undefined, major: number, minor: number): boolean | undefined {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (first === undefined || second === undefined) return undefined;
  return Number(first) === major ? Number(second) >= minor : Number(first) > major;
}

function found(software: Software, version: string | undefined): DetectedSoftware {
  return {
    software,
    ...(version !== undefined && { version }),
    preset: PRESETS_OF[software] ?? 'generic',
  };
}

function fromRefusal({ headers = {}, refusal = '' }: SoftwareEvidence): Software {
  if (refusal.includes(LITELLM_REFUSAL)) return 'litellm';
  if (Object.keys(headers).some((name) => name.startsWith(LITELLM_HEADER))) return 'litellm';
  return headerLines(headers['www-authenticate']).some((line) => line.includes(GATE_REALM))
    ? 'scrapegate'
    : 'unknown';
}

function headerVersion({ headers = {} }: SoftwareEvidence): string | undefined {
  const [line, ...others] = headerLines(headers['x-litellm-version']);
  return others.length > 0 ? undefined : parseVersion(line);
}

function headerLines(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** The one version that all series of a metric name; several nodes of different versions are none. */
function versionIn(
  families: readonly Family[],
  [metric, label]: readonly [metric: string, label: string],
): string | undefined {
  const family = families.find(({ name }) => name === metric || `${name}_info` === metric);
  const versions = new Set(
    family?.samples.map(({ labels }) => labels.find(({ name }) => name === label)?.value),
  );
  const [version] = versions;
  return versions.size === 1 ? parseVersion(version) : undefined;
}
