// `scrapegate serve`: runs the gateway until it is told to stop.
// SIGHUP and changed files load the configuration again, SIGTERM and SIGINT stop gracefully, a second one of these at once.

import { demoListen } from '../config/demo-listen.js';
import type { FileIdentity } from '../config/file-identity.js';
import { createFileWatch } from '../config/file-watch.js';
import { loadConfiguration } from '../config/load.js';
import { ScrapegateError } from '../errors.js';
import { compareDemoSeries } from '../gateway/demo.js';
import type { EventListener, GatewayEvent } from '../gateway/events.js';
import { createGateway, type Gateway, type GatewayDeps } from '../gateway/gateway.js';
import type { GatewayOptions } from '../gateway/options.js';
import type { CliContext, LogOutput } from './context.js';
import { createDemo, demoStartError, introduceDemo, isWorthLoggingInDemo } from './demo.js';
import { EXIT_FAILURE, EXIT_OK } from './exit-codes.js';
import { createEventLog, lostLines } from './log.js';
import { colours } from './report.js';
import { createServiceManager, inheritedSockets, type ServiceManager } from './systemd.js';

/** How long a slow reader of the log may hold up the end. */
const LOG_DEADLINE_MS = 1_000;

/** What was asked for. */
export interface ServeCommandOptions {
  readonly config?: string;
  readonly 'web.config.file'?: string;
  readonly listen?: string;
  readonly demo?: boolean;
}

/** A gateway that is up, and what has to end before it may be closed. */
interface Started {
  readonly gateway: Gateway;
  readonly reloadsEnded: () => Promise<unknown>;
  readonly manager?: ServiceManager;
}

/**
 * Serves until a signal; resolves with the exit code.
 * @throws {ScrapegateError} where it cannot start
 */
export async function serve(options: ServeCommandOptions, context: CliContext): Promise<number> {
  // Before anything else: a signal without a listener ends the process, even one that came too early.
  const stop = stopSignal(context);
  const log = context.openLog(lostLines);
  let code = EXIT_FAILURE;
  try {
    const { gateway, reloadsEnded, manager } = await (options.demo === true
      ? startDemo(options, context, log)
      : startConfigured(options, context, stop, log));
    await stop.requested;
    await reloadsEnded();
    // The gate does not wait for systemd: the sooner it stops, the better.
    await Promise.all([manager?.stopping(), gateway.close()]);
    code = EXIT_OK;
  } finally {
    // What is still being written would keep the process.
    if (!(await log.end(LOG_DEADLINE_MS))) context.exitNow(code);
  }
  return code;
}

/** The first SIGTERM or SIGINT; the second one ends the process at once. */
interface StopSignal {
  readonly requested: Promise<void>;
  readonly isRequested: () => boolean;
}

function stopSignal(context: CliContext): StopSignal {
  let isRequested = false;
  const requested = new Promise<void>((resolve) => {
    const stop = (): void => {
      if (isRequested) context.exitNow(EXIT_FAILURE);
      isRequested = true;
      resolve();
    };
    context.onSignal('SIGTERM', stop);
    context.onSignal('SIGINT', stop);
  });
  return { requested, isRequested: () => isRequested };
}

function startConfigured(
  options: ServeCommandOptions,
  context: CliContext,
  stop: StopSignal,
  log: LogOutput,
): Promise<Started> {
  const watch = createFileWatch({ clock: context.clock, onChange: () => loadAgain() });
  let reloadIntervalMs = 0;
  const load = async (): Promise<GatewayOptions> => {
    const notedFiles = new Map<string, FileIdentity>();
    try {
      const loaded = await loadConfiguration({
        ...(options.config !== undefined && { configPath: options.config }),
        ...(options['web.config.file'] !== undefined && { webConfigPath: options['web.config.file'] }),
        ...(options.listen !== undefined && { listen: options.listen }),
        env: context.env,
        nodeVersion: context.nodeVersion,
        notedFiles,
      });
      reloadIntervalMs = loaded.reloadIntervalMs;
      return loaded.options;
    } finally {
      // A file that is wrong now may be put right; without a first configuration there is nothing to put right.
      if (reloadIntervalMs > 0) watch.watch(notedFiles, reloadIntervalMs);
    }
  };
  const onEvent = createEventLog(log);
  const manager = createServiceManager(context, (warning) => onEvent({ kind: 'warning', warning }));
  const starting = load().then(async (gatewayOptions) => {
    const { clock } = context;
    const deps = { clock, onEvent, inheritedSockets: inheritedSockets(context) };
    const gateway = await start(gatewayOptions, deps);
    manager.ready();
    return gateway;
  });
  // One after the other, and after the start: the configuration read last is the one in force.
  let last: Promise<unknown> = starting.catch(() => undefined);
  const loadAgain = (): void => {
    if (stop.isRequested()) return;
    // A start that failed is reported where it is awaited; there is nothing to reload then.
    last = last
      .then(() => starting)
      .then(
        async (gateway) => {
          manager.reloading();
          await reload(gateway, load);
          manager.ready();
        },
        () => undefined,
      );
  };
  context.onSignal('SIGHUP', loadAgain);
  const reloadsEnded = async (): Promise<void> => {
    await last;
    watch.stop();
  };
  return starting.then((gateway) => ({ gateway, reloadsEnded, manager }));
}

async function startDemo(
  options: ServeCommandOptions,
  context: CliContext,
  output: LogOutput,
): Promise<Started> {
  const { config, listen, 'web.config.file': webConfig } = options;
  if (config !== undefined || webConfig !== undefined) {
    throw new ScrapegateError(
      'ERR_SCRAPEGATE_USAGE_INVALID',
      `--demo takes no configuration; leave out ${config === undefined ? '--web.config.file' : '--config'}`,
    );
  }
  const { clock, env, nodeVersion, stdout } = context;
  const demo = createDemo(demoListen(env, listen), nodeVersion);
  const log = createEventLog(output);
  // The introduction comes first, and is not to be scrolled away by what goes well.
  const held: GatewayEvent[] = [];
  let isIntroduced = false;
  const onEvent: EventListener = (event) => {
    if (!isWorthLoggingInDemo(event)) return;
    if (isIntroduced) log(event);
    else held.push(event);
  };
  const gateway = await start(demo.options, { clock, onEvent }).catch((error: unknown) => {
    throw demoStartError(error, demo.options.listen);
  });
  const comparison = await compareDemoSeries(demo.pseudonymKey, clock);
  const url = gateway.addresses()[0]?.url ?? '';
  stdout.write(introduceDemo(demo, { url, comparison, nodeVersion, paint: colours(stdout, env) }));
  isIntroduced = true;
  for (const event of held) log(event);
  return { gateway, reloadsEnded: () => Promise.resolve() };
}

async function start(options: GatewayOptions, deps: GatewayDeps): Promise<Gateway> {
  const gateway = createGateway(options, deps);
  await gateway.start();
  return gateway;
}

async function reload(gateway: Gateway, load: () => Promise<GatewayOptions>): Promise<void> {
  try {
    await gateway.reload(await load());
  } catch (error) {
    gateway.reloadFailed(asScrapegateError(error));
  }
}

function asScrapegateError(error: unknown): ScrapegateError {
  if (error instanceof ScrapegateError) return error;
  return new ScrapegateError('ERR_SCRAPEGATE_CONFIG_INVALID', 'the configuration could not be taken over', {
    cause: error,
  });
}
