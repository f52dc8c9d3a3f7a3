// nginx in front of a target as people have it today: a password, compression, and everything passed on as it is.
// From a folder and on a port of its own; an installed service is neither used nor touched.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScrapeRequest } from './scrape.js';
import { freePort, startProgram, untilItAnswers, type Started } from './started.js';

/** An nginx that runs. */
export interface Nginx extends Started {
  readonly request: ScrapeRequest;
}

/** Whether there is one on the path. */
export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).error === undefined;
}

/** Starts nginx in front of `targetUrl` and waits until it answers. */
export async function startNginx(folder: string, targetUrl: string): Promise<Nginx> {
  const port = await freePort();
  const password = randomBytes(16).toString('hex');
  // Compared as it is: hashing it would only count against nginx.
  await writeFile(join(folder, 'passwords'), `scraper:{PLAIN}${password}\n`);
  await mkdir(join(folder, 'temp'));
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(folder, port, targetUrl));
  const started = startProgram('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', file], folder);
  const url = `http://127.0.0.1:${String(port)}/`;
  await untilItAnswers(started, url, 401);
  const credentials = Buffer.from(`scraper:${password}`).toString('base64');
  return { ...started, request: { url, authorization: `Basic ${credentials}` } };
}

/** Without temporary files for large answers, which would only cost it. Started by root, it stays root: the folder is private. */
function configuration(folder: string, port: number, targetUrl: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${folder}/temp/${kind};`,
  );
  return [
    'daemon off;',
    'worker_processes 1;',
    `pid ${folder}/nginx.pid;`,
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'events {}',
    'http {',
    ...temporary,
    '  access_log off;',
    '  gzip on;',
    '  gzip_comp_level 1;',
    // Not text/plain: with a version behind it, as Prometheus has it, the type would be another one to nginx.
    '  gzip_types *;',
    '  gzip_proxied any;',
    '  server {',
    `    listen 127.0.0.1:${String(port)};`,
    '    auth_basic "metrics";',
    `    auth_basic_user_file ${folder}/passwords;`,
    '    location / {',
    `      proxy_pass ${targetUrl};`,
    '      proxy_max_temp_file_size 0;',
    '    }',
    '  }',
    '}',
    '',
  ].join('\n');
}
