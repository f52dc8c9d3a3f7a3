// What a process has used of processor and memory, as Linux keeps it in /proc. proc(5).

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether processes can be measured here. */
export const CAN_MEASURE_PROCESSES: boolean = existsSync('/proc/self/stat');

let ticksPerSecond: number | undefined;

/** Processor time in user and kernel mode, in milliseconds; with that of its children. */
export function processorMs(pid: number): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // The name in parentheses may hold anything; fields are counted from behind it. 14 is utime, 15 is stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
  const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').trim();
  if (children === '') return own;
  return children.split(' ').reduce((total, child) => total + processorMs(Number(child)), own);
}

/** Resident memory in bytes: what it is now, or the most that it ever was. */
export function residentBytes(pid: number, which: 'now' | 'peak'): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const field = which === 'now' ? /^VmRSS:\s+(\d+) kB$/m : /^VmHWM:\s+(\d+) kB$/m;
  return Number(field.exec(status)?.[1]) * 1024;
}
