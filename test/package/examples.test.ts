// Every example of a gate starts as it is, with throw-away secrets, and the prometheus.yml beside it gets metrics from it.
// The examples that are servers run in packed.test.ts, where they meet the package as its users do.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generateToken } from '../../src/auth/digest.js';
import { hashPassword } from '../../src/auth/password.js';
import { run } from '../../src/cli/program.js';
import { CHAT_EXAMPLES } from '../support/chat-example.js';
import { createTestContext, type TestContext } from '../support/cli-context.js';
import { issuerKey, sign, startIssuer, type TestIssuer } from '../support/test-issuer.js';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const TLS_FIXTURES = new URL('../support/fixtures/tls/', import.meta.url);
const TEAM = '2f6a1c3e-5b7d-4e90-8a12-6c0d4f9b7e31';
const TARGET_METRIC = 'vllm:num_requests_running';
const TARGET_BODY = `# TYPE ${TARGET_METRIC} gauge\n${TARGET_METRIC}{model_name="m",team="${TEAM}"} 1\n`;
/** One of the addresses that the example behind a proxy allows. */
const ALLOWED_CLIENT = '10.20.0.9';

const folders = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const gates = folders.filter((name) => !existsSync(new URL(`${name}/server.mjs`, EXAMPLES)));

/** The identity provider of the examples; one on loopback stands in for it. */
const ISSUER = 'https://idp.example.com/realms/main';
const ISSUER_KEY = await issuerKey();

interface ScrapeConfig {
  readonly job_name: string;
  readonly scheme?: string;
  readonly metrics_path?: string;
  readonly authorization?: { readonly credentials_file: string };
  readonly oauth2?: {
    readonly scopes: readonly string[];
    readonly endpoint_params: { readonly resource: string };
  };
  readonly basic_auth?: { readonly username: string; readonly password_file: string };
}

let target: Server;
let targetUrl = '';
beforeAll(async () => {
  target = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(TARGET_BODY);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const address = target.address();
  targetUrl = `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}/metrics`;
});
afterAll(() => target.close());

/** The files of an example in a folder of their own, with secrets that hold for this test alone. */
async function unpack(name: string, issuer: TestIssuer): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'scrapegate-example-'));
  mkdirSync(join(folder, 'secrets'));
  mkdirSync(join(folder, 'state'));
  const secrets = new Set<string>();
  for (const file of readdirSync(new URL(`${name}/`, EXAMPLES))) {
    const text = readFileSync(new URL(`${name}/${file}`, EXAMPLES), 'utf8');
    for (const [, secret = ''] of text.replaceAll(/^\s*#.*$/gm, '').matchAll(/\/run\/secrets\/([\w.-]+)/g)) {
      secrets.add(secret);
    }
    const moved = text
      .replaceAll(`issuer: ${ISSUER}`, `issuer: ${issuer.issuer}`)
      .replaceAll('/run/secrets/', `${folder}/secrets/`)
      .replaceAll('/var/lib/scrapegate/', `${folder}/state/`);
    writeFileSync(join(folder, file), moved);
  }
  const password = generateToken();
  for (const secret of secrets)
    writeFileSync(join(folder, 'secrets', secret), await secretFor(secret, password));
  return folder;
}

async function secretFor(file: string, password: string): Promise<string> {
  if (file.endsWith('.password')) return `${password}\n`;
  if (file.endsWith('.hash')) return `${await hashPassword(password, { ln: 12, r: 8, p: 1 })}\n`;
  if (file === 'scrapegate-ca.crt') return readFileSync(new URL('ca.pem', TLS_FIXTURES), 'utf8');
  if (file === 'scrapegate.crt') return readFileSync(new URL('server.pem', TLS_FIXTURES), 'utf8');
  if (file === 'scrapegate.key') return readFileSync(new URL('server.key.pem', TLS_FIXTURES), 'utf8');
  return `${generateToken()}\n`;
}

