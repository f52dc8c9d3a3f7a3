// Runs another program for its effect: no shell, no input, nothing of its output, bounded in time.

import { execFile } from 'node:child_process';

/** Runs a program of the path; why it failed, or undefined. `env` is all of its environment. */
export type Execute = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<string | undefined>;

const TIMEOUT_MS = 5_000;

/** The real thing. */
export const execute: Execute = (file, args, env) =>
  new Promise((resolve) => {
    execFile(file, [...args], { env: { ...env }, timeout: TIMEOUT_MS, windowsHide: true }, (error) => {
      resolve(error === null ? undefined : String(error.code ?? 'timeout'));
    });
  });
