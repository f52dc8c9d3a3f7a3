// Section e of the attack list: handshakes, names of servers, resumption and reloads, on the assembled gate over TLS.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ServerResponse } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../../src/gateway/gateway.js';
import type { GatewayOptions } from '../../src/gateway/options.js';
import type { TlsOptions } from '../../src/gateway/tls-options.js';
import { asRecord } from '../../src/internal/option-problems.js';
import { Secret } from '../../src/internal/secret.js';
import { isLetGo } from '../support/collect-garbage.js';
import { makeAuthority, makeCertificate, makeServerCertificate } from '../support/make-certificate.js';
import { ManualClock } from '../support/manual-clock.js';
import {
  BEARER,
  bearerProof,
  gatewayOptions,
  startGateway,
  TOKEN,
  type GatewayScene,
} from '../support/start-gateway.js';
import { openSlowly } from '../support/slow-socket.js';
import { asClient, connectTls, getOverTls, type TlsClient } from '../support/tls-client.js';

const authority = makeAuthority();
const otherAuthority = makeAuthority({ commonName: 'other authority' });
const server = makeServerCertificate();
const renewedServer = makeServerCertificate();
const SCRAPER = { type: 'dns', value: 'scraper.example' } as const;
const CLIENT = asClient(makeCertificate({ names: [SCRAPER], issuer: authority }));
const OTHER_CLIENT = asClient(makeCertificate({ names: [SCRAPER], issuer: otherAuthority }));
const AUTHORIZATION = { Authorization: BEARER };

function tlsOptions(more: Partial<TlsOptions> = {}): TlsOptions {
  return { cert: server.cert, key: new Secret(server.key), clientAuthorities: [authority.cert], ...more };
}

/** A gate that the certificate of the scraper opens, and a token. */
function start(tls: TlsOptions = tlsOptions()): Promise<GatewayScene> {
  return startGateway({
    clock: new ManualClock(Date.now()),
    credentials: [
      { name: 'scraper', proofs: [{ kind: 'certificate', names: [SCRAPER] }] },
      { name: 'token', proofs: [bearerProof(TOKEN)] },
    ],
    gateway: { tls },
    ready: false,
  });
}

function reloadTls(scene: GatewayScene, more: Partial<TlsOptions>): Promise<void> {
  return scene.gateway.reload({ ...scene.options, tls: tlsOptions(more) });
}

async function statusOf(scene: GatewayScene, options: ConnectionOptions): Promise<number | undefined> {
  return (await getOverTls(scene.port, options))?.status;
}

/** A connection that has had a right answer. */
async function scraping(scene: GatewayScene, options: ConnectionOptions): Promise<TlsClient> {
  const client = await connectTls(scene.port, options);
  if (client === undefined) throw new Error('no handshake');
  expect((await client.get())?.status).toBe(200);
  return client;
}