async function start(folder: string): Promise<{ context: TestContext; exit: Promise<number>; url: string }> {
  const envFile = join(folder, 'scrapegate.env');
  const configFile = join(folder, 'scrapegate.yml');
  const context = createTestContext({
    env: {
      ...(existsSync(envFile) && parseEnv(readFileSync(envFile, 'utf8'))),
      // The one thing that cannot be as it is: where the target and the proxy are.
      SCRAPEGATE_TARGET: targetUrl,
      TRUST_PROXY: 'loopback',
    },
  });
  const exit = run(
    ['serve', '--listen', '127.0.0.1:0', ...(existsSync(configFile) ? ['--config', configFile] : [])],
    context,
  );
  await Promise.race([context.seen('"event":"listening"'), exit]);
  expect(context.err()).not.toContain('error:');
  const url = String(context.log().find(({ event }) => event === 'listening')?.['url']);
  return { context, exit, url };
}

function secretAt(path: string): string {
  return readFileSync(path, 'utf8').trimEnd();
}

async function authorizationOf(
  { authorization, basic_auth, oauth2 }: ScrapeConfig,
  issuer: TestIssuer,
): Promise<string> {
  if (oauth2 !== undefined) {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const claims = { aud: oauth2.endpoint_params.resource, scope: oauth2.scopes.join(' '), team: TEAM, exp };
    return `Bearer ${await sign(ISSUER_KEY, issuer.claims(claims))}`;
  }
  if (authorization !== undefined) return `Bearer ${secretAt(authorization.credentials_file)}`;
  if (basic_auth === undefined) throw new Error('a scrape_config without a credential');
  const pair = `${basic_auth.username}:${secretAt(basic_auth.password_file)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

async function scrape(
  url: string,
  authorization: string | undefined,
): Promise<{ status: number; body: string }> {
  const headers = {
    'x-forwarded-for': ALLOWED_CLIENT,
    ...(authorization !== undefined && { authorization }),
  };
  if (url.startsWith('http:')) {
    const response = await fetch(url, { headers });
    return { status: response.status, body: await response.text() };
  }
  const ca = readFileSync(new URL('ca.pem', TLS_FIXTURES));
  return new Promise((resolve, reject) => {
    request(url, { headers, ca, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe.each(gates)('the example %s', (name) => {
  it('starts, and gives Prometheus its metrics', async () => {
    const issuer = await startIssuer(ISSUER_KEY);
    const folder = await unpack(name, issuer);
    const { context, exit, url } = await start(folder);
    try {
      const { scrape_configs: jobs }: { scrape_configs: readonly ScrapeConfig[] } = parse(
        readFileSync(join(folder, 'prometheus.yml'), 'utf8'),
      );
      expect(jobs.length).toBeGreaterThan(0);
      for (const job of jobs) {
        const path = job.metrics_path ?? '/metrics';
        expect((await scrape(`${url}${path}`, undefined)).status).toBe(401);
        const { status, body } = await scrape(`${url}${path}`, await authorizationOf(job, issuer));
        expect(`${job.job_name} ${String(status)}`).toBe(`${job.job_name} 200`);
        expect(body).toContain(path === '/-/metrics' ? 'scrapegate_' : TARGET_METRIC);
      }
      const isTls = existsSync(join(folder, 'secrets', 'scrapegate.crt'));
      expect(url.startsWith('https:')).toBe(isTls);
    } finally {
      context.signal('SIGTERM');
      expect(await exit).toBe(0);
      rmSync(folder, { recursive: true });
    }
  });
});

describe.each(folders)('the example %s', (name) => {
  it('holds no secret itself', () => {
    for (const file of readdirSync(new URL(`${name}/`, EXAMPLES))) {
      const text = readFileSync(new URL(`${name}/${file}`, EXAMPLES), 'utf8').replaceAll(/^\s*#.*$/gm, '');
      expect(text).not.toMatch(/\b(?:bearer_token|password|password_hash|credentials): *["']?\w/);
      expect(text).not.toMatch(/^(?:METRICS|SCRAPEGATE)_\w*(?:TOKEN|KEY|PASSWORD)=/m);
    }
  });
});

it('the chat examples are the servers among them', () => {
  expect(folders.filter((name) => !gates.includes(name))).toEqual(CHAT_EXAMPLES);
});

it('the table of examples names every folder', () => {
  const table = readFileSync(new URL('README.md', EXAMPLES), 'utf8').matchAll(/^\| \[([\w-]+)\]/gm);
  expect(new Set([...table].map(([, folder]) => folder))).toEqual(
    new Set(folders.map((name) => basename(name))),
  );
});
