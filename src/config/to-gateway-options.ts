// File and environment together to the options of a gateway. The environment stands over the file.
// Reads the files that settings name, and makes the pseudonym key where a state file asks for one.

import { constants, accessSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { GatewayOptions, ListenOptions } from '../gateway/options.js';
import { DEFAULT_VIEW, type BuildContext } from './build-context.js';
import { buildGuard, needsDefaultView } from './build-guard.js';
import { buildListeners, buildTls } from './build-listeners.js';
import { buildTargets } from './build-targets.js';
import { buildViews, implicitDefaultView } from './build-views.js';
import { describeFileError } from './file-access.js';
import { keepPseudonymKey, readPseudonymKey } from './pseudonym-key.js';
import { optionWarnings } from './warnings.js';

/** What else decides about the options. */
export interface GatewayOptionsInput {
  /** From the command line; stronger than file and environment. */
  readonly listen: ListenOptions | undefined;
  /** As `process.versions.node`. */
  readonly nodeVersion: string;
  /** Whether a missing pseudonym key may be made. */
  readonly createFiles: boolean;
}

/** The options of a gateway. Only worth anything when the context has no problems afterwards. */
export async function toGatewayOptions(
  context: BuildContext,
  input: GatewayOptionsInput,
): Promise<GatewayOptions> {
  const targets = buildTargets(context);
  const ownViews = buildViews(context, targets);
  const implicitView =
    needsDefaultView(context) && !context.file.names.views.includes(DEFAULT_VIEW)
      ? implicitDefaultView(context, targets)
      : undefined;
  const views = implicitView === undefined ? ownViews : [...ownViews, implicitView];
  const guard = await buildGuard(context, views);
  const tls = buildTls(context);
  const listeners = buildListeners(context, input.listen);
  // Last, so that a configuration with problems leaves nothing behind.
  const state = buildState(context, input.createFiles);
  const shutdownDeadlineMs = context.file.options.shutdown_deadline;
  const options: GatewayOptions = {
    ...listeners,
    ...(tls !== undefined && { tls }),
    guard,
    targets: targets.map((target) => target.options),
    views,
    ...state,
    ...(shutdownDeadlineMs !== undefined && { shutdownDeadlineMs }),
  };
  return { ...options, warnings: [...context.warnings, ...optionWarnings(options, input.nodeVersion)] };
}

function buildState(
  { file, env, fileReader, envReader, problems }: BuildContext,
  createFiles: boolean,
): Pick<GatewayOptions, 'stateFile' | 'pseudonymKey'> {
  const stateSetting = env.stateFile === undefined ? 'state_file' : 'SCRAPEGATE_STATE_FILE';
  const stateFile =
    env.stateFile === undefined
      ? file.options.state_file && fileReader.resolvePath(file.options.state_file)
      : resolve(env.stateFile);
  const folderIsSound =
    stateFile !== undefined && isWritableFolder(stateSetting, dirname(stateFile), problems);
  const pseudonymKey = ((): Uint8Array | undefined => {
    if (env.pseudonymKeyFile !== undefined) {
      return readPseudonymKey('SCRAPEGATE_PSEUDONYM_KEY_FILE', env.pseudonymKeyFile, envReader, problems);
    }
    if (file.options.pseudonym_key_file !== undefined) {
      return readPseudonymKey('pseudonym_key_file', file.options.pseudonym_key_file, fileReader, problems);
    }
    if (!folderIsSound || !createFiles || problems.all.length > 0) return undefined;
    return keepPseudonymKey(stateSetting, dirname(stateFile), fileReader, problems);
  })();
  return {
    ...(stateFile !== undefined && { stateFile }),
    ...(pseudonymKey !== undefined && { pseudonymKey }),
  };
}

function isWritableFolder(setting: string, folder: string, problems: BuildContext['problems']): boolean {
  try {
    accessSync(`${folder}/.`, constants.W_OK);
    return true;
  } catch (error) {
    const reason = describeFileError(error).replace('read', 'written');
    problems.add(setting, `is in a folder that ${reason}; create the folder and give it to this user`);
    return false;
  }
}
