// `scrapegate check`: loads the configuration as `serve` would, and says what it means. Changes and starts nothing.

import { formatListenAddress } from '../config/listen-address.js';
import { loadConfiguration, type LoadedConfiguration } from '../config/load.js';
import { describeView } from '../views/describe.js';
import type { CliContext } from './context.js';
import { EXIT_OK } from './exit-codes.js';
import { colours } from './report.js';

/** What was asked for. */
export interface CheckCommandOptions {
  readonly config?: string;
}

/** Prints what the configuration means. @throws {ScrapegateError} with every problem. */
export async function check(options: CheckCommandOptions, context: CliContext): Promise<number> {
  const { stdout, env, nodeVersion } = context;
  const loaded = await loadConfiguration({
    ...(options.config !== undefined && { configPath: options.config }),
    env,
    nodeVersion,
    createFiles: false,
  });
  const paint = colours(stdout, env);
  stdout.write(`${paint.green('The configuration is valid.')}\n\n${describe(loaded).join('\n')}\n`);
  for (const { code, message } of loaded.options.warnings ?? []) {
    stdout.write(`\n${paint.yellow('warning:')} ${message} ${paint.dim(`(${code})`)}\n`);
  }
  return EXIT_OK;
}

function describe({ options, configPath, variables }: LoadedConfiguration): readonly string[] {
  const { listen, metricsListen, guard, targets, views } = options;
  const scheme = options.tls === undefined ? 'http' : 'https';
  return [
    ...(configPath === undefined ? [] : [`file: ${JSON.stringify(configPath)}`]),
    ...(variables.length === 0 ? [] : [`variables: ${variables.join(', ')}`]),
    `listen: ${scheme}://${formatListenAddress(listen)}`,
    ...(metricsListen === undefined
      ? []
      : [`metrics_listen: ${scheme}://${formatListenAddress(metricsListen)}`]),
    `targets: ${targets.map(({ name }) => name).join(', ')}`,
    ...views.flatMap((view) => [
      `view ${view.name} of ${view.target}:`,
      ...describeView(view).map((line) => `  ${line}`),
    ]),
    ...(guard.credentials ?? []).map(
      ({ name, grant }) =>
        `credential ${name}: view ${grant.view}${grant.self === true ? ', and the metrics of the gate' : ''}`,
    ),
    ...(guard.anonymous === undefined ? [] : [`without a credential: view ${guard.anonymous.view}`]),
  ];
}
