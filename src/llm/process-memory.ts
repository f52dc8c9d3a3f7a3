// How much memory the process has, as the operating system counts it.

/** Resident memory. */
export interface MemoryUse {
  readonly currentBytes: number;
  /** The most there ever was. */
  readonly peakBytes: number;
}

const BYTES_PER_KILOBYTE = 1024;

/** Of this process. Costs some microseconds. */
export function processMemory(): MemoryUse {
  const currentBytes = process.memoryUsage.rss();
  const peakBytes = process.resourceUsage().maxRSS * BYTES_PER_KILOBYTE;
  // The kernel may note the peak later than the present.
  return { currentBytes, peakBytes: Math.max(peakBytes, currentBytes) };
}
