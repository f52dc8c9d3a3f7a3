// Real proxies before a gate: each in the foreground, with a configuration, a port and a folder of its own.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, startChild } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

/** Which proxy, and how it tells the client. */
export type ProxyKind =
  | 'nginx'
  | 'nginx-forwarded'
  | 'haproxy'
  | 'haproxy-v1'
  | 'haproxy-v2'
  | 'haproxy-v2-tls'
  | 'caddy'
  | 'apache2';

/** A running proxy. */
export interface Proxy {
  readonly port: number;
  stop(): Promise<void>;
}

interface Set {
  readonly command: string;
  readonly args: (file: string, folder: string) => readonly string[];
  readonly config: (ports: {
    readonly own: number;
    readonly gate: number;
    readonly folder: string;
  }) => string;
}

const START_DEADLINE_MS = 20_000;

function nginx(header: string): Set {
  return {
    command: '/usr/sbin/nginx',
    args: (file, folder) => ['-e', 'stderr', '-p', folder, '-c', file],
    config: ({ own, gate }) => `daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:${own};
    location / {
      proxy_pass http://127.0.0.1:${gate};
      ${header}
    }
  }
}
`,
  };
}

function haproxy(options: string, server: string): Set {
  return {
    command: '/usr/sbin/haproxy',
    args: (file) => ['-db', '-f', file],
    config: ({ own, gate }) => `defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
frontend in
  bind 127.0.0.1:${own}
  ${options}
  default_backend gate
backend gate
  server gate 127.0.0.1:${gate} ${server}
`,
  };
}

const SETS: Readonly<Record<ProxyKind, Set>> = {
  nginx: nginx('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'),
  'nginx-forwarded': nginx('proxy_set_header Forwarded "$http_forwarded, for=$remote_addr;proto=$scheme";'),
  haproxy: haproxy('option forwardfor', ''),
  'haproxy-v1': haproxy('', 'send-proxy'),
  'haproxy-v2': haproxy('', 'send-proxy-v2'),
  'haproxy-v2-tls': haproxy('', 'ssl verify none send-proxy-v2'),
  caddy: {
    command: 'caddy',
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
    config: ({ own, gate }) => `{
  admin off
  auto_https off
}
:${own} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${gate}
}
`,
  },
  apache2: {
    command: '/usr/sbin/apache2',
    args: (file) => ['-DFOREGROUND', '-f', file],
    config: ({ own, gate, folder }) => `ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache2.pid
ErrorLog ${folder}/error.log
${['mpm_event', 'authz_core', 'proxy', 'proxy_http'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
ServerName proxy.example
Listen 127.0.0.1:${own}
ProxyPass / http://127.0.0.1:${gate}/
`,
  },
};

/** Starts a proxy before the gate at `gatePort`. */
export async function startProxy(kind: ProxyKind, gatePort: number): Promise<Proxy> {
  const { command, args, config } = SETS[kind];
  const folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-proxy-'));
  const port = await freePort();
  const file = join(folder, 'proxy.conf');
  await writeFile(file, config({ own: port, gate: gatePort, folder }));
  const child = startChild({
    command,
    args: args(file, folder),
    env: bareEnvironment({ HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }),
    cwd: folder,
  });
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(async () => (child.exit() === undefined ? await listens(port) : 'ended'), {
      what: `${kind} listens`,
      deadlineMs: START_DEADLINE_MS,
      context: child.stderr,
    });
    if (child.exit() !== undefined) throw new Error(`${kind} did not start: ${child.stderr()}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

function listens(port: number): Promise<'listens' | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve('listens');
    });
    socket.once('error', () => resolve(undefined));
  });
}
