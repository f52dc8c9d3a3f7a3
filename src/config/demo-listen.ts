// Where the demo listens: on loopback, unless the command line says otherwise.

import { ScrapegateError } from '../errors.js';
import type { TcpListenOptions } from '../gateway/options.js';
import type { Environment } from './environment.js';
import { parsePort, parseTcpAddress } from './listen-address.js';

const DEFAULT_PORT = '9087';

/**
 * `listen` from the command line, else 127.0.0.1 and `PORT`, else port 9087.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_CONFIG_INVALID where that is no address
 */
export function demoListen(env: Environment, listen: string | undefined): TcpListenOptions {
  if (listen !== undefined) {
    return parseTcpAddress(listen) ?? invalid('--listen', 'expected host:port, such as 127.0.0.1:9087');
  }
  const port = parsePort(env['PORT'] ?? DEFAULT_PORT);
  if (port === undefined) return invalid('PORT', 'is not a port; expected a number from 0 to 65535');
  return { host: '127.0.0.1', port };
}

function invalid(path: string, message: string): never {
  throw new ScrapegateError('ERR_SCRAPEGATE_CONFIG_INVALID', 'the demo cannot listen there', {
    problems: [{ path, message }],
  });
}
