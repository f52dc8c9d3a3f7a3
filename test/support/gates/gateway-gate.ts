// The gateway with the options of a gate in a server: the same guard and views, and the source behind HTTP.

import { resolveMetricsOptions } from '../../../src/embedded/resolve-options.js';
import { createGateway } from '../../../src/gateway/gateway.js';
import { answering, httpGet, OPENMETRICS_TYPE, portOf, startUpstream } from '../start-gateway.js';
import type { StartGate } from './gate-scene.js';

/** Starts it, once its target has answered. */
export const startGatewayGate: StartGate = async (options) => {
  const resolved = resolveMetricsOptions(options, undefined);
  if (!resolved.ok) throw new Error(resolved.error.map(({ path, message }) => `${path} ${message}`).join());
  const { guard, views, viewTemplates, pseudonymKey, registry, clock, onEvent } = resolved.value;
  const { timeoutMs, maxBytes, onMalformed } = registry;
  let isReady = false;
  const upstream = await startUpstream((request, response) => {
    if (!isReady) return answering('# TYPE up gauge\nup 1\n')(request, response);
    options.metrics().then(
      (text) => answering(text, text.endsWith('# EOF\n') ? OPENMETRICS_TYPE : undefined)(request, response),
      () => void response.writeHead(500).end(),
    );
  });
  const gateway = createGateway(
    {
      listen: { host: '127.0.0.1', port: 0 },
      allowedHosts: ['*'],
      guard,
      targets: [{ name: 'application', url: upstream.url, timeoutMs, maxBytes, onMalformed }],
      views,
      viewTemplates,
      ...(pseudonymKey !== undefined && { pseudonymKey }),
    },
    {
      clock,
      onEvent: (event) => {
        if ((event.kind === 'request' && event.route !== '/ready') || event.kind === 'connection_closed') {
          onEvent?.(event);
        }
      },
    },
  );
  await gateway.start();
  const port = portOf(gateway);
  for (let round = 0; round < 10_000 && !isReady; round += 1) {
    isReady = (await httpGet('/ready', { port })).status === 200;
  }
  return { port, close: () => gateway.close() };
};
