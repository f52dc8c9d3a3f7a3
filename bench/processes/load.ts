// A flood of one request by wrk, from a processor of its own. Bounded in time.

import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** What was asked, and what came of it. */
export interface Load {
  /** Requests that were answered. */
  readonly requests: number;
  /** Those that were answered with neither 2xx nor 3xx. */
  readonly refused: number;
}

/** The processor of whoever is measured, and that of the load. */
const MEASURED_PROCESSOR = 0;
const LOAD_PROCESSOR = 1;

const CONNECTIONS = 32;

/** Whether there are wrk and taskset on the path. */
export function hasLoadTools(): boolean {
  return ['wrk', 'taskset'].every((tool) => spawnSync(tool, ['--version']).error === undefined);
}

/** Binds a process with all of its threads and children to the measured processor. */
export async function bindToMeasured(pid: number): Promise<void> {
  // nginx works in a child.
  const children = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  for (const each of [String(pid), ...children.split(' ')].filter((word) => word.trim() !== '')) {
    spawnSync('taskset', ['-a', '-p', '-c', String(MEASURED_PROCESSOR), each]);
  }
}

/** Asks for `seconds` as often as there are answers. @throws {Error} when wrk fails or sees broken connections. */
export function flood(
  url: string,
  headers: Readonly<Record<string, string>>,
  seconds: number,
): Promise<Load> {
  const lines = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = [
    '-c',
    String(LOAD_PROCESSOR),
    'wrk',
    '-t1',
    `-c${String(CONNECTIONS)}`,
    `-d${String(seconds)}s`,
  ];
  return new Promise((resolve, reject) => {
    execFile('taskset', [...args, '--timeout', '20s', ...lines, url], (error, stdout) => {
      const total = /(\d+) requests in ([\d.]+)(m?s|m),/.exec(stdout);
      const refused = /Non-2xx or 3xx responses: (\d+)/.exec(stdout);
      const broken = /Socket errors: (.*)/.exec(stdout)?.[1];
      if (error !== null || total === null || broken !== undefined) {
        reject(new Error(`wrk failed: ${broken ?? error?.message ?? stdout}`));
        return;
      }
      resolve({ requests: Number(total[1]), refused: Number(refused?.[1] ?? 0) });
    });
  });
}
