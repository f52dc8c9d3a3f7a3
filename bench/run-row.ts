// Runs one row in this process, which has run nothing else before, and sends what it gave to the process that asked.

import { ROWS } from './rows.js';

const row = ROWS.get(process.argv[2] ?? '');
if (row === undefined) throw new Error('expected the name of a row');
process.send?.(JSON.stringify(await row()));
process.disconnect();
