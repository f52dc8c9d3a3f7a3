import { describe, expect, it } from 'vitest';
import { createServiceManager, inheritedSockets } from '../../../src/cli/systemd.js';
import type { Warning } from '../../../src/errors.js';
import { createTestContext } from '../../support/cli-context.js';
import { ManualClock } from '../../support/manual-clock.js';

const NOTIFY_SOCKET = '/run/systemd/notify';

describe('inheritedSockets', () => {
  it.each([
    ['nothing', {}],
    ['sockets of another process', { LISTEN_FDS: '1', LISTEN_PID: '1' }],
    ['sockets of nobody', { LISTEN_FDS: '1' }],
    ['no number', { LISTEN_FDS: 'x', LISTEN_PID: '4711' }],
    ['a negative number', { LISTEN_FDS: '-1', LISTEN_PID: '4711' }],
    ['far too many', { LISTEN_FDS: '100000', LISTEN_PID: '4711' }],
    ['a number that is nearly ours', { LISTEN_FDS: '1', LISTEN_PID: '4711 ' }],
  ])('are none with %s', (_, env) => {
    expect(inheritedSockets({ env, pid: 4711 })).toEqual([]);
  });

  it('have the names of their units, in order', () => {
    const env = { LISTEN_FDS: '3', LISTEN_PID: '4711', LISTEN_FDNAMES: 'metrics:health' };
    expect(inheritedSockets({ env, pid: 4711 })).toEqual([
      { name: 'metrics', fd: 3 },
      { name: 'health', fd: 4 },
      { name: 'unknown', fd: 5 },
    ]);
  });
});

describe('createServiceManager', () => {
  function scene(env: Record<string, string>, failure?: string) {
    const clock = new ManualClock();
    const told: (readonly string[])[] = [];
    const warnings: Warning[] = [];
    const context = createTestContext({
      env,
      clock,
      execute: (file, args, given) => {
        expect([file, given]).toEqual(['systemd-notify', { NOTIFY_SOCKET, PATH: '/bin' }]);
        told.push(args);
        return Promise.resolve(failure);
      },
    });
    return {
      clock,
      told,
      warnings,
      manager: createServiceManager(context, (warning) => warnings.push(warning)),
    };
  }

  it('tells nobody where nobody listens', async () => {
    const { clock, told, manager } = scene({ WATCHDOG_USEC: '2000000' });
    manager.ready();
    manager.reloading();
    await manager.stopping();
    clock.advance(10_000);
    expect([told, clock.pendingTimers]).toEqual([[], 0]);
  });

  it('tells each turn in its order', async () => {
    const { told, manager, warnings } = scene({ NOTIFY_SOCKET, PATH: '/bin', SECRET: 'x' });
    manager.ready();
    manager.reloading();
    manager.ready();
    await manager.stopping();
    expect(told.map(([state]) => state)).toEqual(['READY=1', 'RELOADING=1', 'READY=1', 'STOPPING=1']);
    expect(told[1]?.[1]).toMatch(/^MONOTONIC_USEC=[1-9]\d*$/);
    expect(warnings).toEqual([]);
  });

  it('shows twice in the time that systemd allows that it is alive, and no longer once it stops', async () => {
    const { clock, told, manager } = scene({
      NOTIFY_SOCKET,
      PATH: '/bin',
      WATCHDOG_USEC: '30000000',
      WATCHDOG_PID: '4711',
    });
    clock.advance(14_999);
    await Promise.resolve();
    expect(told).toEqual([]);
    clock.advance(15_001);
    await manager.stopping();
    expect(told.map(([state]) => state)).toEqual(['WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves the watchdog of another process alone', () => {
    const { clock } = scene({ NOTIFY_SOCKET, PATH: '/bin', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('warns once where the program fails, with its code', async () => {
    const { manager, warnings } = scene({ NOTIFY_SOCKET, PATH: '/bin' }, 'ENOENT');
    manager.ready();
    manager.reloading();
    await manager.stopping();
    expect(warnings.map(({ code }) => code)).toEqual(['WARN_SCRAPEGATE_NOTIFY_FAILED']);
    expect(warnings[0]?.message).toContain('(ENOENT)');
  });
});
