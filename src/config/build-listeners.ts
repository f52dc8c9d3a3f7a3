// Addresses of the listeners, from file, environment and command line.

import type {
  GatewayOptions,
  ListenOptions,
  TcpListenOptions,
  UnixListenOptions,
} from '../gateway/options.js';
import type { BuildContext } from './build-context.js';
import { DEFAULT_SOCKET_MODE, formatListenAddress, isWildcardHost } from './listen-address.js';

const DEFAULT_LISTEN: TcpListenOptions = { host: '0.0.0.0', port: 9087 };

/** Addresses of the listeners. */
export interface BuiltListeners extends Pick<GatewayOptions, 'listen' | 'metricsListen'> {
  /** Whether both were asked for on one address, which is one listener. */
  readonly sharesListener: boolean;
}

/** The addresses; `override` comes from the command line and is strongest. */
export function buildListeners(context: BuildContext, override: ListenOptions | undefined): BuiltListeners {
  const { file, env } = context;
  const mode = file.options.socket_mode ?? DEFAULT_SOCKET_MODE;
  const withMode = (address: ListenOptions): ListenOptions =>
    'path' in address ? { ...address, mode } : address;
  const inFile = file.options.listen ?? DEFAULT_LISTEN;
  const listen = withMode(override ?? changed(context, inFile, 'PORT', env.port));
  const metricsInFile = file.options.metrics_listen;
  if (metricsInFile === undefined && env.metricsPort === undefined) return { listen, sharesListener: false };
  const beside = { host: 'host' in listen ? listen.host : DEFAULT_LISTEN.host, port: 0 };
  const metricsListen = withMode(changed(context, metricsInFile ?? beside, 'METRICS_PORT', env.metricsPort));
  if (isSamePlace(listen, metricsListen)) return { listen, sharesListener: true };
  reportOverlap(context, listen, metricsListen);
  return { listen, metricsListen, sharesListener: false };
}

/** An address with the port of a variable, or the Unix socket that it names instead. */
function changed(
  { problems }: BuildContext,
  address: ListenOptions,
  variable: 'PORT' | 'METRICS_PORT',
  value: number | UnixListenOptions | undefined,
): ListenOptions {
  if (value === undefined) return address;
  if (typeof value !== 'number') return value;
  if ('host' in address) return { host: address.host, port: value };
  // Whoever asked for a socket of this machine must not get one that the network reaches.
  problems.add(
    variable,
    `is a port, but ${variable === 'PORT' ? 'listen' : 'metrics_listen'} is ${formatListenAddress(address)}; unset one of them`,
  );
  return address;
}

function isSamePlace(a: ListenOptions, b: ListenOptions): boolean {
  const takesFreePort = 'port' in a && a.port === 0;
  return !takesFreePort && formatListenAddress(a) === formatListenAddress(b);
}

function reportOverlap({ env, problems }: BuildContext, a: ListenOptions, b: ListenOptions): void {
  if (!('port' in a && 'port' in b) || a.port !== b.port || a.port === 0) return;
  const knowsBoth = !problems.hasUnder('listen') && !problems.hasUnder('PORT');
  if (!knowsBoth || !(isWildcardHost(a.host) || isWildcardHost(b.host))) return;
  problems.add(
    env.metricsPort === undefined ? 'metrics_listen' : 'METRICS_PORT',
    'is the port of listen, which already covers every address; expected another port',
  );
}
