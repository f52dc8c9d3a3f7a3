// A real Prometheus that shows a client certificate to the built program, with our own file and with the web configuration
// of Prometheus; certificates and authorities that are replaced on disk while it scrapes.

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/e2e/eventually.js';
import {
  hashPassword,
  makePseudonymKey,
  makeToken,
  runGate,
  startGate,
  type Gate,
} from '../support/e2e/start-gate.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';
import { startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';
import {
  makeAuthority,
  makeCertificate,
  makeServerCertificate,
  type CertificateWish,
} from '../support/make-certificate.js';

const DEADLINE_MS = 60_000;
const PAGE = '# TYPE things_total counter\nthings_total{user="ada@lovelace.example"} 5\n';
const NAME = { type: 'dns', value: 'prometheus.example' } as const;

const authority = makeAuthority();
const laterAuthority = makeAuthority({ commonName: 'later authority' });
const server = makeServerCertificate();
const renewedServer = makeServerCertificate();
const both = makeToken();
const books = { username: 'books', password: 'correct horse battery staple' };

const CLIENTS: Readonly<Record<string, CertificateWish>> = {
  right: { names: [NAME], issuer: authority },
  rogue: { names: [NAME], issuer: makeAuthority() },
  'other-name': { names: [{ type: 'dns', value: 'other.example' }], issuer: authority },
  expired: { names: [NAME], issuer: authority, notAfterMs: Date.now() - 60_000 },
  'for-servers': { names: [NAME], issuer: authority, usages: ['serverAuth'] },
  later: { names: [NAME], issuer: laterAuthority },
};

let upstream: Upstream;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-mtls-'));
  upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: PAGE }));
  for (const [name, wish] of Object.entries(CLIENTS)) {
    const { cert, key } = makeCertificate(wish);
    await writeFile(join(folder, `${name}.crt`), cert);
    await writeFile(join(folder, `${name}.key`), key, { mode: 0o600 });
  }
  await writeFile(join(folder, 'servers.crt'), server.cert + renewedServer.cert);
});

