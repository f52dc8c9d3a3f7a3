// Makes the program of the build executable: a linked or global install runs it by its path, and tsc writes plain files.
import { chmodSync } from 'node:fs';

chmodSync(new URL('../dist/cli/main.js', import.meta.url), 0o755);
