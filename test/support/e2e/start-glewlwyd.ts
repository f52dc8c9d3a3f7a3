// Debian's glewlwyd as an identity provider of a test: its own database, made from the schema of the package, and its
// own key, both gone afterwards. What it serves is set up through its administration API, as an operator would.
//
// It has two issuers over one key: `oidc` shows its keys, `unlisted` does not, so that tokens have to be introspected.

import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, runChild, startChild } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { tlsRequest, type IdentityProvider, type IssuerClient, type IssuerTls } from './identity-provider.js';

/** A running glewlwyd. */
export interface Glewlwyd {
  readonly listed: IdentityProvider;
  readonly unlisted: IdentityProvider;
  stop(): Promise<void>;
}

/** What it may give tokens for. */
export interface GlewlwydOptions {
  readonly clients: readonly IssuerClient[];
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
}

const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
/** The administrator that the schema makes. */
const ADMINISTRATOR = { username: 'admin', password: 'password' };
const START_DEADLINE_MS = 30_000;
const MAKE_DATABASE = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.executescript(open(sys.argv[2]).read())
database.commit()
`;

/** Starts it and sets it up. */
export async function startGlewlwyd(options: GlewlwydOptions, tls: IssuerTls): Promise<Glewlwyd> {
  const folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-glewlwyd-'));
  const port = await freePort();
  const url = `https://localhost:${String(port)}`;
  await mkdir(join(folder, 'nothing'));
  for (const [name, content] of Object.entries({
    'server.pem': tls.cert,
    'server.key.pem': tls.key,
    'ca.pem': tls.ca,
    'glewlwyd.conf': configuration(folder, port),
  })) {
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
  const made = await runChild({
    command: 'python3',
    args: ['-c', MAKE_DATABASE, join(folder, 'glewlwyd.db'), SCHEMA],
    env: bareEnvironment(),
    deadlineMs: START_DEADLINE_MS,
  });
  if (made.code !== 0) throw new Error(`glewlwyd has no database: ${made.stderr}`);

  const child = startChild({
    command: 'glewlwyd',
    args: [`--config-file=${join(folder, 'glewlwyd.conf')}`],
    env: bareEnvironment(),
    cwd: folder,
  });
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await setUp(url, options, tls.ca, child.stdout);
  } catch (error) {
    await stop();
    throw error;
  }
  const provider = (name: string): IdentityProvider => ({
    issuer: `${url}/api/${name}`,
    tokenUrl: `${url}/api/${name}/token`,
    stop,
  });
  return { listed: provider('oidc'), unlisted: provider('unlisted'), stop };
}

async function setUp(
  url: string,
  { clients, scopes, resources }: GlewlwydOptions,
  ca: string,
  context: () => string,
): Promise<void> {
  const post = (path: string, body: unknown, cookie?: string): ReturnType<typeof tlsRequest> =>
    tlsRequest(`${url}/api/${path}`, {
      ca,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(cookie !== undefined && { cookie }) },
      body: JSON.stringify(body),
    });
  const { cookie } = await eventually(
    async () => {
      const answer = await post('auth/', ADMINISTRATOR);
      return answer.cookie === undefined ? undefined : answer;
    },
    { what: 'glewlwyd lets its administrator in', deadlineMs: START_DEADLINE_MS, context },
  );
  const set = async (path: string, body: unknown): Promise<void> => {
    const answer = await post(path, body, cookie);
    if (answer.status !== 200)
      throw new Error(`${path}: ${String(answer.status)} ${answer.text}\n${context()}`);
  };
  for (const name of scopes)
    await set('scope/', { name, display_name: name, password_required: false, scheme: {} });
  for (const { id, secret } of clients) {
    await set('client/', {
      client_id: id,
      name: id,
      password: secret,
      enabled: true,
      confidential: true,
      scope: scopes,
      authorization_type: ['client_credentials'],
      token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post'],
      redirect_uri: [],
      resource: resources,
    });
  }
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const name of ['oidc', 'unlisted']) {
    await set('mod/plugin/', {
      module: 'oidc',
      name,
      display_name: name,
      parameters: {
        ...PLUGIN,
        iss: `${url}/api/${name}`,
        key: privateKey.export({ type: 'pkcs1', format: 'pem' }),
        cert: publicKey.export({ type: 'spki', format: 'pem' }),
        'jwks-show': name === 'oidc',
        'resource-scope': Object.fromEntries(scopes.map((scope) => [scope, resources])),
      },
    });
  }
}

/** Client credentials and nothing else; tokens for a resource; introspection by clients. */
const PLUGIN = {
  'jwt-type': 'rsa',
  'jwt-key-size': '256',
  'access-token-duration': 60,
  'refresh-token-duration': 60,
  'code-duration': 60,
  'refresh-token-rolling': false,
  'allow-non-oidc': true,
  'auth-type-client-enabled': true,
  'auth-type-code-enabled': false,
  'auth-type-token-enabled': false,
  'auth-type-password-enabled': false,
  'auth-type-refresh-enabled': false,
  'auth-type-none-enabled': false,
  'auth-type-device-enabled': false,
  'auth-type-implicit-enabled': false,
  'introspection-revocation-allowed': true,
  'introspection-revocation-allow-target-client': true,
  'resource-allowed': true,
  'resource-client-property': 'resource',
  'resource-scope-and-client-property': false,
  'subject-type': 'public',
  'additional-parameters': [],
  'client-cert-source': 'TLS',
};

function configuration(folder: string, port: number): string {
  const modules = '/usr/lib/glewlwyd';
  const settings: Readonly<Record<string, string | number | boolean>> = {
    port,
    bind_address: '127.0.0.1',
    external_url: `https://localhost:${String(port)}`,
    login_url: 'login.html',
    api_prefix: 'api',
    static_files_path: join(folder, 'nothing'),
    log_mode: 'console',
    log_level: 'INFO',
    cookie_domain: 'localhost',
    cookie_secure: 1,
    session_key: 'GLEWLWYD_SESSION',
    admin_scope: 'g_admin',
    profile_scope: 'g_profile',
    user_module_path: `${modules}/user`,
    user_middleware_module_path: join(folder, 'nothing'),
    client_module_path: `${modules}/client`,
    user_auth_scheme_module_path: `${modules}/scheme`,
    plugin_module_path: `${modules}/plugin`,
    use_secure_connection: true,
    secure_connection_key_file: join(folder, 'server.key.pem'),
    secure_connection_pem_file: join(folder, 'server.pem'),
    secure_connection_ca_file: join(folder, 'ca.pem'),
    hash_algorithm: 'SHA512',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${lines.join('\n')}\ndatabase = { type = "sqlite3"; path = ${JSON.stringify(join(folder, 'glewlwyd.db'))}; };\n`;
}
