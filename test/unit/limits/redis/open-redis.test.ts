import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/internal/secret.js';
import {
  isIoredisInstalled,
  openIoredis,
  type RedisConnection,
} from '../../../../src/limits/redis/open-redis.js';
import {
  resolveRedisOptions,
  type ResolvedRedisOptions,
} from '../../../../src/limits/redis/resolve-options.js';
import { CHECK } from '../../../../src/limits/redis/scripts.js';
import { nextTurn } from '../../../support/next-turn.js';
import { greeting, isScript, startRespServer, type RespServer } from '../../../support/resp-server.js';

const WAITING = { onLost: () => {}, signal: new AbortController().signal };

function optionsFor(url: string): ResolvedRedisOptions {
  const resolved = resolveRedisOptions({ url: new Secret(url) });
  if (!resolved.ok) throw new Error('refused');
  return resolved.value;
}

async function connect(
  server: RespServer,
  userinfo = '',
): Promise<{ connection: RedisConnection; lost: Promise<void> }> {
  let onLost = (): void => {};
  const lost = new Promise<void>((resolve) => (onLost = resolve));
  const url = server.url.replace('redis://', `redis://${userinfo}`);
  return {
    connection: await openIoredis(optionsFor(`${url}/3`), { ...WAITING, onLost: () => onLost() }),
    lost,
  };
}

describe('a connection to Redis', () => {
  it('is possible here', async () => {
    expect(await isIoredisInstalled()).toBe(true);
  });

  it('logs in, takes its database, and runs a script by its name', async () => {
    const server = await startRespServer((command) => (isScript(command) ? ':7\r\n' : greeting(command)));
    const { connection } = await connect(server, 'gate:secret@');
    expect(await connection.run(CHECK, 'key', [1, 2.5])).toBe(7);
    const names = server.commands.map(([name]) => name);
    expect(names.indexOf('AUTH')).toBe(0);
    expect(server.commands).toContainEqual(['AUTH', 'gate', 'secret']);
    expect(names.indexOf('SELECT')).toBeGreaterThan(0);
    expect(server.commands.at(-1)).toEqual(['EVALSHA', CHECK.sha1, '1', 'key', '1', '2.5']);
    connection.close();
  });

  it('tells Redis a script that it does not know, once', async () => {
    const known = new Set<string>();
    const server = await startRespServer((command) => {
      if (command[0] === 'EVAL') known.add(CHECK.sha1);
      if (command[0] === 'EVALSHA' && !known.has(command[1] ?? ''))
        return '-NOSCRIPT No matching script.\r\n';
      return isScript(command) ? ':1\r\n' : greeting(command);
    });
    const { connection } = await connect(server);
    expect(await connection.run(CHECK, 'key', [])).toBe(1);
    expect(await connection.run(CHECK, 'key', [])).toBe(1);
    const scripts = server.commands.filter(isScript).map(([name]) => name);
    expect(scripts).toEqual(['EVALSHA', 'EVAL', 'EVALSHA']);
    connection.close();
  });

  it.each([
    ['-WRONGTYPE Operation against a key\r\n', 'WRONGTYPE'],
    ['-READONLY You cannot write\r\n', 'READONLY'],
    ['-SECRETWORD hunter2\r\n', 'ERR'],
  ])('C17: fails on %j, and tells a known code alone', async (reply, detail) => {
    const server = await startRespServer((command) => (isScript(command) ? reply : greeting(command)));
    const { connection } = await connect(server);
    await expect(connection.run(CHECK, 'key', [])).rejects.toMatchObject({
      reason: 'command_failed',
      detail,
    });
    connection.close();
  });

  it('says that it was lost, and fails what was under way', async () => {
    const server = await startRespServer((command) => (isScript(command) ? undefined : greeting(command)));
    const { connection, lost } = await connect(server);
    const asked = connection.run(CHECK, 'key', []);
    server.cutOff();
    await expect(asked).rejects.toMatchObject({ reason: 'unreachable' });
    await lost;
    await expect(connection.run(CHECK, 'key', [])).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('C17: lets go of a Redis that never gets ready, once nobody waits for it', async () => {
    const server = await startRespServer(() => undefined);
    const waiting = new AbortController();
    const opening = openIoredis(optionsFor(server.url), { onLost: () => {}, signal: waiting.signal });
    while (server.commands.length === 0) await nextTurn();
    waiting.abort();
    await expect(opening).rejects.toMatchObject({ reason: 'unreachable' });
    while (server.connections() > 0) await nextTurn();
  });

  it('fails where nobody listens, and where the password is wrong', async () => {
    const closed = optionsFor('redis://127.0.0.1:1');
    await expect(openIoredis(closed, WAITING)).rejects.toMatchObject({
      reason: 'unreachable',
      detail: 'ECONNREFUSED',
    });
    const server = await startRespServer((command) =>
      command[0] === 'AUTH' ? '-WRONGPASS invalid\r\n' : '-NOAUTH Authentication required.\r\n',
    );
    await expect(connect(server, 'gate:wrong@')).rejects.toMatchObject({ reason: 'command_failed' });
  });
});
