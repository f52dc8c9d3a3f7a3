import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLogOutput } from '../../../src/cli/log-output.js';
import { lostLines } from '../../../src/cli/log.js';
import { systemClock } from '../../../src/internal/clock.js';

const DEADLINE_MS = 60_000;
const TOO_MUCH = 1024 * 1024;

async function openFile(): Promise<{ readonly fd: number; readonly read: () => Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'scrapegate-log-'));
  const path = join(folder, 'log');
  const { fd } = await open(path, 'w');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { fd, read: () => readFile(path, 'utf8') };
}

it('what does not fit is left out, counted once, and nothing else is lost', async () => {
  const { fd, read } = await openFile();
  const log = openLogOutput(fd, systemClock, lostLines);
  log.write('first\n');
  log.write(`${'x'.repeat(TOO_MUCH)}\nand a second line\n`);
  log.write('last\n');
  expect(await log.end(DEADLINE_MS)).toBe(true);
  const [first, last, told, ...rest] = (await read()).trimEnd().split('\n');
  expect([first, last]).toEqual(['first', 'last']);
  expect(JSON.parse(told ?? '')).toMatchObject({ level: 'warn', event: 'log_lines_lost', lines: 2 });
  expect(rest).toEqual([]);
});

it('a log that lost nothing does not speak of it', async () => {
  const { fd, read } = await openFile();
  const log = openLogOutput(fd, systemClock, lostLines);
  log.write('only\n');
  expect(await log.end(DEADLINE_MS)).toBe(true);
  expect(await read()).toBe('only\n');
});

it('what comes after the end is left out, and no fault: a request may be cut off last of all', async () => {
  const { fd, read } = await openFile();
  const log = openLogOutput(fd, systemClock, lostLines);
  log.write('only\n');
  const ended = log.end(DEADLINE_MS);
  log.write('at once\n');
  expect(await ended).toBe(true);
  log.write('later\n');
  expect(await read()).toBe('only\n');
});
