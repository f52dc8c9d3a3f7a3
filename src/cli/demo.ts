// The demo: fresh tokens, the options for them, and what a person has to know to try it.
// The tokens are shown once, on standard output, and are kept nowhere.

import { randomBytes } from 'node:crypto';
import type pc from 'picocolors';
import { digestToken, generateToken } from '../auth/digest.js';
import { formatListenAddress } from '../config/listen-address.js';
import { optionWarnings } from '../config/warnings.js';
import { ScrapegateError, type WarningCode } from '../errors.js';
import {
  DEMO_VIEW_NAMES,
  demoGatewayOptions,
  type DemoComparison,
  type DemoViewName,
} from '../gateway/demo.js';
import type { GatewayEvent } from '../gateway/events.js';
import type { GatewayOptions, ListenOptions } from '../gateway/options.js';
import { errorCodeOf } from '../internal/error-code.js';
import { describeView } from '../views/describe.js';
import type { ViewOptions } from '../views/options.js';

const PSEUDONYM_KEY_BYTES = 32;
const MAX_COLUMNS = 96;

const PURPOSES: Readonly<Record<DemoViewName, string>> = {
  operations: 'everything that runs the service, nobody by name',
  finance: 'who pays: teams and addresses are readable on purpose',
  acme: 'one tenant, which sees its own series and no other',
};

const NODE_OUTDATED: WarningCode = 'WARN_SCRAPEGATE_NODE_OUTDATED';
const OTHER_PORT = 9187;

type Paint = ReturnType<typeof pc.createColors>;

/** What the introduction of a demo is made from, besides the demo. */
export interface DemoIntroduction {
  /** Where it listens. */
  readonly url: string;
  readonly comparison: DemoComparison | undefined;
  readonly nodeVersion: string;
  readonly paint: Paint;
}

/** A demo that is ready to be started. */
export interface Demo {
  readonly options: GatewayOptions;
  readonly pseudonymKey: Uint8Array;
  readonly tokens: Readonly<Record<DemoViewName, string>>;
}

/** A demo with tokens and a pseudonym key of its own. */
export function createDemo(listen: ListenOptions, nodeVersion: string): Demo {
  const tokens = { operations: generateToken(), finance: generateToken(), acme: generateToken() };
  const pseudonymKey = randomBytes(PSEUDONYM_KEY_BYTES);
  const options = demoGatewayOptions({
    listen,
    digests: {
      operations: digestToken(tokens.operations),
      finance: digestToken(tokens.finance),
      acme: digestToken(tokens.acme),
    },
    pseudonymKey,
  });
  return { options: { ...options, warnings: optionWarnings(options, nodeVersion) }, pseudonymKey, tokens };
}

/** What a person reads when the demo is up at `url`. */
export function introduceDemo(
  { options, tokens }: Demo,
  { url, comparison, nodeVersion, paint }: DemoIntroduction,
): string {
  const common = new Set(options.views.slice(0, 1).flatMap((view) => describeView(view)));
  const isOutdated = (options.warnings ?? []).some(({ code }) => code === NODE_OUTDATED);
  return `${[
    paint.bold('Scrapegate stands in front of a made-up LLM gateway.'),
    '',
    `  Address: ${url}/metrics`,
    '  It answers 401, but to three tokens, made for this run and shown this once. Each opens a view:',
    ...options.views.flatMap((view) => ['', ...viewLines(view, common, url, tokens, paint)]),
    '',
    'All three, but for what is readable on purpose:',
    ...[...common].flatMap((line) => wrap(line, '    - ')),
    ...(comparison === undefined ? [] : ['', ...comparisonLines(comparison)]),
    '',
    paint.bold('For prometheus.yml'),
    '',
    '  scrape_configs:',
    '    - job_name: scrapegate-demo',
    '      scrape_interval: 15s',
    `      authorization: { type: Bearer, credentials: ${tokens.operations} }`,
    `      static_configs: [{ targets: ["${new URL(url).host}"] }]`,
    '',
    ...(isOutdated
      ? [
          `Note: Node.js ${nodeVersion} lacks security fixes. It will do for this demo; update it before you serve.`,
        ]
      : []),
    'Stop it with Ctrl+C. Failures are logged below; "scrapegate serve" logs every request, as JSON.',
    '',
  ].join('\n')}\n`;
}

function viewLines(
  view: ViewOptions,
  common: ReadonlySet<string>,
  url: string,
  tokens: Demo['tokens'],
  paint: Paint,
): readonly string[] {
  const name = DEMO_VIEW_NAMES.find((known) => known === view.name) ?? 'operations';
  return [
    `  ${paint.bold(name)}: ${PURPOSES[name]}`,
    `    token: ${tokens[name]}`,
    `    curl -H 'Authorization: Bearer ${tokens[name]}' ${url}/metrics`,
    ...describeView(view)
      .filter((line) => !common.has(line))
      .flatMap((line) => wrap(line, '    - ')),
  ];
}

function comparisonLines({ metric, before, after }: DemoComparison): readonly string[] {
  return [
    `One series of ${metric}, and what "operations" shows of it:`,
    `    ${before}`,
    ` -> ${after}`,
    '    (without client_ip, the series of several clients are one: their sum)',
  ];
}

/** Which events of the demo are worth a line below its introduction: what went wrong, and its beginning and end. */
export function isWorthLoggingInDemo(event: GatewayEvent): boolean {
  switch (event.kind) {
    case 'request':
      return event.reason !== undefined;
    case 'target_answered':
      return false;
    case 'warning':
      return event.warning.code !== NODE_OUTDATED;
    default:
      return true;
  }
}

/** The error of a demo that cannot start; for a port that is taken, with the command that takes another. */
export function demoStartError(error: unknown, address: ListenOptions): unknown {
  if (!('port' in address)) return error;
  const { host, port } = address;
  const cause = error instanceof ScrapegateError ? error.cause : undefined;
  if (errorCodeOf(cause) !== 'EADDRINUSE') return error;
  const other = port === OTHER_PORT ? OTHER_PORT + 1 : OTHER_PORT;
  return new ScrapegateError(
    'ERR_SCRAPEGATE_LISTEN_FAILED',
    `cannot listen on ${formatListenAddress({ host, port })}: another program listens there; try PORT=${other} npm start`,
    { cause },
  );
}

/** `text` broken between words into lines that fit a terminal; the first begins with `first`, the others below it. */
function wrap(text: string, first: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.trimEnd().length + word.length + 1 > MAX_COLUMNS) {
      lines.push(line.trimEnd());
      line = ' '.repeat(first.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
