// The package as its users get it: packed by npm, and installed by npm into a project of its own, with what it declares and
// nothing else. Needs no network and no cache of npm: the packages it depends on are those of this clone, as `npm ci` left them.

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { bareEnvironment, runChild, type Finished } from './e2e/child.js';
import { REPOSITORY } from './rooms.js';

const DEADLINE_MS = 60_000;

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
}

/** What is tested of package.json. */
export interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The package.json of this clone. */
export const MANIFEST: Manifest = JSON.parse(readFileSync(`${REPOSITORY}package.json`, 'utf8'));

/** What `npm pack --json` prints. */
type PackReport = readonly [
  { readonly filename: string; readonly files: readonly { readonly path: string }[] },
];

/** A project that has installed the packed package. */
export interface ConsumerProject {
  readonly folder: string;
  /** The tarball, outside of the project. */
  readonly tarball: string;
  /** Every file of the tarball, from the package's own folder on. */
  readonly packedFiles: readonly string[];
  /** The folders of `node_modules` that the package and its dependencies should be, and no more. */
  readonly expectedPackages: readonly string[];
  /** Runs a program in the project to its end. */
  run(command: string, args: readonly string[]): Promise<Finished>;
  /** Lets the project have packages of this clone, for tests that need more than the package itself. */
  link(...packages: readonly string[]): void;
  remove(): Promise<void>;
}

/** Packs the built package, and installs it. @throws {Error} with what npm says, when one of the two fails */
export async function installPacked(): Promise<ConsumerProject> {
  const root = mkdtempSync(join(tmpdir(), 'scrapegate-package-'));
  const folder = join(root, 'project');
  const run = async (cwd: string, command: string, args: readonly string[]): Promise<Finished> =>
    runChild({ command, args, cwd, env: consumerEnvironment(root), deadlineMs: DEADLINE_MS });
  const npm = async (cwd: string, args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(cwd, 'npm', [...args, '--ignore-scripts']);
    if (code !== 0) throw new Error(`npm ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }\n');
  const report = await npm(REPOSITORY, ['pack', '--json', '--pack-destination', root]);
  const [{ filename, files }]: PackReport = JSON.parse(report);
  const tarball = join(root, filename);
  const packages = copyDependencies(folder);
  await npm(folder, ['install', '--offline', '--no-audit', '--no-fund', tarball]);
  return {
    folder,
    tarball,
    packedFiles: files.map(({ path }) => path),
    expectedPackages: [...packages, 'node_modules/scrapegate'],
    run: (command, args) => run(folder, command, args),
    link: (...names) => {
      for (const name of names) {
        const link = join(folder, 'node_modules', name);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(`${REPOSITORY}node_modules/${name}`, link);
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Nothing of the npm that may run the tests, nor of its user. */
function consumerEnvironment(home: string): Record<string, string> {
  return bareEnvironment({
    HOME: home,
    npm_config_cache: join(home, 'cache'),
    npm_config_update_notifier: 'false',
  });
}

/** What is installed without development, as the lock file says, but packages for other systems. */
function copyDependencies(folder: string): readonly string[] {
  const { packages }: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    readFileSync(`${REPOSITORY}package-lock.json`, 'utf8'),
  );
  const installed: string[] = [];
  for (const [path, { dev, devOptional, optional, bin = {} }] of Object.entries(packages)) {
    if (path === '' || dev === true || devOptional === true) continue;
    if (optional === true && !existsSync(`${REPOSITORY}${path}`)) continue;
    cpSync(`${REPOSITORY}${path}`, join(folder, path), { recursive: true, dereference: true });
    installed.push(path);
    // npm takes a package whose programs are not linked for a broken one, and would fetch it.
    for (const [name, file] of Object.entries(bin)) {
      symlinkSync(join('..', basename(path), file), join(folder, 'node_modules', '.bin', name));
    }
  }
  return installed;
}
