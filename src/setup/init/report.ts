// What `init` found and did, as lines for a terminal. Names and counts, no value of a label, and never the token.

import type { Software } from '../../audit/software.js';
import { printable } from '../../internal/printable.js';
import { shownUrl } from '../../targets/shown-url.js';
import { describeFailure } from '../exposition-source.js';
import { labelLines } from '../preview/comparison-text.js';
import { counted, textTable } from '../text-table.js';
import { CONTAINER_USER, imageName } from './container.js';
import { VIEW } from './gate-config.js';
import type { FailedAttempt, LookedAt } from './look.js';
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

/** Why nothing was found, as one sentence: what each address gave, and the way out where a token is asked for. */
export function failureText(attempts: readonly FailedAttempt[], hasToken: boolean): string {
  const isRefused = attempts.some(
    ({ failure: { reason, detail = '' } }) => reason === 'status_not_200' && /^40[13]$/.test(detail),
  );
  const way = hasToken
    ? '; the token in --bearer-token-file does not open it'
    : '; give it a token with --bearer-token-file';
  const said = attempts.map(({ url, failure }) => ({ url, what: describeFailure(failure) }));
  const [only, ...others] = said;
  const what =
    only !== undefined && others.length === 0
      ? only.what
      : `gives no metrics: ${said.map((each) => `${printable(new URL(each.url).pathname)} ${each.what}`).join('; ')}`;
  return `the target ${what}${isRefused ? way : ''}`;
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
    `Found ${NAMES[software.software]}${version} at ${printable(shownUrl(url), 1000)}`,
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
    ...(forms.includes('kubernetes') ? [] : tokenLines(setUp)),
  ];
}

/** How Prometheus gets the token, also out of a folder that is for its owner alone. */
function tokenLines({ folder, target }: SetUp): readonly string[] {
  const file = shellWord(`${folder}/${TOKEN_FILE}`);
  return [
    `Where its user is prometheus: sudo chown prometheus ${file}`,
    'That user has to be able to enter the folder, too. Where it is not, copy the token, and name the copy in credentials_file:',
    `  sudo install -m 600 -o prometheus ${file} /etc/prometheus/scrapegate-${target.name}.token`,
  ];
}

function nextLines(setUp: SetUp, forms: readonly Form[]): readonly string[] {
  const { folder } = setUp;
  const config = shellWord(`${folder}/${CONFIG_FILE}`);
  const there = shellWord(folder);
  const isImage = forms.includes('compose') || forms.includes('kubernetes');
  const isStarted = isImage || forms.includes('systemd');
  return [
    `scrapegate check --config ${config}`,
    `scrapegate preview --config ${config} --view ${VIEW}`,
    ...(forms.includes('systemd') ? [`cd ${there} && sudo systemctl enable --now ./scrapegate.service`] : []),
    ...(isImage
      ? [
          '# in a clone of Scrapegate, what the image is made from:',
          `npm ci && npm run build && npm pack --pack-destination ${there}`,
        ]
      : []),
    // Compose comes last: it takes files that others read before.
    ...(forms.includes('kubernetes') ? kubernetesLines(setUp) : []),
    ...(forms.includes('compose') ? composeLines(setUp) : []),
    ...(isStarted ? [] : [`scrapegate serve --config ${config}`]),
  ];
}

function kubernetesLines({ folder, target, version }: SetUp): readonly string[] {
  const { bearerTokenFile } = target;
  return [
    `docker build --tag ${imageName(version)} ${shellWord(folder)}`,
    '# put that image where the cluster finds it, and its name there into kubernetes.yaml',
    ...(bearerTokenFile === undefined
      ? []
      : [`kubectl create secret generic ${TARGET_SECRET} --from-file=token=${shellWord(bearerTokenFile)}`]),
    `kubectl apply --kustomize ${shellWord(folder)}`,
  ];
}

function composeLines({ folder, target }: SetUp): readonly string[] {
  const read = [
    ...(isConfigSecret(target) ? [`${folder}/${CONFIG_FILE}`] : []),
    ...(target.bearerTokenFile === undefined ? [] : [target.bearerTokenFile]),
  ];
  return [
    ...read.flatMap((file) => [
      `# the gate in the container reads it as the user ${String(CONTAINER_USER)}:`,
      `sudo chown ${String(CONTAINER_USER)} ${shellWord(file)}`,
    ]),
    `cd ${shellWord(folder)} && docker compose up --build --detach`,
  ];
}

/** A path as one word for a shell, and as it can be printed. */
function shellWord(path: string): string {
  const word = /^[A-Za-z0-9_.,@+/-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
  return printable(word, 4096);
}
