// Loads the configuration: file and environment in, gateway options out, or every problem at once.
// The one place where the parts of this room come together; the command line and reloads use nothing else.

import { ScrapegateError } from '../errors.js';
import type { BuildContext } from './build-context.js';
import { readEnvironment, type Environment } from './environment.js';
import { NO_FILE, parseFile, type ParsedFile } from './file.js';
import { readBoundedFile, tryReadFile, type ReadFile } from './file-access.js';
import { notingReader, type FileIdentity } from './file-identity.js';
import { parseListenAddress } from './listen-address.js';
import { ProblemList } from './problems.js';
import { FileReader } from './secrets.js';
import { toGatewayOptions, type BuiltConfiguration } from './to-gateway-options.js';
import { parseWebConfig, type WebConfig } from './web-config.js';

/** Where a configuration comes from. */
export interface ConfigurationInput {
  /** Path of the file; stronger than `SCRAPEGATE_CONFIG`. Without either there is no file. */
  readonly configPath?: string;
  /** Path of a web configuration of Prometheus; stronger than `SCRAPEGATE_WEB_CONFIG_FILE`. */
  readonly webConfigPath?: string;
  /** As `process.env`. */
  readonly env: Environment;
  /** `host:port` from the command line; stronger than file and environment. */
  readonly listen?: string;
  /** As `process.versions.node`; too old a version is a warning. */
  readonly nodeVersion: string;
  /** Whether a pseudonym key is made where a state file asks for one. @default true */
  readonly createFiles?: boolean;
  /** Reads files. @default from the disk, at most 1 MiB each */
  readonly readFile?: ReadFile;
  /** Is given every file that was asked for, with what it was just before; also where loading fails. */
  readonly notedFiles?: Map<string, FileIdentity>;
}

/** A configuration without problems; its options are complete, with the warnings that configuration can tell. */
export interface LoadedConfiguration extends BuiltConfiguration {
  /** The file that was read; undefined without one. */
  readonly configPath: string | undefined;
  /** The web configuration that was read; undefined without one. */
  readonly webConfigPath: string | undefined;
  /** Names of the environment variables that had a say. */
  readonly variables: readonly string[];
  /** How often the files of the configuration are looked at for changes. */
  readonly reloadIntervalMs: number;
}

const DEFAULT_RELOAD_INTERVAL_MS = 5_000;
const RELOAD_INTERVAL_MS = { min: 100, max: 86_400_000 };

/**
 * Loads and checks everything.
 *
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_CONFIG_UNREADABLE` where the file cannot be read;
 * `ERR_SCRAPEGATE_CONFIG_INVALID` with every problem of file, environment and the files that they name.
 */
export async function loadConfiguration(input: ConfigurationInput): Promise<LoadedConfiguration> {
  const fromDisk = input.readFile ?? readBoundedFile;
  const readFile = input.notedFiles === undefined ? fromDisk : notingReader(fromDisk, input.notedFiles);
  const configPath = input.configPath ?? input.env['SCRAPEGATE_CONFIG'];
  const problems = new ProblemList(configPath);
  const file =
    configPath === undefined || configPath.trim() === '' ? NO_FILE : open(configPath, readFile, problems);
  if (input.configPath?.trim() === '')
    problems.add('--config', 'is set but empty; expected the path of a file');
  const envReader = new FileReader({ configPath: undefined, readFile, problems });
  const env = readEnvironment(input.env, envReader, problems);
  const webConfigPath = input.webConfigPath ?? env.webConfigFile;
  const web =
    webConfigPath === undefined
      ? undefined
      : openWebConfig(webConfigPath, {
          setting: input.webConfigPath === undefined ? 'SCRAPEGATE_WEB_CONFIG_FILE' : '--web.config.file',
          readFile,
          problems,
        });
  if (!file.readable) problems.throwIfAny();
  const context: BuildContext = {
    file,
    env,
    web,
    fileReader: new FileReader({ configPath, readFile, problems }),
    envReader,
    problems,
    warnings: [],
  };
  const listen = input.listen === undefined ? undefined : parseListenAddress(input.listen);
  if (input.listen !== undefined && listen === undefined) {
    problems.add(
      '--listen',
      'expected host:port, such as 127.0.0.1:9087 or [::1]:9087, unix:/path/of/socket, systemd or systemd:name',
    );
  }
  const reloadIntervalMs = file.options.reload_interval ?? DEFAULT_RELOAD_INTERVAL_MS;
  if (reloadIntervalMs < RELOAD_INTERVAL_MS.min || reloadIntervalMs > RELOAD_INTERVAL_MS.max) {
    problems.add('reload_interval', 'expected a duration from 100ms to 1d');
  }
  const built = await toGatewayOptions(context, {
    listen,
    nodeVersion: input.nodeVersion,
    createFiles: input.createFiles ?? true,
  });
  problems.throwIfAny();
  return { ...built, configPath, webConfigPath, variables: env.used, reloadIntervalMs };
}

function open(path: string, readFile: ReadFile, problems: ProblemList): ParsedFile {
  const content = tryReadFile(path, readFile);
  if (!content.ok) {
    throw new ScrapegateError(
      'ERR_SCRAPEGATE_CONFIG_UNREADABLE',
      `the configuration file ${JSON.stringify(path)} ${content.error}`,
    );
  }
  try {
    return parseFile(new TextDecoder('utf-8', { fatal: true }).decode(content.value), problems);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    problems.add('', 'is not UTF-8 text');
    return { ...NO_FILE, readable: false };
  }
}

function openWebConfig(
  path: string,
  given: { readonly setting: string; readonly readFile: ReadFile; readonly problems: ProblemList },
): WebConfig | undefined {
  const { setting, readFile, problems } = given;
  if (path.trim() === '') {
    problems.add(setting, 'is set but empty; expected the path of a file');
    return undefined;
  }
  const content = tryReadFile(path, readFile);
  if (!content.ok) {
    problems.add(setting, `names a file that ${content.error}`);
    return undefined;
  }
  const own = new ProblemList(path);
  problems.include(own);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content.value);
    return parseWebConfig(text, new FileReader({ configPath: path, readFile, problems: own }), own);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    own.add('', 'is not UTF-8 text');
    return undefined;
  }
}
