// A listener that stops, over real sockets: what is under way is answered, and nothing else is waited for.

import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Connections } from '../../../src/gateway/connections.js';
import { ManualClock } from '../../support/manual-clock.js';
import { nextTurn } from '../../support/next-turn.js';
import { exchangeRaw, head, openRaw } from '../../support/raw-http.js';
import { portOf, startListener, TLS, type GivenListener } from '../../support/start-listener.js';
import { connectTls, getOverTls } from '../../support/tls-client.js';

const GET = head('GET / HTTP/1.1', 'Host: x');
const DEMANDING: GivenListener = { policy: () => ({ trusts: () => true, demandsProxyHeader: true }) };
/** More than the kernel takes at once. */
const LARGE_BODY = 'x'.repeat(8_000_000);

/** Leaves requests unanswered until the test answers them. */
function holding(count: number): {
  readonly requestListener: RequestListener;
  readonly held: Promise<readonly ServerResponse[]>;
} {
  const responses: ServerResponse[] = [];
  let arrived = (): void => undefined;
  const held = new Promise<readonly ServerResponse[]>((resolve) => {
    arrived = () => resolve(responses);
  });
  const requestListener: RequestListener = (_message, response) => {
    if (responses.push(response) === count) arrived();
  };
  return { requestListener, held };
}

function answer(response: ServerResponse | undefined, body: string): void {
  response?.setHeader('Content-Length', body.length).end(body);
}

describe('a listener that stops', () => {
  it.each<[string, string, GivenListener]>([
    ['has sent nothing', '', {}],
    ['has sent half a head', 'GET / HTTP/1.1\r\nHos', {}],
    ['has half a head behind an answer', `${GET}GET / HT`, {}],
    ['has sent nothing of a handshake', '', { tls: TLS }],
    ['is in the middle of a handshake', '\u0016\u0003\u0001', { tls: TLS }],
    ['has sent nothing of a PROXY header', '', DEMANDING],
    ['is in the middle of a PROXY header', 'PROXY', DEMANDING],
    ['has sent nothing behind its PROXY header', 'PROXY UNKNOWN\r\n', DEMANDING],
  ])('does not wait for a connection that %s', async (_, bytes, given) => {
    const connections = new Connections(() => ({ maxConnections: 10, maxPerClient: 10 }), new ManualClock());
    const { listener, closed, unreadable } = await startListener({ ...given, connections });
    const socket = openRaw(portOf(listener)).on('error', () => undefined);
    socket.write(bytes);
    if (bytes.startsWith(GET)) await once(socket, 'readable');
    while (connections.size === 0) await nextTurn();
    const gone = new Promise((resolve) => socket.resume().once('close', resolve));
    await nextTurn();
    await listener.stop();
    await gone;
    expect([listener.abort(), closed, unreadable]).toEqual([0, [], []]);
  });

  it('does not wait for a connection that has sent nothing behind its handshake', async () => {
    const { listener } = await startListener({ tls: TLS });
    const client = await connectTls(portOf(listener));
    await listener.stop();
    await client?.closed();
    expect(client).toBeDefined();
  });

  it('lets requests under way have their answers, whole, and ends their connection then', async () => {
    const { requestListener, held } = holding(2);
    const { listener } = await startListener({ requestListener });
    const exchange = exchangeRaw(portOf(listener), GET.repeat(2));
    const [first, second] = await held;
    const stopped = listener.stop();
    answer(first, 'first');
    await nextTurn();
    answer(second, LARGE_BODY);
    const { answers, closed } = await exchange;
    expect([answers.map(({ body }) => body.length), closed]).toEqual([[5, LARGE_BODY.length], true]);
    await stopped;
    expect(listener.abort()).toBe(0);
  });

  it.each([
    ['plain', {}],
    ['TLS', { tls: TLS }],
  ])('lets an answer reach its reader that was written before: %s', async (_, given) => {
    const { requestListener, held } = holding(1);
    const { listener } = await startListener({ ...given, requestListener });
    const port = portOf(listener);
    const got =
      'tls' in given
        ? getOverTls(port).then((whole) => whole?.body)
        : exchangeRaw(port, GET).then(({ answers }) => answers[0]?.body);
    const [response] = await held;
    answer(response, LARGE_BODY);
    const stopped = listener.stop();
    expect(await got).toHaveLength(LARGE_BODY.length);
    await stopped;
    expect(listener.abort()).toBe(0);
  });

  it('counts what it cuts off, and then has nothing left', async () => {
    const { requestListener, held } = holding(1);
    const { listener } = await startListener({ requestListener });
    const exchange = exchangeRaw(portOf(listener), GET);
    await held;
    const stopped = listener.stop();
    expect(listener.abort()).toBe(1);
    await stopped;
    expect(await exchange).toMatchObject({ answers: [], closed: true });
    expect(listener.abort()).toBe(0);
  });
});