describe('e. authorities that are missing, empty or garbage', () => {
  const LISTS: readonly (readonly [string, readonly string[]])[] = [
    ['nothing', []],
    ['an empty text', ['']],
    ['garbage', ['garbage']],
    ['half a certificate', [authority.cert.slice(0, 200)]],
    [
      'a certificate of which a byte is missing',
      [authority.cert.replace(/\n[A-Za-z0-9+/=]+\n-----END/, '\n-----END')],
    ],
    [
      'a sound one and garbage in PEM',
      [authority.cert, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ],
    ['a key', [authority.cert, authority.key]],
    ['the certificate of a client', [authority.cert, makeCertificate({ issuer: authority }).cert]],
    ['an authority without its root', [makeAuthority({ commonName: 'middle', issuer: authority }).cert]],
  ];

  it.each(LISTS)('T1: a list of authorities that is %s is refused at start', (_, clientAuthorities) => {
    for (const clientAuth of ['request', 'require'] as const) {
      const options = gatewayOptions('http://127.0.0.1:1/metrics', {
        gateway: { tls: tlsOptions({ clientAuthorities, clientAuth }) },
      });
      const create = (): unknown =>
        createGateway(options, { clock: new ManualClock(), onEvent: () => undefined });
      expect(create).toThrow(/list of authorities/);
    }
  });

  it.each(LISTS)(
    'T1: on reload, one that is %s leaves the old one in force',
    async (_, clientAuthorities) => {
      const scene = await start();
      const connection = await scraping(scene, CLIENT);
      await expect(reloadTls(scene, { clientAuthorities })).rejects.toMatchObject({
        code: 'ERR_SCRAPEGATE_OPTIONS_INVALID',
      });
      expect((await connection.get())?.status).toBe(200);
      expect(await statusOf(scene, CLIENT)).toBe(200);
      expect(await statusOf(scene, OTHER_CLIENT)).toBe(403);
      expect(await statusOf(scene, {})).toBe(401);
    },
  );

  it('T1: nothing is checked by authorities of the public web where a reload leaves none', async () => {
    const scene = await start();
    const { clientAuthorities: _, ...tls } = tlsOptions();
    await scene.gateway.reload({ ...scene.options, tls });
    for (const options of [CLIENT, OTHER_CLIENT]) expect(await statusOf(scene, options)).toBe(403);
    expect(await statusOf(scene, {})).toBe(401);
    expect((await getOverTls(scene.port, {}, AUTHORIZATION))?.status).toBe(200);
  });
});

describe('e. names of servers and pieces of handshakes', () => {
  const NAMES = [
    'open.example',
    'GATE.EXAMPLE',
    'gate.example.',
    '*',
    '__proto__',
    'constructor',
    'a'.repeat(250),
  ];

  it.each(NAMES)(
    'T2, T4: the server name %j decides about nothing, and brings nothing down',
    async (servername) => {
      const scene = await start();
      for (const host of ['gate.example', 'open.example']) {
        const headers = { Host: host };
        expect((await getOverTls(scene.port, { servername }, headers))?.status).toBe(401);
        expect((await getOverTls(scene.port, { servername, ...CLIENT }, headers))?.status).toBe(200);
        expect((await getOverTls(scene.port, { servername, ...OTHER_CLIENT }, headers))?.status).toBe(403);
      }
    },
  );

  it.each([
    ['random bytes', Buffer.from(Array.from({ length: 200 }, (_, index) => (index * 151) % 256))],
    ['plain HTTP', Buffer.from('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a record that is longer than any', Buffer.from([0x16, 3, 1, 0xff, 0xff, 1, 0, 0, 0])],
    ['a handshake in pieces of nothing', Buffer.from([0x16, 3, 1, 0, 0, 0x16, 3, 1, 0, 0])],
    ['a name of no length', clientHello(Buffer.alloc(0))],
    ['a name with a NUL', clientHello(Buffer.from('gate\0.example'))],
    ['a name of bytes', clientHello(Buffer.from([0xff, 0xfe, 0x00, 0x80]))],
    ['a name of 16 kB', clientHello(Buffer.alloc(16_000, 0x61))],
  ])('T4: %s ends that connection alone', async (_, bytes) => {
    const scene = await start();
    await new Promise<void>((resolve) => {
      const socket = connectTcp({ host: '127.0.0.1', port: scene.port });
      socket.on('error', () => undefined);
      socket.once('close', () => resolve());
      socket.on('data', () => undefined);
      socket.end(bytes);
    });
    expect(await statusOf(scene, CLIENT)).toBe(200);
  });

  it('T2: a handshake that comes byte by byte is judged as a whole', async () => {
    const scene = await start();
    const client = await connectTls(scene.port, { ...CLIENT, socket: openSlowly(scene.port) });
    expect((await client?.get())?.status).toBe(200);
    const stranger = await connectTls(scene.port, { ...OTHER_CLIENT, socket: openSlowly(scene.port) });
    expect((await stranger?.get())?.status).toBe(403);
  });
});

describe('e. sessions and reloads', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'T5: with authorities, no session of %s is resumed',
    async (version) => {
      const scene = await start();
      const options = { ...CLIENT, minVersion: version, maxVersion: version };
      for (const given of [options, { minVersion: version, maxVersion: version }, options]) {
        const sessions: Buffer[] = [];
        const first = await connectTls(scene.port, given);
        first?.socket.on('session', (session) => sessions.push(session));
        await first?.get();
        const session = sessions.at(-1) ?? first?.socket.getSession();
        const second = await connectTls(scene.port, { ...given, ...(session && { session }) });
        expect(second?.socket.isSessionReused()).toBe(false);
        expect((await second?.get())?.status).toBe('cert' in given ? 200 : 401);
        // The third time with the context of a reload.
        await reloadTls(scene, { cert: renewedServer.cert, key: new Secret(renewedServer.key) });
      }
    },
  );

  it('T5: without them, a ticket is worth nothing after a reload', async () => {
    const { clientAuthorities: _, ...tls } = tlsOptions();
    const scene = await start(tls);
    let session: Buffer | undefined;
    const first = await connectTls(scene.port);
    first?.socket.on('session', (given) => (session = given));
    await first?.get();
    const resume = async (): Promise<boolean | undefined> => {
      const client = await connectTls(scene.port, session === undefined ? {} : { session });
      expect((await client?.get('/metrics', AUTHORIZATION))?.status).toBe(200);
      return client?.socket.isSessionReused();
    };
    expect(await resume()).toBe(true);
    await scene.gateway.reload({ ...scene.options, tls });
    expect(await resume()).toBe(false);
  });

  it('T5: when the authorities change, no connection goes on under the old ones', async () => {
    const scene = await start();
    const idle = await scraping(scene, CLIENT);
    await reloadTls(scene, { clientAuthorities: [otherAuthority.cert] });
    await idle.closed();
    expect(await statusOf(scene, CLIENT)).toBe(403);
    expect(await statusOf(scene, OTHER_CLIENT)).toBe(200);
  });

  it('T5: an answer under way is whole, and the last on its connection', async () => {
    const scene = await start();
    const connection = await scraping(scene, CLIENT);
    while ((await connection.get('/ready'))?.status !== 200);
    const { answer, requests } = scene.upstream;
    const asked = requests.length;
    let release = (): void => undefined;
    scene.upstream.answer = (request, response) => {
      release = () => answer(request, response);
    };
    const first = connection.get();
    await scene.upstream.requested(asked + 1);
    await reloadTls(scene, { clientAuthorities: [otherAuthority.cert] });
    release();
    expect(await first).toMatchObject({ status: 200, closes: true });
    await connection.closed();
  });

  it('T5: a handshake that began before the reload brings no old verdict with it', async () => {
    const scene = await start();
    const held = openSlowly(scene.port, { holds: true });
    const connecting = connectTls(scene.port, { ...CLIENT, socket: held });
    await held.begun;
    await reloadTls(scene, { clientAuthorities: [otherAuthority.cert] });
    held.goOn();
    const connection = await connecting;
    expect(await connection?.get()).toMatchObject({ status: 403, closes: true });
  });

  it('D11: what was asked in one go on a connection that is gone is not kept', async () => {
    const scene = await start();
    const connection = await scraping(scene, CLIENT);
    const held: WeakRef<object>[] = [];
    const arrived = new Promise<void>((resolve) => {
      const hold = (message: unknown): void => {
        const response = asRecord(message)?.['response'];
        // The target is a server of this process, too.
        if (!(response instanceof ServerResponse) || !(response.req.socket instanceof TLSSocket)) return;
        if (held.push(new WeakRef(response)) === 4) resolve();
      };
      subscribe('http.server.request.start', hold);
      onTestFinished(() => void unsubscribe('http.server.request.start', hold));
    });
    const { answer, requests } = scene.upstream;
    const asked = requests.length;
    let release = (): void => undefined;
    scene.upstream.answer = (request, response) => {
      release = () => answer(request, response);
    };
    connection.socket.write('GET /metrics HTTP/1.1\r\nHost: gate.example\r\n\r\n'.repeat(4));
    await Promise.all([arrived, scene.upstream.requested(asked + 1)]);
    connection.socket.destroy();
    release();
    await scene.audit(2);
    expect(held).toHaveLength(4);
    expect(await Promise.all(held.map(isLetGo))).toEqual(held.map(() => true));
  });

  it('T5: a new certificate and key are taken over, and connections go on', async () => {
    const scene = await start();
    const connection = await scraping(scene, CLIENT);
    await reloadTls(scene, { cert: renewedServer.cert, key: new Secret(renewedServer.key) });
    expect((await connection.get())?.status).toBe(200);
    const next = await connectTls(scene.port, {
      ca: renewedServer.cert,
      rejectUnauthorized: true,
      ...CLIENT,
    });
    expect((await next?.get())?.status).toBe(200);
    expect(codes(scene)).not.toContain('WARN_SCRAPEGATE_RESTART_NEEDED');
  });

  it.each<[string, Partial<TlsOptions>]>([
    ['a key of another certificate', { key: new Secret(renewedServer.key) }],
    ['no certificate', { cert: 'garbage' }],
    ['no key', { key: new Secret('garbage') }],
    ['a cipher that there is not', { ciphers: ['NOTHING'] }],
    ['a curve that there is not', { curves: ['NOTHING'] }],
  ])('T5: %s changes nothing, and says so', async (_, more) => {
    const scene = await start();
    const connection = await scraping(scene, CLIENT);
    await expect(reloadTls(scene, more)).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_OPTIONS_INVALID',
      problems: [{ path: 'tls', message: expect.stringContaining('not accepted') as unknown }],
    });
    expect((await connection.get())?.status).toBe(200);
    const next = await connectTls(scene.port, { ca: server.cert, rejectUnauthorized: true, ...CLIENT });
    expect((await next?.get())?.status).toBe(200);
  });

  it.each<[string, GatewayOptions['tls'], string]>([
    ['plain HTTP', undefined, 'TLS or plain HTTP'],
    ['no client certificates', { cert: server.cert, key: new Secret(server.key) }, 'client certificates'],
  ])('a reload that asks for %s says that a restart is needed', async (_, tls, what) => {
    const scene = await start();
    const { tls: __, ...rest } = scene.options;
    await scene.gateway.reload({ ...rest, ...(tls !== undefined && { tls }) });
    const warning = scene.events.findLast(
      (event) => event.kind === 'warning' && event.warning.code === 'WARN_SCRAPEGATE_RESTART_NEEDED',
    );
    expect(warning).toMatchObject({ warning: { message: expect.stringContaining(what) as unknown } });
  });
});

function codes({ events }: GatewayScene): readonly string[] {
  return events.flatMap((event) => (event.kind === 'warning' ? [event.warning.code] : []));
}

/** A ClientHello of TLS 1.2 with these bytes for the name of the server (RFC 6066 section 3). */
function clientHello(name: Buffer): Buffer {
  const entry = Buffer.concat([Buffer.of(0), sized(name)]);
  const extension = Buffer.concat([Buffer.of(0, 0), sized(sized(entry))]);
  const body = Buffer.concat([
    Buffer.of(3, 3),
    Buffer.alloc(32, 7),
    Buffer.of(0),
    sized(Buffer.of(0xc0, 0x2b, 0xc0, 0x2f)),
    Buffer.of(1, 0),
    sized(extension),
  ]);
  const handshake = Buffer.concat([Buffer.of(1, 0), sized(body)]);
  return Buffer.concat([Buffer.of(0x16, 3, 1), sized(handshake)]);
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}
