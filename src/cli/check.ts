// `scrapegate check`: loads the configuration as `serve` would, and says what it means. Changes and starts nothing.

import { describeConfiguration } from '../config/describe.js';
import { loadConfiguration } from '../config/load.js';
import { standingWarnings } from '../gateway/warnings.js';
import type { CliContext } from './context.js';
import { EXIT_OK } from './exit-codes.js';
import { colours } from './report.js';

/** What was asked for. */
export interface CheckCommandOptions {
  readonly config?: string;
  readonly 'web.config.file'?: string;
  readonly listen?: string;
}

/** Prints what the configuration means, and what `serve` would warn of. @throws {ScrapegateError} with every problem. */
export async function check(options: CheckCommandOptions, context: CliContext): Promise<number> {
  const { config, listen, 'web.config.file': webConfigPath } = options;
  const { stdout, env, nodeVersion, clock } = context;
  const loaded = await loadConfiguration({
    ...(config !== undefined && { configPath: config }),
    ...(webConfigPath !== undefined && { webConfigPath }),
    ...(listen !== undefined && { listen }),
    env,
    nodeVersion,
    createFiles: false,
  });
  const paint = colours(stdout, env);
  const lines = [paint.green('The configuration is valid.'), '', ...describeConfiguration(loaded)];
  for (const { code, message } of standingWarnings(loaded.options, clock.nowMs())) {
    lines.push('', `${paint.yellow('warning:')} ${message} ${paint.dim(`(${code})`)}`);
  }
  stdout.write(`${lines.join('\n')}\n`);
  return EXIT_OK;
}
