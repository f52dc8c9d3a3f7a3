#!/usr/bin/env node
// The program: hands the process to the command line, and nothing more.

import { systemClock } from '../internal/clock.js';
import { execute } from './execute.js';
import { EXIT_FAILURE } from './exit-codes.js';
import { openLogOutput } from './log-output.js';
import { run } from './program.js';
import { reportUnwritableOutput } from './report.js';

// Whoever read the log has gone: that is no reason to stop serving.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read the output wanted no more of it, as `head` does.
  if (error.code === 'EPIPE') return;
  reportUnwritableOutput(error.code, { stderr: process.stderr, env: process.env });
  process.exit(EXIT_FAILURE);
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  nodeVersion: process.versions.node,
  // Opened only by the command that reads it.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  openLog: (tellLost) => openLogOutput(process.stderr.fd, systemClock, tellLost),
  clock: systemClock,
  pid: process.pid,
  execute,
  onSignal: (name, listener) => void process.on(name, listener),
  exitNow: (code) => process.exit(code),
});
