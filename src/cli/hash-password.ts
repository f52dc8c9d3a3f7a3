// `scrapegate hash-password`: reads a password from standard input and prints its hash, and nothing else.
// Never from an argument: arguments are in the list of processes and in the history of the shell.

import { DEFAULT_BCRYPT_COST, hashPassword } from '../auth/password.js';
import { ScrapegateError } from '../errors.js';
import type { CliContext, Input } from './context.js';
import { EXIT_OK } from './exit-codes.js';

/** What was asked for. */
export interface HashPasswordCommandOptions {
  /** A bcrypt hash, for files that other software reads as well. @default scrypt */
  readonly bcrypt?: boolean;
}

/** Far more than any password; what is longer is the wrong file. */
const MAX_INPUT_BYTES = 65_536;

const ENTER = /[\r\n]/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const ERASE = ['\u0008', '\u007f'];

/**
 * Hashes the password on standard input; one line break at its end is not part of it. On a terminal it is asked for
 * twice, without echo.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_USAGE_INVALID for a password that no client could present.
 */
export async function hashPasswordCommand(
  { bcrypt }: HashPasswordCommandOptions,
  context: CliContext,
): Promise<number> {
  const password = context.stdin.isTTY === true ? await promptTwice(context) : await readAll(context.stdin);
  const hash = await (bcrypt === true ? hashPassword(password, DEFAULT_BCRYPT_COST) : hashPassword(password));
  context.stdout.write(`${hash}\n`);
  return EXIT_OK;
}

function wrong(message: string): ScrapegateError {
  return new ScrapegateError('ERR_SCRAPEGATE_USAGE_INVALID', message);
}

async function readAll(stdin: Input): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    total += bytes.length;
    if (total > MAX_INPUT_BYTES) throw wrong('standard input is too long for a password');
    chunks.push(bytes);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
    if (!text.startsWith('\uFEFF')) return text.replace(/\r?\n$/, '');
  } catch {
    throw wrong('standard input is not UTF-8 text');
  }
  throw wrong('standard input begins with a byte order mark; write it without one');
}

async function promptTwice({ stdin, stderr }: CliContext): Promise<string> {
  stdin.setRawMode?.(true);
  const typed = keystrokes(stdin);
  try {
    stderr.write('Password: ');
    const first = await readLine(typed);
    stderr.write('\nOnce more: ');
    const second = await readLine(typed);
    stderr.write('\n');
    if (first !== second) throw wrong('the two passwords differ');
    return first;
  } finally {
    stdin.setRawMode?.(false);
    // Lets go of standard input, which would otherwise keep the process alive.
    await typed.return(undefined);
  }
}

async function* keystrokes(stdin: Input): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of stdin) {
    yield* typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  }
}

async function readLine(typed: AsyncGenerator<string>): Promise<string> {
  const characters: string[] = [];
  for (;;) {
    const { value, done } = await typed.next();
    if (done === true || value === CTRL_C || value === CTRL_D) throw wrong('no password was given');
    if (ENTER.test(value)) return characters.join('');
    if (ERASE.includes(value)) characters.pop();
    else characters.push(value);
  }
}
