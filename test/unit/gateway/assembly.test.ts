import { describe, expect, it } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import { createAssembly, type Assembly } from '../../../src/gateway/assembly.js';
import type { GatewayOptions } from '../../../src/gateway/options.js';
import { createGuardMemory } from '../../../src/guard/memory.js';
import { ManualClock } from '../../support/manual-clock.js';
import { PSEUDONYM_KEY, gatewayOptions } from '../../support/start-gateway.js';

const VALID = gatewayOptions('http://127.0.0.1:1/metrics');

function assemble(options: GatewayOptions): Assembly {
  return createAssembly(options, {
    clock: new ManualClock(),
    pseudonymKey: PSEUDONYM_KEY,
    guardMemory: createGuardMemory(),
    saved: new Map(),
    onViewForgotten: () => undefined,
    onFetchFailed: () => undefined,
  });
}

function problemsOf(options: GatewayOptions): readonly string[] {
  try {
    assemble(options);
  } catch (error) {
    if (error instanceof ScrapegateError)
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('createAssembly', () => {
  it('needs a target', () => {
    expect(problemsOf({ ...VALID, targets: [] })).toContain(
      'targets: is empty; expected at least one target',
    );
  });

  it('refuses names that lead nowhere or to several places, all at once', () => {
    const [target] = VALID.targets;
    if (target === undefined) throw new Error('no target');
    expect(
      problemsOf({
        ...VALID,
        targets: [target, target],
        views: [
          { name: 'all', target: 'upstream' },
          { name: 'all', target: 'elsewhere' },
          { name: 'lost', target: 'nowhere' },
        ],
        guard: {
          credentials: [{ name: 'a', proofs: [], grant: { view: 'nothing', target: 'upstream' } }],
          anonymous: { view: 'lost', target: 'upstream' },
        },
      }),
    ).toEqual([
      'targets: two targets share a name',
      'views: two views share a name',
      'views.all.target: names no target; expected one of upstream',
      'views.lost.target: names no target; expected one of upstream',
      'credentials.a.view: names no view; expected one of all, lost',
      'anonymous.view: names no view; expected one of all, lost',
    ]);
  });

  it('refuses what the rooms refuse: a view, a target, the guard', () => {
    expect(problemsOf({ ...VALID, views: [{ name: 'all', target: 'upstream', only: {} }] })).toHaveLength(1);
    expect(problemsOf({ ...VALID, targets: [{ name: 'upstream', url: 'ftp://x' }] })).toHaveLength(1);
    expect(problemsOf({ ...VALID, guard: { limits: { lockoutMs: 15 } }, views: VALID.views })).toHaveLength(
      1,
    );
  });

  it('has the first target behind /metrics', async () => {
    const assembly = assemble({
      ...VALID,
      targets: [...VALID.targets, { kind: 'demo', name: 'demo' }],
      views: [...VALID.views, { name: 'demo', target: 'demo' }],
    });
    expect(assembly.defaultTarget).toBe('upstream');
    expect([...assembly.targets.keys()]).toEqual(['upstream', 'demo']);
    expect(assembly.viewOf({ view: 'demo' })?.target.name).toBe('demo');
    await assembly.close();
  });

  it('takes nothing apart while a request runs, be it one that fails', async () => {
    const assembly = assemble({ ...VALID, targets: [{ kind: 'demo', name: 'upstream' }] });
    let end: (error: Error) => void = () => undefined;
    const running = assembly.use(() => new Promise<never>((_resolve, reject) => (end = reject)));
    const retired = assembly.retire();
    const target = assembly.targets.get('upstream');
    expect((await target?.fetch('text'))?.ok).toBe(true);
    end(new Error('failed'));
    await expect(running).rejects.toThrow('failed');
    await retired;
    expect(await target?.fetch('text')).toEqual({ ok: false, error: { reason: 'closed' } });
  });

  it('gives away counters under the name and the fingerprint of their view', async () => {
    const first = assemble(VALID);
    const second = assemble({ ...VALID, views: [{ name: 'all', target: 'upstream', preset: 'litellm' }] });
    expect([...first.counters().keys()]).toEqual(['all']);
    const fingerprint = first.counters().get('all')?.fingerprint;
    expect(fingerprint).toBe(assemble(VALID).counters().get('all')?.fingerprint);
    expect(fingerprint).not.toBe(second.counters().get('all')?.fingerprint);
    await Promise.all([first.close(), second.close()]);
  });
});
