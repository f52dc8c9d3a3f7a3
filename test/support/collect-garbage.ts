// Whether an object is still held by anybody: for promises that memory goes back.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Whether `reference` is let go once everything that is ready has run. */
export async function isLetGo(reference: WeakRef<object>): Promise<boolean> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no garbage collector to call');
  for (let turn = 0; turn < 10 && reference.deref() !== undefined; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return reference.deref() === undefined;
}
