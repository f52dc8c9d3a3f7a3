// Runs one row in this process, which has run nothing else before, and sends what it gave to the process that asked.

import { isRowName } from './row-names.js';
import { ROWS } from './rows.js';

const name = process.argv[2] ?? '';
if (!isRowName(name)) throw new Error('expected the name of a row');
process.send?.(JSON.stringify(await ROWS[name]()));
process.disconnect();
