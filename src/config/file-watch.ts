// Notices that files changed, by looking at them now and then: links that are swapped, files that are replaced, made
// or removed, and network file systems, which tell nobody of a change.
// A change counts once all files were the same for one more look, so that nothing half-written is read. It counts
// once: afterwards the watch waits to be told what was read. Content is never looked at.

import type { Clock, Timer } from '../internal/clock.js';
import { identifyFile, type FileIdentities, type FileIdentity } from './file-identity.js';

/** Looks at files until it is stopped. */
export interface FileWatch {
  /** From now on looks at these files, every `intervalMs`, for anything other than what they were. */
  watch(files: FileIdentities, intervalMs: number): void;
  stop(): void;
}

/** What a watch is given from outside. */
export interface FileWatchDeps {
  readonly clock: Clock;
  /** Called when files changed and came to rest; then nothing until `watch` is called again. Must not throw. */
  readonly onChange: () => void;
  /** Never rejects. @default from the disk */
  readonly identify?: (path: string) => Promise<FileIdentity>;
}

/** Creates a watch that looks at nothing yet. */
export function createFileWatch({ clock, onChange, identify = identifyFile }: FileWatchDeps): FileWatch {
  let timer: Timer | undefined;
  /** Replaced with each call, so that a look that is still under way leads to nothing. */
  let current = {};

  const begin = (files: FileIdentities, intervalMs: number): void => {
    const round = {};
    current = round;
    let restless: FileIdentities = files;

    const look = async (): Promise<void> => {
      const seen = await identifyAll([...files.keys()], identify);
      if (current !== round) return;
      if (isSame(seen, files)) {
        restless = files;
      } else if (isSame(seen, restless)) {
        onChange();
        return;
      } else {
        restless = seen;
      }
      schedule();
    };
    const schedule = (): void => {
      timer = clock.after(intervalMs, () => void look());
    };
    schedule();
  };

  const stop = (): void => {
    timer?.cancel();
    current = {};
  };

  return {
    watch(files, intervalMs) {
      stop();
      begin(files, intervalMs);
    },
    stop,
  };
}

async function identifyAll(
  paths: readonly string[],
  identify: (path: string) => Promise<FileIdentity>,
): Promise<FileIdentities> {
  const seen = new Map<string, FileIdentity>();
  // One after the other: a file system that hangs then holds one thread, and not all of them.
  for (const path of paths) seen.set(path, await identify(path));
  return seen;
}

function isSame(a: FileIdentities, b: FileIdentities): boolean {
  return [...a].every(([path, identity]) => b.get(path) === identity);
}
