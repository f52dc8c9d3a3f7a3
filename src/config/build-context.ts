// What every part of the translation to options works with.

import type { Warning } from '../errors.js';
import type { EnvironmentOptions } from './environment.js';
import type { ParsedFile } from './file.js';
import type { ProblemList } from './problems.js';
import type { FileReader } from './secrets.js';
import type { WebConfig } from './web-config.js';

/** The view that credentials of the environment see, and requests without one where that is allowed. */
export const DEFAULT_VIEW = 'default';

/** File and environment, and where problems and warnings go. */
export interface BuildContext {
  readonly file: ParsedFile;
  readonly env: EnvironmentOptions;
  /** The web configuration of Prometheus, where one was named. */
  readonly web: WebConfig | undefined;
  /** Relative paths of the file start at its folder, those of variables at the working folder. */
  readonly fileReader: FileReader;
  readonly envReader: FileReader;
  readonly problems: ProblemList;
  readonly warnings: Warning[];
}
