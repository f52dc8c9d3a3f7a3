// The demo: fresh tokens, the options for them, and what a person has to know to try it.
// The tokens are shown once, on standard output, and are kept nowhere.

import { randomBytes } from 'node:crypto';
import type pc from 'picocolors';
import { digestToken, generateToken } from '../auth/digest.js';
import { optionWarnings } from '../config/warnings.js';
import { DEMO_VIEW_NAMES, demoGatewayOptions, type DemoViewName } from '../gateway/demo.js';
import type { GatewayOptions, ListenOptions } from '../gateway/options.js';
import { describeView } from '../views/describe.js';

const PSEUDONYM_KEY_BYTES = 32;
const MAX_COLUMNS = 96;

const PURPOSES: Readonly<Record<DemoViewName, string>> = {
  operations: 'everything that runs the service, nobody by name',
  finance: 'who pays: teams and addresses are readable on purpose',
  acme: 'one tenant, which sees its own series and no other',
};

/** A demo that is ready to be started. */
export interface Demo {
  readonly options: GatewayOptions;
  readonly tokens: Readonly<Record<DemoViewName, string>>;
}

/** A demo with tokens and a pseudonym key of its own. */
export function createDemo(listen: ListenOptions, nodeVersion: string): Demo {
  const tokens = { operations: generateToken(), finance: generateToken(), acme: generateToken() };
  const options = demoGatewayOptions({
    listen,
    digests: {
      operations: digestToken(tokens.operations),
      finance: digestToken(tokens.finance),
      acme: digestToken(tokens.acme),
    },
    pseudonymKey: randomBytes(PSEUDONYM_KEY_BYTES),
  });
  return { options: { ...options, warnings: optionWarnings(options, nodeVersion) }, tokens };
}

/** What a person reads when the demo is up at `url`. */
export function introduceDemo(
  { options, tokens }: Demo,
  url: string,
  paint: ReturnType<typeof pc.createColors>,
): string {
  const views = DEMO_VIEW_NAMES.flatMap((name) => {
    const view = options.views.find((known) => known.name === name);
    return [
      '',
      `  ${paint.bold(name)}: ${PURPOSES[name]}`,
      `    token: ${tokens[name]}`,
      ...(view === undefined ? [] : describeView(view).flatMap((line) => wrap(line, '    - '))),
    ];
  });
  return `${[
    paint.bold('Scrapegate stands in front of a made-up LLM gateway.'),
    '',
    `  Address: ${url}/metrics`,
    '  Without a token: 401. With one of these three, generated for this run and shown this once:',
    ...views,
    '',
    `${paint.bold('Try it')} (other views: another token)`,
    '',
    `  curl -H 'Authorization: Bearer ${tokens.operations}' ${url}/metrics`,
    '',
    paint.bold('For prometheus.yml'),
    '',
    '  scrape_configs:',
    '    - job_name: scrapegate-demo',
    `      authorization: { type: Bearer, credentials: ${tokens.operations} }`,
    `      static_configs: [{ targets: ["${new URL(url).host}"] }]`,
    '',
    'Stop it with Ctrl+C. The log follows.',
    '',
  ].join('\n')}\n`;
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
