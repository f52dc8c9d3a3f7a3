import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { coalesceFetches } from '../../../src/targets/coalesce.js';
import { fetchWithin } from '../../../src/targets/deadline.js';
import type { Target } from '../../../src/targets/target.js';
import { isLetGo } from '../../support/collect-garbage.js';
import { exposition, type HostileAnswer } from '../../support/hostile-server.js';
import { always, BODY, scene } from '../../support/http-target-scene.js';
import { ManualClock } from '../../support/manual-clock.js';

const TEXT = BODY.repeat(10_000);

/** The memory of the first body that `target` gives. */
async function memoryOf(target: Target): Promise<WeakRef<object>> {
  const outcome = await fetchWithin(target, 'text', 5000, new ManualClock());
  if (!outcome.ok) throw new Error(outcome.error.by);
  return new WeakRef(outcome.value.body.buffer);
}

const ANSWERS: readonly (readonly [title: string, answer: HostileAnswer])[] = [
  ['plain', always(exposition(TEXT))],
  ['gzip', always(exposition(gzipSync(TEXT), { 'Content-Encoding': 'gzip' }))],
];

test.each(ANSWERS)(
  'a %s body is let go once nobody reads it, while its connection is kept',
  async (_, answer) => {
    const { server, target } = await scene(answer);
    const shared = coalesceFetches(target);
    expect(await isLetGo(await memoryOf(shared))).toBe(true);
    await shared.fetch('text');
    expect(server.connections).toBe(1);
  },
);
