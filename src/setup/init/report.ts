// What `init` found and did, as lines for a terminal. Names and counts, no value of a label, and never the token.

import type { Software } from '../../audit/software.js';
import { printable } from '../../internal/printable.js';
import { labelLines } from '../preview/comparison-text.js';
import { counted, textTable } from '../text-table.js';
import { CONTAINER_USER } from './container.js';
import { VIEW } from './gate-config.js';
import type { LookedAt } from './look.js';
import { TARGET_SECRET } from './kubernetes.js';
import { scrapeConfigLines, type ScrapePlace } from './scrape-config.js';
import { CONFIG_FILE, isConfigSecret, TOKEN_FILE, type Form, type SetUp, type SetUpFile } from './set-up.js';

const NAMES: Readonly<Record<Software, string>> = {
  litellm: 'LiteLLM',
  vllm: 'vLLM',
  sglang: 'SGLang',
  tgi: 'Text Generation Inference',
  llamacpp: 'llama.cpp',
  triton: 'Triton',
  'tensorrt-llm': 'TensorRT-LLM',
  librechat: 'LibreChat',
  librechat_exporter: 'an exporter of LibreChat',
  bifrost: 'Bifrost',
  portkey: 'Portkey',
  envoy: 'Envoy',
  kong: 'Kong',
  node_exporter: 'node_exporter',
  prometheus: 'Prometheus',
  scrapegate: 'Scrapegate',
  unknown: 'software that is not known',
};

/** Software whose name is taken by something else of the set-up. */
const TARGET_NAMES: Readonly<Partial<Record<Software, string>>> = {
  scrapegate: 'upstream',
  unknown: 'target',
};

/** What the target is called in the configuration. */
export function targetName(software: Software): string {
  return TARGET_NAMES[software] ?? software;
}

/** What was found. */
export function foundLines({
  url,
  software,
  preset,
  isOpen,
  isMalformed,
  comparison,
}: LookedAt): readonly string[] {
  const { before, labels } = comparison;
  const version = software.version === undefined ? '' : ` ${software.version}`;
  const hidden = labels.filter(({ fate }) => fate !== 'keep');
  return [
    `Found ${NAMES[software.software]}${version} at ${printable(withoutQuery(url), 1000)}`,
    `  ${counted(before.families, 'family', 'families')}, ${counted(before.series, 'series', 'series')}, ${counted(before.bytes, 'byte')}`,
    ...(isOpen
      ? ['  It answers without a credential: let it listen where nobody but the gate reaches it.']
      : []),
    ...(isMalformed
      ? [
          `  ${counted(comparison.quarantined, 'metric')} of it ${comparison.quarantined === 1 ? 'is' : 'are'} malformed; the gate will leave out what is.`,
        ]
      : []),
    '',
    ...(hidden.length === 0
      ? [`Nothing that the preset ${preset} or its detectors would hide`]
      : [`What the preset ${preset} hides`, ...labelLines(hidden, { preset }).slice(1)]),
  ];
}

/** A query may hold a key. */
function withoutQuery(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? url : `${url.slice(0, at)}?…`;
}

/** What was written, and what comes next. */
export function doneLines(
  setUp: SetUp,
  files: readonly SetUpFile[],
  place: ScrapePlace,
  forms: readonly Form[],
): readonly string[] {
  const { folder, target } = setUp;
  return [
    `Written to ${printable(folder)}`,
    ...textTable(
      files.map(({ name, about, mode }) => [`  ${name}`, mode.toString(8).padStart(4, '0'), about]),
      ['left', 'left', 'left'],
    ),
    '',
    'For prometheus.yml (below scrape_configs:)',
    ...scrapeConfigLines(target.name, place),
    '',
    'Next',
    ...nextLines(setUp, forms).map((line) => `  ${line}`),
    '',
    `The token is in ${TOKEN_FILE} and nowhere else. Prometheus has to be able to read it, and nobody else.`,
    // kubectl reads it as whoever calls it.
    ...(forms.includes('kubernetes')
      ? []
      : [`Where its user is prometheus: sudo chown prometheus ${shellWord(`${folder}/${TOKEN_FILE}`)}`]),
  ];
}

function nextLines({ folder, target }: SetUp, forms: readonly Form[]): readonly string[] {
  const config = shellWord(`${folder}/${CONFIG_FILE}`);
  const lines = [
    `scrapegate check --config ${config}`,
    `scrapegate preview --config ${config} --view ${VIEW}`,
  ];
  const there = `cd ${shellWord(folder)}`;
  if (forms.includes('systemd')) lines.push(`${there} && sudo systemctl enable --now ./scrapegate.service`);
  if (forms.includes('compose')) {
    if (isConfigSecret(target)) lines.push(`sudo chown ${String(CONTAINER_USER)} ${config}`);
    lines.push(`${there} && docker compose up --detach`);
  }
  if (forms.includes('kubernetes')) {
    if (target.bearerTokenFile !== undefined)
      lines.push(
        `kubectl create secret generic ${TARGET_SECRET} --from-file=token=${shellWord(target.bearerTokenFile)}`,
      );
    lines.push(`kubectl apply --kustomize ${shellWord(folder)}`);
  }
  return forms.some((form) => form === 'systemd' || form === 'compose' || form === 'kubernetes')
    ? lines
    : [...lines, `scrapegate serve --config ${config}`];
}

/** A path as one word for a shell, and as it can be printed. */
function shellWord(path: string): string {
  const word = /^[A-Za-z0-9_.,@+/-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
  return printable(word, 4096);
}
