// Where the gate listens, by which names it may be called, and how many connections there may be, as an operator says it.

import { describe, expect, it } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import { loadText, type GivenConfiguration } from '../../support/load-configuration.js';

const TARGET = {
  SCRAPEGATE_TARGET: 'http://litellm.example/metrics',
  METRICS_BEARER_TOKEN: 'q7Gm2VtX9cKpL4sZ8wYb3nRd6fHj1uTe5aQx0oEiCvM',
};
const UNIX = { path: '/run/gate.sock', mode: 0o660 };

async function problemsOf(given: GivenConfiguration): Promise<readonly string[]> {
  const error: unknown = await loadText({ ...given, env: { ...TARGET, ...given.env } }).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ScrapegateError)) throw new Error('it was loaded');
  return error.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('where the gate listens', () => {
  it.each<readonly [string, GivenConfiguration, string]>([
    [
      'PORT over a Unix socket',
      { file: 'listen: unix:/run/gate.sock', env: { PORT: '9087' } },
      'PORT: is a port, but listen is unix:/run/gate.sock; unset one of them',
    ],
    [
      'METRICS_PORT over systemd',
      { file: 'metrics_listen: systemd', env: { METRICS_PORT: '9090' } },
      'METRICS_PORT: is a port, but metrics_listen is systemd; unset one of them',
    ],
    [
      'a relative path in PORT',
      { env: { PORT: 'unix:gate.sock' } },
      'PORT: is not a port; expected a number from 0 to 65535, or unix:/path/of/socket',
    ],
    [
      'a mode that is a number',
      { file: 'socket_mode: 0660' },
      'socket_mode: expected permissions of three octal digits in quotes, such as "0660"',
    ],
    [
      'a mode that is none',
      { file: 'socket_mode: "0999"' },
      'socket_mode: expected permissions of three octal digits in quotes, such as "0660"',
    ],
    [
      'a name that is none',
      { file: 'allowed_hosts: [gate.example, "http://gate.example"]' },
      'allowed_hosts[1]: not a host name; expected one such as gate.example, gate.example:9087 or [2001:db8::1]',
    ],
    [
      'too few connections',
      { file: 'limits: { max_connections: 1 }' },
      'limits.max_connections: expected a whole number from 16 to 1000000',
    ],
    [
      'a reader without time',
      { file: 'limits: { write_timeout: 10ms }' },
      'limits.write_timeout: expected whole milliseconds from 1000 to 3600000',
    ],
    [
      'a PROXY header of nobody',
      { file: 'client_address: { header: proxy_protocol }', env: { TRUST_PROXY: 'false' } },
      'TRUST_PROXY: trusts nobody, but client_address.header is proxy_protocol, which needs a proxy',
    ],
  ])('%s is a problem', async (_, given, problem) => {
    expect(await problemsOf(given)).toEqual([problem]);
  });

  it.each<readonly [string, GivenConfiguration, object]>([
    ['a Unix socket of the file', { file: 'listen: unix:/run/gate.sock' }, { listen: UNIX }],
    [
      'with its mode',
      { file: 'listen: unix:/run/gate.sock\nsocket_mode: "0600"' },
      { listen: { ...UNIX, mode: 0o600 } },
    ],
    [
      'one of a variable',
      { file: 'listen: 127.0.0.1:1', env: { PORT: 'unix:/run/gate.sock' } },
      { listen: UNIX },
    ],
    ['one of the command line', { listen: 'unix:/run/gate.sock' }, { listen: UNIX }],
    ['one for the metrics', { env: { METRICS_PORT: 'unix:/run/gate.sock' } }, { metricsListen: UNIX }],
    [
      'a port beside a Unix socket',
      { file: 'listen: unix:/run/gate.sock', env: { METRICS_PORT: '9090' } },
      { listen: UNIX, metricsListen: { host: '0.0.0.0', port: 9090 } },
    ],
    [
      'two sockets of systemd',
      { file: 'listen: systemd:health\nmetrics_listen: systemd:metrics' },
      { listen: { systemd: { name: 'health' } }, metricsListen: { systemd: { name: 'metrics' } } },
    ],
  ])('%s', async (_, given, expected) => {
    const { options, sharesListener } = await loadText({ ...given, env: { ...TARGET, ...given.env } });
    expect(options).toMatchObject(expected);
    expect(sharesListener).toBe(false);
  });

  it('the same socket twice is one listener', async () => {
    const file = 'listen: unix:/run/gate.sock\nmetrics_listen: unix:/run/gate.sock';
    const { options, sharesListener } = await loadText({ file, env: TARGET });
    expect([options.metricsListen, sharesListener]).toEqual([undefined, true]);
  });

  it('a Unix socket is no plain HTTP beyond this machine', async () => {
    const { options } = await loadText({ file: 'listen: unix:/run/gate.sock', env: TARGET });
    expect(options.warnings?.map(({ code }) => code)).not.toContain('WARN_SCRAPEGATE_PLAIN_HTTP');
  });
});
