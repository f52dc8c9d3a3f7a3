// Targets of the file and of SCRAPEGATE_TARGET to HttpTargetOptions. The first one is the default target.

import { ScrapegateError } from '../errors.js';
import type { HttpTargetOptions, TargetCredential } from '../targets/options.js';
import { resolveHttpTargetOptions } from '../targets/resolve-options.js';
import type { PresetName } from '../views/options.js';
import type { BuildContext } from './build-context.js';
import type { FileTarget } from './file-options.js';
import { SettingPaths } from '../internal/setting-paths.js';

/** A target with the preset that its views inherit. */
export interface BuiltTarget {
  readonly options: HttpTargetOptions;
  readonly preset: PresetName | undefined;
}

/** Name of the target that the environment makes when the file has none. */
const ENVIRONMENT_TARGET = 'default';

/** Name of the default target; undefined where there is no target at all. */
export function defaultTargetName({ file, env }: BuildContext): string | undefined {
  return file.names.targets[0] ?? (env.target === undefined ? undefined : ENVIRONMENT_TARGET);
}

/** The targets, the default one first. */
export function buildTargets(context: BuildContext): readonly BuiltTarget[] {
  const { file, env, problems } = context;
  const defaultName = defaultTargetName(context);
  if (defaultName === undefined) {
    const way = 'set SCRAPEGATE_TARGET or add targets to the file; "scrapegate serve --demo" needs none';
    if (!problems.hasUnder('targets') && !problems.hasUnder('SCRAPEGATE_TARGET')) {
      problems.add('targets', `no target is configured; ${way}`);
    }
    return [];
  }
  const inFile = Object.entries(file.options.targets ?? {});
  if (file.names.targets.length > 0)
    return inFile.map(([name, target]) => buildTarget(name, target, context));
  return env.target === undefined ? [] : [buildTarget(defaultName, { url: env.target }, context)];
}

function buildTarget(name: string, target: FileTarget, context: BuildContext): BuiltTarget {
  const { env, fileReader } = context;
  const isDefault = name === defaultTargetName(context);
  const setting = `targets.${name}`;
  const paths = new SettingPaths();
  paths.set('name', setting);
  paths.set('url', isDefault && env.target !== undefined ? 'SCRAPEGATE_TARGET' : `${setting}.url`);
  paths.set('timeoutMs', `${setting}.timeout`);
  paths.set('maxBytes', `${setting}.max_bytes`);
  paths.set('onMalformed', `${setting}.on_malformed`);
  paths.set('ca', `${setting}.ca_file`);
  const credential = buildCredential(setting, target, isDefault, paths, context);
  const ca = target.ca_file === undefined ? undefined : fileReader.text(`${setting}.ca_file`, target.ca_file);
  const options: HttpTargetOptions = {
    name,
    url: isDefault ? (env.target ?? target.url) : target.url,
    ...(credential !== undefined && { credential }),
    ...(ca !== undefined && { ca }),
    ...(target.timeout !== undefined && { timeoutMs: target.timeout }),
    ...(target.max_bytes !== undefined && { maxBytes: target.max_bytes }),
    ...(target.on_malformed !== undefined && { onMalformed: target.on_malformed }),
  };
  check(options, paths, context);
  return { options, preset: (isDefault ? env.preset : undefined) ?? target.preset };
}

function check(options: HttpTargetOptions, paths: SettingPaths, { problems }: BuildContext): void {
  try {
    resolveHttpTargetOptions(options);
  } catch (error) {
    if (!(error instanceof ScrapegateError)) throw error;
    problems.addAll(error.problems, (path) => paths.settingOf(path));
  }
}

function buildCredential(
  setting: string,
  target: FileTarget,
  isDefault: boolean,
  paths: SettingPaths,
  { env, fileReader, problems }: BuildContext,
): TargetCredential | undefined {
  if (isDefault && env.targetBearerToken !== undefined) {
    paths.set('credential', 'SCRAPEGATE_TARGET_BEARER_TOKEN');
    return { kind: 'bearer', token: env.targetBearerToken };
  }
  const token = fileReader.secret({
    setting: `${setting}.bearer_token`,
    value: target.bearer_token,
    fileSetting: `${setting}.bearer_token_file`,
    file: target.bearer_token_file,
  });
  const password = fileReader.secret({
    setting: `${setting}.password`,
    value: target.password,
    fileSetting: `${setting}.password_file`,
    file: target.password_file,
  });
  const { username } = target;
  const givesToken = target.bearer_token !== undefined || target.bearer_token_file !== undefined;
  const givesPassword = target.password !== undefined || target.password_file !== undefined;
  if (givesToken && (username !== undefined || givesPassword)) {
    problems.add(setting, 'has a bearer token and a user; keep one of the two');
  }
  if (givesPassword && username === undefined) {
    problems.add(`${setting}.username`, 'is missing; the password needs its user name');
  }
  if (username !== undefined && !givesPassword) {
    problems.add(`${setting}.password`, 'is missing; the user name needs a password or password_file');
  }
  paths.set('credential.token', `${setting}.bearer_token${target.bearer_token === undefined ? '_file' : ''}`);
  paths.set('credential.username', `${setting}.username`);
  paths.set('credential.password', `${setting}.password${target.password === undefined ? '_file' : ''}`);
  if (token !== undefined) return { kind: 'bearer', token };
  return username === undefined || password === undefined ? undefined : { kind: 'basic', username, password };
}
