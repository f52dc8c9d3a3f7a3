// API keys by the prefixes that providers give them. A bare hash or UUID is no secret by its shape (identifiers of
// models and teams look the same): label rules hide those. Prefixes are also parts of names (`db_pk_lookup`,
// `hf_meta-llama-3-8b`), so most of them ask for something drawn at random behind them.

import { isBase64, isBase64Url, skipWhile, startsWord } from './characters.js';
import { changesCase, hasDigit, hasOpaqueRun } from './opaque.js';

/** How much behind a prefix is looked at: enough for every rule below, and a bound for repeated prefixes. */
const BODY_WINDOW = 64;

interface KeyShape {
  readonly alphabet: (code: number) => boolean;
  readonly minimum: number;
  readonly accepts: (body: string) => boolean;
}

function anything(minimum: number): KeyShape {
  return { alphabet: isBase64Url, minimum, accepts: () => true };
}

/** A digit, or the case of letters drawn at random: LiteLLM's own keys are 22 characters, some without a digit. */
function withDigit(minimum: number): KeyShape {
  return { alphabet: isBase64Url, minimum, accepts: (body) => hasDigit(body) || changesCase(body) };
}

const OPAQUE: KeyShape = { alphabet: isBase64Url, minimum: 12, accepts: hasOpaqueRun };

const SHAPES: Readonly<Record<string, KeyShape>> = {
  // `sk-1234` is a real, and popular, master key.
  'sk-': withDigit(4),
  'sk-proj-': anything(8),
  'sk-svcacct-': anything(8),
  'sk-admin-': anything(8),
  'sk-ant-': anything(8),
  'sk-learn': OPAQUE,
  'pk-lf-': withDigit(16),
  AKIA: anything(16),
  ASIA: withDigit(16),
  AIza: anything(30),
  'ya29.': anything(16),
  github_pat_: withDigit(16),
  'glpat-': anything(16),
  'xoxa-': withDigit(10),
  'xoxb-': withDigit(10),
  'xoxp-': withDigit(10),
  'xoxe-': withDigit(10),
  'xapp-': withDigit(10),
  'nvapi-': withDigit(16),
  tgp_v1_: withDigit(16),
  lsv2_pt_: withDigit(16),
  lsv2_sk_: withDigit(16),
  sk_: OPAQUE,
  'pk-': OPAQUE,
  pk_: OPAQUE,
  rk_: OPAQUE,
  gsk_: OPAQUE,
  hf_: OPAQUE,
  r8_: OPAQUE,
  fw_: OPAQUE,
  'vk-': OPAQUE,
  'csk-': OPAQUE,
  'xai-': OPAQUE,
  'pplx-': OPAQUE,
  ghp_: OPAQUE,
  gho_: OPAQUE,
  ghs_: OPAQUE,
  ghu_: OPAQUE,
  ghr_: OPAQUE,
  glsa_: OPAQUE,
  npm_: OPAQUE,
  whsec_: { alphabet: isBase64, minimum: 24, accepts: () => true },
};

/** The longest first: `sk-proj-` before `sk-`. */
const PREFIXES: readonly (readonly [prefix: string, shape: KeyShape])[] = Object.entries(SHAPES).toSorted(
  ([a], [b]) => b.length - a.length,
);
const FIRST_CHARACTERS: ReadonlySet<string> = new Set(PREFIXES.map(([prefix]) => prefix.charAt(0)));

/** Whether `text` contains an API key with a known prefix. Linear in its length. */
export function containsApiKey(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (!FIRST_CHARACTERS.has(text.charAt(at)) || !startsWord(text, at)) continue;
    const known = PREFIXES.find(([prefix]) => text.startsWith(prefix, at));
    if (known !== undefined && isKey(text, at + known[0].length, known[1])) return true;
  }
  return false;
}

function isKey(text: string, start: number, { alphabet, minimum, accepts }: KeyShape): boolean {
  const end = skipWhile(text, start, alphabet, start + BODY_WINDOW);
  return end - start >= minimum && accepts(text.slice(start, end));
}
