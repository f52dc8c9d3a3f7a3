// A real node_exporter on a port of its own, with the collectors that say the same on every machine.

import { bareEnvironment, startChild } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { httpGet } from './http-get.js';

const START_DEADLINE_MS = 60_000;

/** A running node_exporter. */
export interface NodeExporter {
  readonly metricsUrl: string;
  stop(): Promise<void>;
}

/** Starts it and waits until it answers. */
export async function startNodeExporter(): Promise<NodeExporter> {
  const port = await freePort();
  const child = startChild({
    command: process.env['SCRAPEGATE_E2E_NODE_EXPORTER'] ?? 'prometheus-node-exporter',
    args: [
      `--web.listen-address=127.0.0.1:${String(port)}`,
      '--collector.disable-defaults',
      '--collector.uname',
      '--collector.loadavg',
      '--collector.stat',
    ],
    env: bareEnvironment(),
  });
  const metricsUrl = `http://127.0.0.1:${String(port)}/metrics`;
  const stop = async (): Promise<void> => void (await child.stop());
  try {
    await eventually(
      async () => {
        if (child.exit() !== undefined) throw new Error(`node_exporter did not start: ${child.stderr()}`);
        return (await httpGet(metricsUrl)).status === 200 ? true : undefined;
      },
      { what: 'node_exporter answers', deadlineMs: START_DEADLINE_MS, context: child.stderr },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { metricsUrl, stop };
}
