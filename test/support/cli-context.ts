// A process for commands under test: streams that are remembered, signals and time that the test gives.

import type { CliContext, Input, SignalName } from '../../src/cli/context.js';
import { systemClock } from '../../src/internal/clock.js';

/** A context whose output can be read and whose signals can be sent. */
export interface TestContext extends CliContext {
  readonly out: () => string;
  readonly err: () => string;
  /** The log: one object for each line on standard error that is JSON. */
  readonly log: () => readonly Record<string, unknown>[];
  signal(name: SignalName): void;
  readonly exits: readonly number[];
  /** Resolves when standard output or standard error contains `text`. */
  seen(text: string): Promise<void>;
}

/** Standard input that gives `chunks`; with `isTTY` it counts how raw mode is switched. */
export function inputOf(chunks: readonly (string | Uint8Array)[], isTTY = false): Input & { raw: boolean[] } {
  const raw: boolean[] = [];
  return {
    isTTY,
    raw,
    setRawMode: (on) => raw.push(on),
    async *[Symbol.asyncIterator]() {
      await Promise.resolve();
      yield* chunks;
    },
  };
}

/** A context without terminal, in an empty environment, unless told otherwise. */
export function createTestContext(
  given: Partial<CliContext> & { readonly isTTY?: boolean } = {},
): TestContext {
  const written = { out: '', err: '' };
  const waiting = new Set<() => void>();
  const listeners: [SignalName, () => void][] = [];
  const exits: number[] = [];
  const stream = (name: 'out' | 'err'): CliContext['stdout'] => ({
    isTTY: given.isTTY ?? false,
    write: (text) => {
      written[name] += text;
      for (const look of waiting) look();
    },
  });
  return {
    env: {},
    nodeVersion: '24.17.0',
    stdin: inputOf([]),
    stdout: stream('out'),
    stderr: stream('err'),
    openLog: () => ({ ...(given.stderr ?? stream('err')), end: () => Promise.resolve(true) }),
    clock: systemClock,
    pid: 4711,
    execute: () => Promise.resolve(undefined),
    onSignal: (name, listener) => listeners.push([name, listener]),
    exitNow: (code) => void exits.push(code),
    ...given,
    out: () => written.out,
    err: () => written.err,
    log: () =>
      written.err
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line): Record<string, unknown> => ({ ...JSON.parse(line) })),
    signal: (name) => {
      for (const [known, listener] of listeners) if (known === name) listener();
    },
    exits,
    seen: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!written.out.includes(text) && !written.err.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
