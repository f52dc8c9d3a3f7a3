import { describe, expect, it } from 'vitest';
import { compileHostList, leadsToLoopback, loopbackHosts } from '../../../src/network/host-list.js';

function check(list: readonly string[], ...hostLines: readonly string[]): boolean {
  const compiled = compileHostList(list);
  if (!compiled.ok) throw new Error('refused');
  return compiled.value(hostLines);
}

describe('compileHostList', () => {
  it.each([
    '',
    ' ',
    'a b',
    'http://gate.example',
    'gate.example/',
    'gate.example:',
    'gate.example:x',
    '::1',
    '*.example',
    '-a',
    'a-',
    '[::1',
    'a,b',
    'gate.example:123456',
  ])('refuses the entry %j', (entry) => {
    const compiled = compileHostList(['gate.example', entry]);
    expect(compiled.ok ? [] : compiled.error.map(({ path }) => path)).toEqual(['[1]']);
  });

  it.each([
    '',
    'other.example',
    'gate.example.',
    'gate.example.other',
    'xgate.example',
    'gate.example:',
    'gate.example:1:2',
    'user@gate.example',
    ' gate.example',
    'gate.example, other',
    'gate.example/',
  ])('does not take %j for gate.example', (host) => expect(check(['gate.example'], host)).toBe(false));

  it.each(['gate.example', 'GATE.example', 'gate.example:80', 'gate.example:9087'])('takes %j', (host) =>
    expect(check(['Gate.example'], host)).toBe(true),
  );

  it('takes a port as it was written where one was', () => {
    expect(
      ['gate.example:9087', 'gate.example', 'gate.example:80'].map((host) =>
        check(['gate.example:9087'], host),
      ),
    ).toEqual([true, false, false]);
  });

  it('takes neither no Host nor two of them, unless every name will do', () => {
    expect([check(['a']), check(['a'], 'a', 'a'), check(['*'])]).toEqual([false, false, true]);
  });

  it('knows the names of a machine for itself', () => {
    const hosts = ['localhost', 'LOCALHOST:9087', '127.0.0.1:1', '[::1]', '[::1]:9087', '127.0.0.2:80'];
    expect(hosts.map((host) => check(loopbackHosts('127.0.0.2'), host))).toEqual(hosts.map(() => true));
    expect(
      ['attacker.example', '127.0.0.3', '::1', 'localhost.example'].map((host) =>
        check(loopbackHosts('::1'), host),
      ),
    ).toEqual([false, false, false, false]);
  });
});

describe('leadsToLoopback', () => {
  it.each([
    ['http://gate.example/', false],
    ['http://localhost.example/', false],
    ['http://gate.localhost/', false],
    ['http://10.0.0.1/', false],
    ['http://[2001:db8::1]/', false],
    ['http://localhost:9087/', true],
    ['http://LOCALHOST/', true],
    ['http://127.0.0.9/', true],
    ['http://2130706433/', true],
    ['http://[::1]:9087/', true],
    ['http://[::ffff:127.0.0.1]/', true],
  ])('of %s is %s', (url, expected) => {
    expect(leadsToLoopback(new URL(url))).toBe(expected);
  });
});
