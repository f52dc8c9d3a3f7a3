// The options of `scrapegate init`, checked before anything is asked or written; every problem at once.

import { resolve } from 'node:path';
import { parseTcpAddress } from '../config/listen-address.js';
import { ScrapegateError, type Problem } from '../errors.js';
import { FORMS, isLoopbackHost, type Form, type SetUp } from '../setup/init/set-up.js';
import { isPlainPath } from '../setup/init/systemd.js';
import { resolveHttpTargetOptions } from '../targets/resolve-options.js';
import type { PresetName } from '../views/options.js';
import { isPresetName, PRESET_NAMES } from '../views/presets.js';
import { isUrl } from './exposition-input.js';

/** What was asked for. */
export interface InitCommandOptions {
  readonly for?: readonly string[];
  readonly output: string;
  readonly listen: string;
  readonly bearerTokenFile?: string;
  readonly preset?: string;
  /** The target as the gate is to call it, where that is another address than the one that is looked at. */
  readonly targetUrl?: string;
  readonly force?: boolean;
}

/** The same, checked. */
export interface InitRequest {
  readonly forms: readonly Form[];
  /** Absolute. */
  readonly folder: string;
  readonly listen: SetUp['listen'];
  readonly url: string;
  readonly targetUrl: string | undefined;
  /** Absolute. */
  readonly bearerTokenFile: string | undefined;
  /** @default the one that fits the software */
  readonly preset: PresetName | undefined;
}

/** Checks them. @throws {ScrapegateError} ERR_SCRAPEGATE_USAGE_INVALID with every problem. */
export function checkInitOptions(url: string, options: InitCommandOptions): InitRequest {
  const { for: names = [], preset, targetUrl } = options;
  const forms = FORMS.filter((form) => names.includes(form));
  const listen = parseTcpAddress(options.listen);
  const folder = resolve(options.output);
  const bearerTokenFile =
    options.bearerTokenFile === undefined ? undefined : resolve(options.bearerTokenFile);
  const problems: readonly Problem[] = [
    ...wordProblems(url, options),
    ...(listen === undefined || listen.port === 0
      ? [{ path: '--listen', message: 'expected host:port, such as 127.0.0.1:9087 or [::1]:9087' }]
      : placeProblems(targetUrl ?? url, listen, forms)),
    ...(forms.includes('systemd') && ![folder, bearerTokenFile ?? '/'].every(isPlainPath)
      ? [
          {
            path: '--for',
            message: 'a unit of systemd cannot name these paths; choose some of letters, digits, _ . - and /',
          },
        ]
      : []),
  ];
  if (listen === undefined || problems.length > 0)
    throw new ScrapegateError('ERR_SCRAPEGATE_USAGE_INVALID', 'init cannot work like this', { problems });
  return {
    forms,
    folder,
    listen,
    url,
    targetUrl,
    bearerTokenFile,
    preset: preset !== undefined && isPresetName(preset) ? preset : undefined,
  };
}

/** What is wrong with single options. */
function wordProblems(
  url: string,
  { for: names = [], preset, targetUrl }: InitCommandOptions,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (!isUrl(url)) problems.push({ path: 'url', message: 'is not a URL; expected http:// or https://' });
  if (names.some((name) => !FORMS.some((form) => form === name)))
    problems.push({ path: '--for', message: `expected one of ${FORMS.join(', ')}` });
  if (preset !== undefined && !isPresetName(preset))
    problems.push({ path: '--preset', message: `expected one of ${PRESET_NAMES.join(', ')}` });
  if (targetUrl !== undefined && !isUrlWithPath(targetUrl)) {
    const message =
      'expected http:// or https:// with a path, without user and fragment, such as http://litellm:4000/metrics/';
    problems.push({ path: '--target-url', message });
  }
  return problems;
}

/** What does not fit together about where the gate and its target are. `called` is the target as the gate calls it. */
function placeProblems(
  called: string,
  { port }: SetUp['listen'],
  forms: readonly Form[],
): readonly Problem[] {
  if (!isUrl(called) || !URL.canParse(called) || !isLoopbackHost(new URL(called).hostname)) return [];
  const problems: Problem[] = [];
  if (forms.includes('kubernetes')) {
    const message = 'is missing; a pod does not reach the loopback of this machine';
    problems.push({ path: '--target-url', message });
  }
  if (portOf(called) === port) {
    const message = 'is where the target listens already; choose another port, such as 127.0.0.1:9187';
    problems.push({ path: '--listen', message });
  }
  return problems;
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** Nothing that the gate would refuse may be written: a password in it would stand in files that many can read. */
function isUrlWithPath(url: string): boolean {
  try {
    resolveHttpTargetOptions({ name: 'target', url });
    return new URL(url).pathname !== '/';
  } catch {
    return false;
  }
}
