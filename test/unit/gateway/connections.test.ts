import { describe, expect, it } from 'vitest';
import { Connections, type Connection } from '../../../src/gateway/connections.js';
import { ManualClock } from '../../support/manual-clock.js';

interface Scene {
  readonly connections: Connections;
  readonly clock: ManualClock;
  readonly displaced: string[];
  /** Lets a connection in, or says why not. */
  readonly open: (name: string, prefix?: string) => { connection: Connection; refusal: string | undefined };
}

function scene(maxConnections: number, maxPerClient: number): Scene {
  const clock = new ManualClock();
  const connections = new Connections(() => ({ maxConnections, maxPerClient }), clock);
  const displaced: string[] = [];
  return {
    connections,
    clock,
    displaced,
    open(name, prefix) {
      const connection: Connection = {
        ...(prefix !== undefined && { prefix }),
        busy: 0,
        displace: () => displaced.push(name),
      };
      return { connection, refusal: connections.admit(connection) };
    },
  };
}

describe('the cap of a client', () => {
  it('refuses what is over it, and nobody else', () => {
    const { connections, open } = scene(100, 2);
    const first = open('a', 'p').connection;
    expect([open('b', 'p').refusal, open('c', 'p').refusal, open('d', 'q').refusal]).toEqual([
      undefined,
      'client_limit',
      undefined,
    ]);
    connections.remove(first);
    expect([open('e', 'p').refusal, connections.size]).toEqual([undefined, 3]);
  });

  it('does not hold for trusted proxies and Unix sockets', () => {
    const { open } = scene(100, 1);
    expect(['a', 'b', 'c'].map((name) => open(name).refusal)).toEqual([undefined, undefined, undefined]);
  });

  it('makes neighbours of a scraper give way, and never the scraper', () => {
    const { connections, displaced, open } = scene(100, 2);
    const scraper = open('scraper', 'p').connection;
    connections.proved(scraper);
    open('neighbour', 'p');
    expect([open('again', 'p').refusal, displaced]).toEqual([undefined, ['neighbour']]);
    const busy = scene(100, 1);
    const one = busy.open('one', 'p').connection;
    busy.connections.proved(one);
    expect(busy.open('two', 'p').refusal).toBe('client_limit');
  });

  it('counts a connection of a proxy for the client that it named', () => {
    const { connections, open } = scene(100, 1);
    expect(connections.attribute(open('a').connection, 'p')).toBeUndefined();
    expect(connections.attribute(open('b').connection, 'p')).toBe('client_limit');
    expect(open('c', 'p').refusal).toBe('client_limit');
  });
});

describe('the cap of all', () => {
  it('lets a newcomer in for the oldest idle stranger', () => {
    const { displaced, open } = scene(3, 10);
    open('a', 'p').connection.busy = 1;
    open('b', 'q');
    open('c', 'r');
    expect([open('d', 's').refusal, displaced]).toEqual([undefined, ['b']]);
  });

  it('spares who was right before, proxies, and whoever is being answered, as long as there is another', () => {
    const { connections, displaced, open } = scene(4, 10);
    const scraper = open('scraper', 'p').connection;
    connections.proved(scraper);
    connections.remove(scraper);
    open('scraper again', 'p');
    open('proxy');
    open('busy', 'q').connection.busy = 1;
    open('stranger', 'r');
    for (const name of ['x', 'y']) open(name, name);
    expect(displaced).toEqual(['stranger', 'x']);
  });

  it('displaces even those where there is nobody else, but never a proven connection', () => {
    const { connections, displaced, open } = scene(2, 10);
    connections.proved(open('scraper', 'p').connection);
    open('busy', 'q').connection.busy = 1;
    expect([open('a', 'r').refusal, displaced]).toEqual([undefined, ['busy']]);
    const full = scene(1, 10);
    full.connections.proved(full.open('scraper', 'p').connection);
    expect([full.open('b', 's').refusal, full.displaced, full.connections.size]).toEqual([
      'total_limit',
      [],
      1,
    ]);
  });

  it('lets the oldest idle stranger go first, also where strangers have few places left', () => {
    const { connections, displaced, open } = scene(5, 10);
    for (const name of ['s', 't']) connections.proved(open(name, name).connection);
    open('known', 's');
    for (const name of ['a', 'b', 'c', 'd']) open(name, name);
    expect(displaced).toEqual(['a', 'b']);
  });

  it('lets a scraper in that connects in the middle of a flood, and leaves it the time to show its credential', () => {
    const { connections, displaced, open } = scene(1000, 64);
    for (let index = 0; index < 3000; index += 1) open(`flood ${index}`, `prefix ${index}`);
    const { connection, refusal } = open('scraper', 'p');
    for (let index = 0; index < 999; index += 1) open(`more ${index}`, `other ${index}`);
    expect([refusal, displaced.includes('scraper')]).toEqual([undefined, false]);
    connections.proved(connection);
    for (let index = 0; index < 3000; index += 1) open(`still ${index}`, `third ${index}`);
    expect([displaced.includes('scraper'), connections.size]).toEqual([false, 1000]);
  });
});

describe('a client that sent request upon request', () => {
  it('gets no connection for a minute, and its neighbours do', () => {
    const { clock, connections, open } = scene(100, 10);
    const flooding = open('a', 'p').connection;
    connections.shun(flooding);
    connections.remove(flooding);
    expect([open('b', 'p').refusal, open('c', 'q').refusal]).toEqual(['client_shunned', undefined]);
    const proxied = open('d').connection;
    expect(connections.attribute(proxied, 'p')).toBe('client_shunned');
    clock.advance(59_999);
    expect(open('e', 'p').refusal).toBe('client_shunned');
    clock.advance(1);
    expect(open('f', 'p').refusal).toBeUndefined();
  });

  it('keeps no scraper out that was right from there before', () => {
    const { connections, open } = scene(100, 10);
    connections.proved(open('scraper', 'p').connection);
    connections.shun(open('flooding', 'p').connection);
    expect(open('scraper again', 'p').refusal).toBeUndefined();
  });

  it('is never a trusted proxy', () => {
    const { connections, open } = scene(100, 10);
    connections.shun(open('a').connection);
    expect(open('b').refusal).toBeUndefined();
  });
});
