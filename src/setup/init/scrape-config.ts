// What scrapes the gate: a configuration of Prometheus, and the same for Grafana Alloy.

import { PUBLIC_MODE, SCRAPE_FILE, TOKEN_FILE, yamlText, type SetUp, type SetUpFile } from './set-up.js';

/** Where a scraper finds the gate, and the file with its token. */
export interface ScrapePlace {
  readonly address: string;
  readonly tokenFile: string;
}

/** The job of the gate's own metrics. A target is never called so. */
const OWN_JOB = 'scrapegate';

/** The entries below `scrape_configs:`, one line each. */
export function scrapeConfigLines(target: string, { address, tokenFile }: ScrapePlace): readonly string[] {
  const below = [
    '    authorization:',
    '      type: Bearer',
    `      credentials_file: ${yamlText(tokenFile)}`,
    '    static_configs:',
    `      - targets: [${yamlText(address)}]`,
  ];
  return [
    `  - job_name: ${yamlText(target)}`,
    ...below,
    '  # The gate itself: refusals, durations, what was pseudonymised.',
    `  - job_name: ${OWN_JOB}`,
    '    metrics_path: /-/metrics',
    ...below,
  ];
}

/** `prometheus.yml`: whole by itself, or to be added to another one. */
export function scrapeConfigFile({ target }: SetUp, place: ScrapePlace): SetUpFile {
  const lines = [
    '# For Prometheus: whole by itself, or two entries to add below scrape_configs: of yours.',
    `# The user of Prometheus has to be able to read ${TOKEN_FILE}, and nobody else.`,
    'scrape_configs:',
    ...scrapeConfigLines(target.name, place),
  ];
  return {
    name: SCRAPE_FILE,
    text: `${lines.join('\n')}\n`,
    mode: PUBLIC_MODE,
    about: 'what Prometheus has to know',
  };
}

/** `scrapegate.alloy`. JSON strings are strings of Alloy. */
export function alloyFile({ target }: SetUp, { address, tokenFile }: ScrapePlace): SetUpFile {
  const component = (name: string, job: string, path: string): readonly string[] => [
    `prometheus.scrape ${JSON.stringify(name)} {`,
    `  targets      = [{ "__address__" = ${JSON.stringify(address)} }]`,
    `  job_name     = ${JSON.stringify(job)}`,
    `  metrics_path = ${JSON.stringify(path)}`,
    '',
    '  authorization {',
    '    type             = "Bearer"',
    `    credentials_file = ${JSON.stringify(tokenFile)}`,
    '  }',
    '',
    '  // The name of your own prometheus.remote_write.',
    '  forward_to = [prometheus.remote_write.default.receiver]',
    '}',
  ];
  const lines = [
    '// For Grafana Alloy: add it to your configuration.',
    ...component('behind_scrapegate', target.name, '/metrics'),
    '',
    '// The gate itself: refusals, durations, what was pseudonymised.',
    ...component('scrapegate', OWN_JOB, '/-/metrics'),
  ];
  return {
    name: 'scrapegate.alloy',
    text: `${lines.join('\n')}\n`,
    mode: PUBLIC_MODE,
    about: 'what Grafana Alloy has to know',
  };
}
