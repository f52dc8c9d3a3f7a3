// What the commands know of the process: its environment, streams, signals and time. Tests pass their own.

import type { Clock } from '../internal/clock.js';
import type { Execute } from './execute.js';

/** Signals that `serve` acts on. */
export type SignalName = 'SIGHUP' | 'SIGINT' | 'SIGTERM';

/** A stream that text is written to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** The stream that input is read from. */
export interface Input extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean | undefined;
  /** Only on a terminal: `true` stops it from echoing what is typed. */
  setRawMode?(raw: boolean): unknown;
}

/** Where the log of a program that serves goes: a reader who is slow, or has stopped reading, holds up nothing. */
export interface LogOutput extends Output {
  /** Waits until all is written, or `deadlineMs` are over; gives whether it is. To be called once, at the end. */
  end(deadlineMs: number): Promise<boolean>;
}

/** The process as the commands see it. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As `process.versions.node`. */
  readonly nodeVersion: string;
  readonly stdin: Input;
  /** What was asked for. */
  readonly stdout: Output;
  /** Prompts and errors. */
  readonly stderr: Output;
  /** Opens standard error for a log; `tellLost` makes the line that says how many did not fit. */
  readonly openLog: (tellLost: (lines: number) => string) => LogOutput;
  readonly clock: Clock;
  onSignal(name: SignalName, listener: () => void): void;
  /** Of this process. */
  readonly pid: number;
  readonly execute: Execute;
  /** Ends the process at once. */
  exitNow(code: number): void;
}
