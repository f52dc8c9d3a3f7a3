import { describe, expect, it } from 'vitest';
import { probeTarget } from '../../../src/gateway/target-probe.js';
import { fail, ok } from '../../../src/internal/result.js';
import type { Target } from '../../../src/targets/target.js';
import { ManualClock } from '../../support/manual-clock.js';

interface Scene {
  readonly clock: ManualClock;
  readonly target: Target;
  asked: number;
  answers: boolean;
}

function scene(): Scene {
  const made: Scene = {
    clock: new ManualClock(),
    asked: 0,
    answers: false,
    target: {
      name: 'upstream',
      fetch: () => {
        made.asked += 1;
        return Promise.resolve(
          made.answers
            ? ok({ format: 'text', body: new Uint8Array(), receivedBytes: 0, durationMs: 0 })
            : fail({ reason: 'unreachable' }),
        );
      },
      close: () => Promise.resolve(),
    },
  };
  return made;
}

/** Lets everything that waits for nothing but promises go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('probeTarget', () => {
  it('asks again and again with growing pauses, up to half a minute', async () => {
    const made = scene();
    const probe = probeTarget(made.target, made.clock, () => undefined);
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await settled();
      const before = made.asked;
      let pause = 0;
      while (made.asked === before) {
        made.clock.advance(500);
        pause += 500;
      }
      pauses.push(pause);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    probe.stop();
  });

  it('says once that the target answered, and asks no more', async () => {
    const made = scene();
    let answered = 0;
    probeTarget(made.target, made.clock, () => (answered += 1));
    await settled();
    made.answers = true;
    made.clock.advance(1000);
    await settled();
    made.clock.advance(100_000);
    await settled();
    expect([answered, made.asked, made.clock.pendingTimers]).toEqual([1, 2, 0]);
  });

  it('says and asks nothing once it was stopped, also while an answer is on its way', async () => {
    const made = scene();
    let answered = 0;
    const early = probeTarget(made.target, made.clock, () => (answered += 1));
    await settled();
    early.stop();
    expect(made.clock.pendingTimers).toBe(0);
    made.answers = true;
    probeTarget(made.target, made.clock, () => (answered += 1)).stop();
    await settled();
    made.clock.advance(100_000);
    expect([answered, made.asked]).toEqual([0, 2]);
  });
});
