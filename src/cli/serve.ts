// `scrapegate serve`: runs the gateway until it is told to stop.
// SIGHUP loads the configuration again, SIGTERM and SIGINT stop gracefully, a second one of these at once.

import { demoListen } from '../config/demo-listen.js';
import { loadConfiguration } from '../config/load.js';
import { ScrapegateError } from '../errors.js';
import { createGateway, type Gateway } from '../gateway/gateway.js';
import type { GatewayOptions } from '../gateway/options.js';
import type { CliContext } from './context.js';
import { createDemo, introduceDemo } from './demo.js';
import { EXIT_FAILURE, EXIT_OK } from './exit-codes.js';
import { createEventLog } from './log.js';
import { colours } from './report.js';

/** What was asked for. */
export interface ServeCommandOptions {
  readonly config?: string;
  readonly listen?: string;
  readonly demo?: boolean;
}

/**
 * Serves until a signal; resolves with the exit code.
 * @throws {ScrapegateError} where it cannot start
 */
export async function serve(options: ServeCommandOptions, context: CliContext): Promise<number> {
  if (options.demo === true) return serveDemo(options, context);
  const load = async (): Promise<GatewayOptions> => {
    const loaded = await loadConfiguration({
      ...(options.config !== undefined && { configPath: options.config }),
      ...(options.listen !== undefined && { listen: options.listen }),
      env: context.env,
      nodeVersion: context.nodeVersion,
    });
    return loaded.options;
  };
  const gateway = await start(await load(), context);
  reloadOnHangup(gateway, load, context);
  return untilStopped(gateway, context);
}

async function serveDemo({ config, listen }: ServeCommandOptions, context: CliContext): Promise<number> {
  if (config !== undefined) {
    throw new ScrapegateError(
      'ERR_SCRAPEGATE_USAGE_INVALID',
      '--demo takes no configuration; leave out --config',
    );
  }
  const demo = createDemo(demoListen(context.env, listen), context.nodeVersion);
  const gateway = await start(demo.options, context);
  const url = gateway.addresses()[0]?.url ?? '';
  context.stdout.write(introduceDemo(demo, url, colours(context.stdout, context.env)));
  return untilStopped(gateway, context);
}

async function start(options: GatewayOptions, { clock, stderr }: CliContext): Promise<Gateway> {
  const gateway = createGateway(options, { clock, onEvent: createEventLog(stderr) });
  await gateway.start();
  return gateway;
}

function reloadOnHangup(gateway: Gateway, load: () => Promise<GatewayOptions>, context: CliContext): void {
  const reload = async (): Promise<void> => {
    try {
      await gateway.reload(await load());
    } catch (error) {
      gateway.reloadFailed(asScrapegateError(error));
    }
  };
  // One after the other: the configuration read last is the one in force.
  let last = Promise.resolve();
  context.onSignal('SIGHUP', () => {
    last = last.then(reload);
  });
}

function asScrapegateError(error: unknown): ScrapegateError {
  if (error instanceof ScrapegateError) return error;
  return new ScrapegateError('ERR_SCRAPEGATE_CONFIG_INVALID', 'the configuration could not be taken over', {
    cause: error,
  });
}

function untilStopped(gateway: Gateway, context: CliContext): Promise<number> {
  return new Promise((resolve, reject) => {
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) return context.exitNow(EXIT_FAILURE);
      isStopping = true;
      gateway.close().then(() => resolve(EXIT_OK), reject);
    };
    context.onSignal('SIGTERM', stop);
    context.onSignal('SIGINT', stop);
  });
}
