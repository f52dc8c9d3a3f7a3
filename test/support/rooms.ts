// The table of rooms, read out of the rules that enforce it, and dependency-cruiser as a child process.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ICruiseResult } from 'dependency-cruiser';
import { asRecord } from '../../src/internal/option-problems.js';

/** The folder of the repository. */
export const REPOSITORY: string = fileURLToPath(new URL('../../', import.meta.url));

const CONFIGURATION = `${REPOSITORY}.dependency-cruiser.cjs`;
const CRUISER = `${REPOSITORY}node_modules/dependency-cruiser/bin/dependency-cruise.mjs`;

/** One forbidden import that was found. */
export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

function rules(): readonly Readonly<Record<string, unknown>>[] {
  const loaded: unknown = createRequire(import.meta.url)(CONFIGURATION);
  return listOf(asRecord(loaded)?.['forbidden']);
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map((entry) => asRecord(entry) ?? {}) : [];
}

/** The name of every rule. */
export function ruleNames(): readonly string[] {
  return rules().map(({ name }) => String(name));
}

/** Room → the rooms that it may import besides itself, `internal` and `errors.ts`. */
export function allowedImports(): ReadonlyMap<string, readonly string[]> {
  const rooms = new Map<string, readonly string[]>();
  for (const { name, to } of rules()) {
    const room = /^room-(.+)$/.exec(String(name))?.[1];
    const allowed = /\|\((?<rooms>[a-z|]+)\)\/\)$/.exec(String(asRecord(to)?.['pathNot']))?.groups?.['rooms'];
    if (room === undefined || allowed === undefined) continue;
    rooms.set(
      room,
      allowed.split('|').filter((other) => other !== room && other !== 'internal'),
    );
  }
  return rooms;
}

/** A door to disk or network: what leads through it, and who may open it. */
export interface Door {
  readonly leadsTo: (module: string) => boolean;
  readonly rooms: readonly string[];
}

/** The doors by the name of their rule. */
export function doors(): ReadonlyMap<string, Door> {
  const found = new Map<string, Door>();
  for (const { name, from, to } of rules()) {
    const door = /^door-(.+)$/.exec(String(name))?.[1];
    if (door === undefined) continue;
    const rooms = /^\^src\/\(?([\w|/-]+)\)?$/.exec(String(asRecord(from)?.['pathNot']))?.[1] ?? '';
    const pattern = new RegExp(String(asRecord(to)?.['path']));
    found.set(door, {
      leadsTo: (module) => pattern.test(module) || pattern.test(`node_modules/${module}`),
      rooms: rooms.split('|'),
    });
  }
  return found;
}

/** Runs dependency-cruiser over `src` of `folder`; every violation, and how many modules were looked at. */
export function cruise(
  folder: string,
): Promise<{ readonly violations: readonly Violation[]; readonly modules: number }> {
  return new Promise((resolve, reject) => {
    const args = [CRUISER, '--config', CONFIGURATION, '--output-type', 'json', 'src'];
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      try {
        const { summary }: ICruiseResult = JSON.parse(stdout);
        const violations = summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
        resolve({ violations, modules: summary.totalCruised });
      } catch {
        reject(new Error(`dependency-cruiser gave no report: ${stderr}`, { cause: error }));
      }
    });
  });
}