afterAll(async () => {
  await upstream?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A job that shows one of the certificates, and checks that of the gate. */
function job(name: string, gate: Gate, client: string | undefined, more: object = {}): object {
  return {
    job_name: name,
    scheme: 'https',
    tls_config: {
      ca_file: join(folder, 'servers.crt'),
      server_name: 'localhost',
      ...(client !== undefined && {
        cert_file: join(folder, `${client}.crt`),
        key_file: join(folder, `${client}.key`),
      }),
    },
    ...more,
    static_configs: [{ targets: [new URL(gate.url).host] }],
  };
}

async function untilHealth(
  prometheus: Prometheus,
  jobs: readonly string[],
  wanted: 'up' | 'down',
): Promise<void> {
  await eventually(
    async () => {
      const targets = await prometheus.settledTargets();
      const found = targets.filter((target) => jobs.includes(target.job));
      return found.length === jobs.length && found.every(({ health }) => health === wanted)
        ? true
        : undefined;
    },
    { what: `${jobs.join(', ')} ${wanted}`, deadlineMs: DEADLINE_MS },
  );
}

describe('client certificates in our own file', () => {
  let gate: Gate;
  let prometheus: Prometheus;
  const authorization = { authorization: { credentials: both.token } };

  beforeAll(async () => {
    gate = await startGate({
      scheme: 'https',
      files: {
        'pseudonym.key': makePseudonymKey(),
        'server.crt': server.cert,
        'server.key': server.key,
        'clients.crt': authority.cert,
      },
      config: {
        reload_interval: '200ms',
        pseudonym_key_file: 'pseudonym.key',
        tls: { cert_file: 'server.crt', key_file: 'server.key', client_ca_file: 'clients.crt' },
        targets: { source: { url: `${upstream.url}/metrics` } },
        views: { all: { target: 'source' } },
        credentials: {
          alone: { client_certificate: { dns: [NAME.value] }, view: 'all' },
          beside: {
            bearer_token_digest: both.digest,
            client_certificate: { dns: [NAME.value] },
            view: 'all',
          },
        },
      },
    });
    prometheus = await startPrometheus({
      scrapeConfigs: [
        job('right', gate, 'right'),
        job('right and token', gate, 'right', authorization),
        ...['rogue', 'other-name', 'expired', 'for-servers', 'later'].map((name) => job(name, gate, name)),
        job('no certificate', gate, undefined),
        job('token alone', gate, undefined, authorization),
        job('rogue and token', gate, 'rogue', authorization),
      ],
    });
  });

  afterAll(async () => {
    await prometheus?.stop();
    await gate?.stop();
  });

  test('the right one is up, alone and beside a token', async () => {
    await untilHealth(prometheus, ['right', 'right and token'], 'up');
    expect(await prometheus.query('things_total{job="right"}')).toMatchObject([
      { labels: { user: expect.stringMatching(/^p_/u) as unknown }, value: 5 },
    ]);
  });

  test.each([
    ['rogue', /403/u],
    ['other-name', /403/u],
    ['expired', /403/u],
    ['for-servers', /403/u],
    ['later', /403/u],
    ['no certificate', /401/u],
    ['token alone', /401|429/u],
    ['rogue and token', /401|429/u],
  ])('%s is down', async (name, error) => {
    await untilHealth(prometheus, [name], 'down');
    const targets = await prometheus.settledTargets();
    expect(targets.find((target) => target.job === name)?.lastError).toMatch(error);
    expect(await prometheus.query(`max_over_time(up{job="${name}"}[1h])`)).toMatchObject([{ value: 0 }]);
  });

  test('a renewed certificate of the gate is taken over on disk, and no scrape fails', async () => {
    await replace(gate.folder, { 'server.crt': renewedServer.cert, 'server.key': renewedServer.key });
    await eventually(
      () => Promise.resolve(gate.log().some(({ event }) => event === 'reloaded') ? true : undefined),
      { what: 'the gate has reloaded', deadlineMs: DEADLINE_MS },
    );
    await scrapedAgain(prometheus, 'right');
    expect(await prometheus.query('min_over_time(up{job="right"}[1h])')).toMatchObject([{ value: 1 }]);
    expect(gate.log().filter(({ code }) => code === 'WARN_SCRAPEGATE_RESTART_NEEDED')).toEqual([]);
  });

  test('other authorities are taken over: their clients come up, the old ones go down', async () => {
    await replace(gate.folder, { 'clients.crt': laterAuthority.cert });
    await untilHealth(prometheus, ['later'], 'up');
    await untilHealth(prometheus, ['right', 'right and token', 'rogue'], 'down');
    const targets = await prometheus.settledTargets();
    expect(targets.find((target) => target.job === 'right')?.lastError).toMatch(/403/u);
  });

  test('a broken file of authorities changes nothing, and says so', async () => {
    await replace(gate.folder, { 'clients.crt': 'garbage\n' });
    await eventually(
      () => Promise.resolve(gate.log().some(({ event }) => event === 'reload_failed') ? true : undefined),
      { what: 'the gate has refused', deadlineMs: DEADLINE_MS },
    );
    await scrapedAgain(prometheus, 'later');
    await untilHealth(prometheus, ['right', 'rogue', 'no certificate'], 'down');
    expect(JSON.stringify(gate.log().find(({ event }) => event === 'reload_failed'))).toContain(
      'client_ca_file',
    );
  });
});

describe('the web configuration of Prometheus', () => {
  const WEB_CONFIG = (hash: string): string => `tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: clients.crt
  client_allowed_sans: [${NAME.value}]
http_server_config:
  http2: true
basic_auth_users:
  ${books.username}: ${hash}
`;

  test('guards the gate as it would guard Prometheus', async () => {
    const files = {
      'server.crt': server.cert,
      'server.key': server.key,
      'clients.crt': authority.cert,
      'web.yml': WEB_CONFIG(await hashPassword(books.password, ['--bcrypt'])),
    };
    await replace(folder, files);
    const webConfig = join(folder, 'web.yml');
    const checked = await runGate(['check', '--web.config.file', webConfig], {
      env: { SCRAPEGATE_TARGET: `${upstream.url}/metrics` },
    });
    expect(checked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('client certificates of 1 authority required') as unknown,
    });
    const gate = await startGate({
      // It answers nobody without a certificate, not even whether it is up.
      scheme: 'https',
      client: { cert: join(folder, 'right.crt'), key: join(folder, 'right.key') },
      env: { SCRAPEGATE_WEB_CONFIG_FILE: webConfig },
      config: { targets: { source: { url: `${upstream.url}/metrics` } } },
    });
    const prometheus = await startPrometheus({
      scrapeConfigs: [
        job('both', gate, 'right', { basic_auth: books }),
        job('certificate alone', gate, 'right'),
        job('wrong name', gate, 'other-name', { basic_auth: books }),
        job('rogue', gate, 'rogue', { basic_auth: books }),
        job('password alone', gate, undefined, { basic_auth: books }),
      ],
    });
    try {
      await untilHealth(prometheus, ['both'], 'up');
      await untilHealth(prometheus, ['certificate alone', 'wrong name', 'rogue', 'password alone'], 'down');
      const errors = new Map(
        (await prometheus.settledTargets()).map((target) => [target.job, target.lastError]),
      );
      expect(errors.get('certificate alone')).toMatch(/401|429/u);
      expect(errors.get('wrong name')).toMatch(/401|429/u);
      for (const refused of ['rogue', 'password alone'])
        expect(errors.get(refused)).not.toMatch(/server returned/u);
      expect(gate.log().map(({ code }) => code)).toContain('WARN_SCRAPEGATE_WEB_CONFIG_IGNORED');
    } finally {
      await prometheus.stop();
      await gate.stop();
    }
  });
});

/** Files are swapped as a whole, as tools that renew certificates do it. */
async function replace(where: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(where, `${name}.new`), text, { mode: 0o600 });
  }
  for (const name of Object.keys(files)) await rename(join(where, `${name}.new`), join(where, name));
}

async function scrapedAgain(prometheus: Prometheus, name: string): Promise<void> {
  const sinceSeconds = Date.now() / 1000;
  await eventually(
    async () => {
      const scraped = await prometheus.query(`timestamp(up{job="${name}"} == 1) > ${String(sinceSeconds)}`);
      return scraped.length === 1 ? true : undefined;
    },
    { what: `${name} is scraped again`, deadlineMs: DEADLINE_MS },
  );
}
