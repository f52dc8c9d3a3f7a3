import { expect, test } from 'vitest';

import { createMemoryBudget } from '../../../src/limits/memory-budget.js';
import { ManualClock } from '../../support/manual-clock.js';

test('is bounded: the credential used longest ago has a full budget again', async () => {
  const budget = createMemoryBudget({ requestsPerWindow: 1, windowMs: 60_000 }, { clock: new ManualClock() });
  expect(await budget.take('first')).toEqual({ within: true });
  expect(await budget.take('first')).toMatchObject({ within: false });
  for (let i = 0; i < 10_000; i += 1) await budget.take(`other-${i}`);
  expect(await budget.take('first')).toEqual({ within: true });
});
