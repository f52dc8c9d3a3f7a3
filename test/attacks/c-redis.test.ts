// Section c of the attack list: the store of limits that replicas share, on the assembled gate. The store is a server
// that speaks the protocol of Redis and turns hostile; test/e2e/shared-limits.test.ts has a real one.
// Time stands still unless a test moves it: whoever would wait for Redis would wait for ever.

import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/internal/secret.js';
import { nextTurn } from '../support/next-turn.js';
import {
  greeting,
  isScript,
  startRespServer,
  type RespAnswer,
  type RespServer,
} from '../support/resp-server.js';
import { startGateway, type GatewayScene } from '../support/start-gateway.js';

const STRANGER = '127.0.0.66';
const WRONG = { Authorization: 'Bearer wrong' };

const sound: RespAnswer = (command) => (isScript(command) ? ':0\r\n' : greeting(command));

async function startShared(answer: RespAnswer = sound): Promise<{ scene: GatewayScene; redis: RespServer }> {
  const redis = await startRespServer(answer);
  const scene = await startGateway({
    guard: {
      limits: { failuresPerMinute: 5, requestsPerWindow: 1_000, redis: { url: new Secret(redis.url) } },
    },
  });
  return { scene, redis };
}

/** Waits until the gate has told this of its limits. */
async function told(scene: GatewayScene, expected: object): Promise<void> {
  const isTold = (): boolean =>
    scene.events.some((event) => Object.entries(expected).every(([k, v]) => Reflect.get(event, k) === v));
  while (!isTold()) await nextTurn();
}

/** Lets time pass until the gate has told this; slowly, so that real sockets keep up with it. */
async function passUntilTold(scene: GatewayScene, kind: string): Promise<void> {
  const isTold = (): boolean => scene.events.some((event) => event.kind === kind);
  while (!isTold()) {
    scene.clock.advance(1_000);
    for (let turn = 0; turn < 30_000 && !isTold(); turn += 1) await nextTurn();
  }
}

async function scriptsAsked(redis: RespServer, more: number): Promise<void> {
  const before = redis.commands.filter(isScript).length;
  while (redis.commands.filter(isScript).length < before + more) await nextTurn();
}

/** What the scraper gets, eight wrong attempts of a stranger, and then both of them with the right token. */
async function play(scene: GatewayScene): Promise<readonly number[]> {
  const statuses = [(await scene.get('/metrics')).status];
  for (let i = 0; i < 8; i += 1) {
    statuses.push((await scene.get('/metrics', { from: STRANGER, headers: WRONG })).status);
  }
  statuses.push((await scene.get('/metrics')).status);
  statuses.push((await scene.get('/metrics', { from: STRANGER })).status);
  return statuses;
}

const HELD = [200, 401, 401, 401, 401, 401, 429, 429, 429, 200, 200];

describe('c. a store of limits that fails', () => {
  it('C17: that answers is asked, and learns no address and no name', async () => {
    const { scene, redis } = await startShared();
    await told(scene, { kind: 'limits_shared' });
    expect(await play(scene)).toEqual(HELD);
    expect(await scene.ownMetrics()).toContain('scrapegate_limits_shared 1\n');
    const seen = JSON.stringify(redis.commands);
    expect(redis.commands.filter(isScript).length).toBeGreaterThan(10);
    for (const part of [STRANGER, '127.0.0.1', 'prometheus', 'wrong']) expect(seen).not.toContain(part);
  });

  it('C17: that stops answering costs one request 50 ms, and the next ones nothing', async () => {
    const { scene, redis } = await startShared();
    await told(scene, { kind: 'limits_shared' });
    redis.answer = () => undefined;
    const waiting = scene.get('/metrics');
    await scriptsAsked(redis, 1);
    scene.clock.advance(50);
    expect((await waiting).status).toBe(200);
    await told(scene, { kind: 'limits_alone', reason: 'late' });
    // Nobody moves the clock from here on.
    expect(await play(scene)).toEqual(HELD);
    expect(await scene.ownMetrics()).toContain('scrapegate_limits_shared 0\n');
  });

  it.each([
    [
      'a value of another type',
      '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n',
      'WRONGTYPE',
    ],
    ['a script that fails', '-ERR user_script:3: attempt to compare nil with number\r\n', 'ERR'],
    [
      'a store that may not be written',
      "-READONLY You can't write against a read only replica.\r\n",
      'READONLY',
    ],
    ['a store that is full', "-OOM command not allowed when used memory > 'maxmemory'.\r\n", 'OOM'],
  ])('C17: with %s is one that is down', async (_, reply, detail) => {
    const { scene, redis } = await startShared();
    await told(scene, { kind: 'limits_shared' });
    redis.answer = (command) => (isScript(command) ? reply : greeting(command));
    expect(await play(scene)).toEqual(HELD);
    await told(scene, { kind: 'limits_alone', reason: 'command_failed', detail });
  });

  it.each([
    ['text', '$2\r\nno\r\n'],
    ['a list', '*1\r\n:0\r\n'],
    ['nothing', '$-1\r\n'],
    ['a negative number', ':-5\r\n'],
  ])('C17: that answers with %s is one that is down', async (_, reply) => {
    const { scene, redis } = await startShared();
    await told(scene, { kind: 'limits_shared' });
    redis.answer = (command) => (isScript(command) ? reply : greeting(command));
    expect(await play(scene)).toEqual(HELD);
    await told(scene, { kind: 'limits_alone', reason: 'answer_malformed' });
  });

  it('C17: that says that everybody is locked out stops no scraper with a token', async () => {
    const { scene, redis } = await startShared();
    await told(scene, { kind: 'limits_shared' });
    redis.answer = (command) =>
      !isScript(command)
        ? greeting(command)
        : command[3]?.includes('lockout') === true
          ? ':900000\r\n'
          : ':0\r\n';
    expect((await scene.get('/metrics', { from: STRANGER, headers: WRONG })).status).toBe(429);
    expect((await scene.get('/metrics', { from: STRANGER })).status).toBe(200);
  });

  it('C17: that is cut off or never there changes nothing, and is joined when it comes back', async () => {
    const { scene, redis } = await startShared(() => '-LOADING Redis is loading the dataset in memory\r\n');
    expect(await play(scene)).toEqual(HELD);
    await passUntilTold(scene, 'limits_alone');
    redis.answer = sound;
    await passUntilTold(scene, 'limits_shared');
    const before = scene.events.filter(({ kind }) => kind === 'limits_alone').length;
    redis.cutOff();
    while (scene.events.filter(({ kind }) => kind === 'limits_alone').length === before) await nextTurn();
    // What was recorded while it was away stays in force.
    expect((await scene.get('/metrics', { from: STRANGER, headers: WRONG })).status).toBe(429);
    expect((await scene.get('/metrics')).status).toBe(200);
  });

  it('C17: a gate that stops lets go of it', async () => {
    const { scene, redis } = await startShared();
    await told(scene, { kind: 'limits_shared' });
    await scene.gateway.close();
    const before = redis.commands.length;
    scene.clock.advance(600_000);
    for (let i = 0; i < 20; i += 1) await nextTurn();
    expect(redis.commands.length).toBe(before);
  });
});
