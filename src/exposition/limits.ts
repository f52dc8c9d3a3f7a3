// How much one exposition may be: past a limit it is refused, nothing is cut short.
// Pure. Lines and labels have their limits where they are read (lines.ts, scan.ts).

/**
 * Blank lines and free comments. Honest ones are fewer than families; a body of nothing else is work without a
 * result, which no other limit counts.
 */
export const MAX_IDLE_LINES: number = 1_000_000;
