// What outlives the process: the state file, and the key of the pseudonyms with the place where it is kept.
// The one part of this room that may make a file, and only where the configuration has no problem.

import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { GatewayOptions } from '../gateway/options.js';
import type { BuildContext } from './build-context.js';
import { describeFileError, errorCode, isThere } from './file-access.js';
import { keepPseudonymKey, keptKeyPath, previewPseudonymKey, readPseudonymKey } from './pseudonym-key.js';

/** Where the key of the pseudonyms comes from. */
export type PseudonymKeySource =
  | { readonly kind: 'file'; readonly path: string }
  /** `made`: whether it is there already; it is made at the first start otherwise. */
  | { readonly kind: 'beside_state_file'; readonly path: string; readonly made: boolean }
  /** A new one for each start. */
  | { readonly kind: 'process' };

/** State file and key of the gateway. */
export interface BuiltState {
  readonly options: Pick<GatewayOptions, 'stateFile' | 'pseudonymKey'>;
  readonly keySource: PseudonymKeySource;
}

/** State file and key; without `createFiles` a key that is still to be made is another one for now. */
export function buildState(context: BuildContext, createFiles: boolean): BuiltState {
  const { file, env, fileReader, problems } = context;
  const setting = env.stateFile === undefined ? 'state_file' : 'SCRAPEGATE_STATE_FILE';
  const stateFile =
    env.stateFile === undefined
      ? file.options.state_file && fileReader.resolvePath(file.options.state_file)
      : resolve(env.stateFile);
  const folderIsSound = stateFile !== undefined && isWritableFolder(setting, dirname(stateFile), problems);
  const state = { ...(stateFile !== undefined && { stateFile }) };
  const given = givenKey(context);
  if (given !== undefined) return { ...given, options: { ...state, ...given.options } };
  if (stateFile === undefined || !folderIsSound) return { options: state, keySource: { kind: 'process' } };
  const path = keptKeyPath(stateFile);
  const keySource = { kind: 'beside_state_file', path, made: isThere(path) } as const;
  // A configuration with problems leaves nothing behind.
  const keyAt = createFiles && problems.all.length === 0 ? keepPseudonymKey : previewPseudonymKey;
  return { options: { ...state, ...keyOption(keyAt(setting, path, fileReader, problems)) }, keySource };
}

/** The key of the file that a setting names. */
function givenKey({ file, env, fileReader, envReader, problems }: BuildContext): BuiltState | undefined {
  const [setting, path, reader] =
    env.pseudonymKeyFile === undefined
      ? (['pseudonym_key_file', file.options.pseudonym_key_file, fileReader] as const)
      : (['SCRAPEGATE_PSEUDONYM_KEY_FILE', env.pseudonymKeyFile, envReader] as const);
  if (path === undefined) return undefined;
  return {
    options: keyOption(readPseudonymKey(setting, path, reader, problems)),
    keySource: { kind: 'file', path: reader.resolvePath(path) },
  };
}

function keyOption(pseudonymKey: Uint8Array | undefined): Pick<GatewayOptions, 'pseudonymKey'> {
  return pseudonymKey === undefined ? {} : { pseudonymKey };
}

function isWritableFolder(setting: string, folder: string, problems: BuildContext['problems']): boolean {
  try {
    accessSync(`${folder}/.`, constants.W_OK);
    return true;
  } catch (error) {
    const reason = describeFileError(error).replace('read', 'written');
    const way =
      errorCode(error) === 'ENOENT' ? 'create the folder and give it to this user' : 'give it to this user';
    problems.add(setting, `is in a folder that ${reason}; ${way}`);
    return false;
  }
}
