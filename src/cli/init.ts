// `scrapegate init`: looks at a target, says what it gives away, and writes what a gate before it needs. Starts nothing.
// The token goes into one file of mode 0600, and is never printed.

import { digestToken, formatTokenDigest, generateToken } from '../auth/digest.js';
import type { ScrapegateError } from '../errors.js';
import { VERSION } from '../internal/version.js';
import { lookAt, type LookProblem } from '../setup/init/look.js';
import { planFiles, scrapePlace } from '../setup/init/plan.js';
import { doneLines, failureText, foundLines, targetName } from '../setup/init/report.js';
import type { SetUp } from '../setup/init/set-up.js';
import type { CliContext } from './context.js';
import { EXIT_OK } from './exit-codes.js';
import { readTokenFile, targetFailed } from './exposition-input.js';
import { checkInitOptions, type InitCommandOptions } from './init-options.js';
import { colours } from './report.js';
import { writeFiles } from './write-files.js';

/**
 * Looks at `url` and writes a set-up.
 * @throws {ScrapegateError} for a wrong usage, a target that gives nothing, and files that cannot be written
 */
export async function init(url: string, options: InitCommandOptions, context: CliContext): Promise<number> {
  const { stdout, env, clock } = context;
  const wanted = checkInitOptions(url, options);
  const { bearerTokenFile, preset, forms, folder, listen } = wanted;
  // As it was typed: that tells a path, which may be named, from a token in its place.
  const bearerToken =
    options.bearerTokenFile === undefined ? undefined : readTokenFile(options.bearerTokenFile);
  const looked = await lookAt({ url, token: bearerToken, preset }, clock);
  if (!looked.ok) throw lookError(looked.error, bearerTokenFile !== undefined);
  const token = generateToken();
  const setUp: SetUp = {
    folder,
    listen,
    target: {
      name: targetName(looked.value.software.software),
      url: wanted.targetUrl ?? looked.value.url,
      preset: looked.value.preset,
      bearerTokenFile,
      isMalformed: looked.value.isMalformed,
    },
    tokenDigest: formatTokenDigest(digestToken(token)),
    version: VERSION,
  };
  const files = planFiles(setUp, forms, token);
  writeFiles(folder, files, options.force === true);
  const paint = colours(stdout, env);
  const lines = [
    ...foundLines(looked.value),
    '',
    ...doneLines(setUp, files, scrapePlace(setUp, forms), forms),
  ];
  const heading = /^(?:Found |What the preset|Written to|For prometheus\.yml|Next$)/;
  stdout.write(`${lines.map((line) => (heading.test(line) ? paint.bold(line) : line)).join('\n')}\n`);
  return EXIT_OK;
}

function lookError(problem: LookProblem, hasToken: boolean): ScrapegateError {
  return targetFailed(
    problem.kind === 'failed'
      ? failureText(problem.attempts, hasToken)
      : `the target answers with something that is no exposition: ${problem.detail}`,
  );
}
