// Secrets from files and from the settings themselves. One trailing line break is trimmed, nothing else is:
// what is blank, has a byte order mark or a NUL is refused, so that an empty secret can never open anything.

import { dirname, resolve } from 'node:path';
import { Secret } from '../internal/secret.js';
import { isFolder, tryReadFile, type ReadFile } from './file-access.js';
import { printablePath } from './printable-path.js';
import type { ProblemList } from './problems.js';

/** Reads the files that settings name. */
export class FileReader {
  readonly #readFile: ReadFile;
  readonly #folder: string;
  readonly #problems: ProblemList;

  /** Relative paths start at the folder of `configPath`; without one, at the working folder. */
  constructor(input: { configPath: string | undefined; readFile: ReadFile; problems: ProblemList }) {
    this.#readFile = input.readFile;
    this.#folder = input.configPath === undefined ? '.' : dirname(input.configPath);
    this.#problems = input.problems;
  }

  /** The absolute path of what a setting of the file names. */
  resolvePath(path: string): string {
    return resolve(this.#folder, path);
  }

  /** The bytes of a file; undefined, with a problem at `setting`, where it cannot be read. */
  bytes(setting: string, path: string): Uint8Array | undefined {
    const content = tryReadFile(this.resolvePath(path), this.#readFile);
    if (content.ok) return content.value;
    this.#problems.add(setting, this.about(path, content.error));
    return undefined;
  }

  /** The text of a file as it is, such as PEM; undefined, with a problem at `setting`, where it is not sound. */
  text(setting: string, path: string): string | undefined {
    const bytes = this.bytes(setting, path);
    if (bytes === undefined) return undefined;
    const text = decodeUtf8(bytes);
    const fault = text === undefined ? 'is not UTF-8 text' : faultOf(text);
    if (fault === undefined) return text;
    this.#problems.add(setting, this.about(path, fault));
    return undefined;
  }

  /** The one-line secret in a file; undefined, with a problem at `setting`, where it is not sound. */
  secretFile(setting: string, path: string): Secret | undefined {
    return this.#line(setting, this.text(setting, path)?.replace(/\r?\n$/, ''), (fault) =>
      this.about(path, fault),
    );
  }

  /** The one-line secret that a setting holds itself; undefined, with a problem, where it is not sound. */
  secretValue(setting: string, value: string): Secret | undefined {
    const fault = faultOf(value);
    if (fault === undefined) return this.#line(setting, value, (found) => found);
    this.#problems.add(setting, fault);
    return undefined;
  }

  /**
   * The secret that a setting holds itself or gives through a file. Undefined where neither is given, and, with a
   * problem, where both are or the secret is not sound.
   */
  secret(given: {
    readonly setting: string;
    readonly value: string | undefined;
    readonly fileSetting: string;
    readonly file: string | undefined;
  }): Secret | undefined {
    if (given.value !== undefined && given.file !== undefined) {
      this.#problems.add(given.setting, `is given together with ${given.fileSetting}; keep one of the two`);
      return undefined;
    }
    if (given.file !== undefined) return this.secretFile(given.fileSetting, given.file);
    return given.value === undefined ? undefined : this.secretValue(given.setting, given.value);
  }

  /** What is wrong with a file, with its path where that cannot be a secret. */
  about(written: string, fault: string): string {
    const path = printablePath(written, this.resolvePath(written), isFolder);
    return `names a file that ${fault}${path === undefined ? '' : `: ${path}`}`;
  }

  #line(setting: string, text: string | undefined, describe: (fault: string) => string): Secret | undefined {
    if (text === undefined) return undefined;
    if (!/[\r\n]/.test(text)) return new Secret(text);
    this.#problems.add(setting, describe('has more than one line'));
    return undefined;
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function faultOf(text: string): string | undefined {
  if (text.startsWith('\uFEFF')) return 'begins with a byte order mark; save it without one';
  if (text.trim() === '') return 'is empty; expected content';
  if (text.includes('\0')) return 'holds a NUL character';
  return undefined;
}
